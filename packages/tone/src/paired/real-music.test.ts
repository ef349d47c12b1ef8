import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { bandsResponse } from '../design/bands.ts'
import { curveAt } from '../design/curves.ts'
import { decodeToPcm } from '../pcm/decode-to-pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import type { Band } from '../preset/preset.ts'
import { designPaired } from './design-paired.ts'
import { compressed, equalised, inFolder, reverberated, shifted, widened } from './testing/chain.ts'

/** Recordings that are not part of the repository, beside it. */
const folder = join(import.meta.dirname, '../../../../../shared/media/audio')
const skip = existsSync(folder) ? false : `no recordings in ${folder}`

test('what was done to real music is found: equaliser, compressor, reverberation and width at once', {
  skip,
}, async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'music-'))
  t.after(() => rmSync(scratch, { recursive: true }))
  const { pcm } = await decodeToPcm(join(folder, 'vibe-ace.ogg'), join(scratch, 'music.f32'))
  const rate = pcm.sampleRate
  using reader = new PcmReader(pcm)
  const song = reader.read(10 * rate, 30 * rate).map((samples) => Float64Array.from(samples))
  const bands: Band[] = [
    { type: 'lowShelf', frequency: 120, gain: 4, q: 0.7 },
    { type: 'peak', frequency: 800, gain: -5, q: 1.2 },
    { type: 'highShelf', frequency: 8000, gain: 5, q: 0.7 },
  ]
  const settings = { threshold: -22, ratio: 3, attack: 0.01, release: 0.15 }
  const squeezed = compressed(equalised(song, bands, rate), rate, settings)
  const made = shifted(widened(reverberated(squeezed, rate, 0.9, -12), 2.6), -5000)
  const write = inFolder(t)
  const design = designPaired(write(song, rate), write(made, rate))

  assert.equal(design.offset, -5000)
  const { eq, width, dynamics, reverb } = design.stages
  const frequency = Float64Array.from({ length: 203 }, (_, i) => 40 * 2 ** (i / 24)).filter((f) => f <= 14_000)
  const wanted = bandsResponse(bands, frequency, rate)
  const off = curveAt(eq!.mid.curve, frequency).map((level, i) => level - wanted[i]!)
  const middle = off.toSorted()[off.length >> 1]!
  const error = Math.sqrt(off.reduce((sum, value) => sum + (value - middle) ** 2, 0) / off.length)
  assert.ok(error < 1, `${error} dB rms`)
  assert.ok(Math.abs(width!.side - 2.6) < 0.5, `${width!.side} dB of width`)
  const { threshold, ratio } = dynamics!.compressor!
  // The chain's equaliser is `middle` louder than the curve, which lies about 0 dB.
  assert.ok(Math.abs(threshold - middle - settings.threshold) < 2, `threshold ${threshold - middle}`)
  assert.ok(Math.abs(ratio - settings.ratio) < 0.2 * settings.ratio, `ratio ${ratio}`)
  const decay = reverb!.decay[reverb!.frequency.indexOf(2000)]!
  assert.ok(Math.abs(decay - 0.9) < 0.15, `${decay} s`)
  assert.ok(reverb!.response)
})
