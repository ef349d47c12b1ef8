import assert from 'node:assert/strict'
import test from 'node:test'
import { ColophonError } from '@colophon/core'
import { resample } from '@colophon/media'
import { bandsResponse } from '../design/bands.ts'
import { curveAt } from '../design/curves.ts'
import type { Band, Preset } from '../preset/preset.ts'
import { designPaired, type PairedDesign } from './design-paired.ts'
import {
  amplified,
  compressed,
  each,
  equalised,
  inFolder,
  music,
  reverberated,
  shifted,
  widened,
} from './testing/chain.ts'

const rate = 24_000
const song = music(16, rate, 1)
const bands: Band[] = [
  { type: 'lowShelf', frequency: 150, gain: 4, q: 0.7 },
  { type: 'peak', frequency: 900, gain: -5, q: 1.2 },
  { type: 'highShelf', frequency: 5000, gain: 5, q: 0.7 },
]
const frequency = Float64Array.from({ length: 169 }, (_, i) => 60 * 2 ** (i / 24)).filter((f) => f < 10_000)

/** dB rms between a curve and bands, when both lie around the same level. */
function errorOf(curve: NonNullable<Preset['eq']>['mid']['curve'], wanted: readonly Band[]): number {
  const response = bandsResponse(wanted, frequency, rate)
  const off = curveAt(curve, frequency).map((level, i) => level - response[i]!)
  const mean = off.reduce((sum, value) => sum + value, 0) / off.length
  return Math.sqrt(off.reduce((sum, value) => sum + (value - mean) ** 2, 0) / off.length)
}

test('equaliser, width, gain, offset and polarity of a chain are found', (t) => {
  const write = inFolder(t)
  const made = shifted(amplified(widened(equalised(song, bands, rate), 2.6), -0.7), 1234.25)
  const design = designPaired(write(song, rate), write(made, rate))
  assert.equal(design.polarity, -1)
  assert.ok(Math.abs(design.offset + design.fraction - 1234.25) < 0.4, `${design.offset} ${design.fraction}`)
  assert.equal(design.drift, 0)
  assert.ok(errorOf(design.stages.eq!.mid.curve, bands) < 0.3)
  assert.equal(design.stages.eq!.side, null)
  assert.ok(Math.abs(design.stages.width!.side - 2.6) < 0.2, `${design.stages.width!.side}`)
  assert.equal(design.stages.reverb, undefined)
  assert.equal(design.stages.dynamics, undefined)
  assert.ok(design.explained > 0.98)
  // Curve and gain together are the gain of the chain.
  const level = curveAt(design.stages.eq!.mid.curve, [2000])[0]! + design.gain
  const wanted = bandsResponse(bands, [2000], rate)[0]! + 20 * Math.log10(0.7)
  assert.ok(Math.abs(level - wanted) < 0.3, `${level} ${wanted}`)
})

test('a side that was equalised in another way gets a curve of its own', (t) => {
  const write = inFolder(t)
  const [left, right] = song as [Float64Array, Float64Array]
  const mid = left.map((l, n) => (l + right[n]!) / 2)
  const sides = equalised([left.map((l, n) => (l - right[n]!) / 2)], bands, rate)[0]!
  const made = [mid.map((m, n) => m + sides[n]!), mid.map((m, n) => m - sides[n]!)]
  const { stages } = designPaired(write(song, rate), write(made, rate))
  assert.ok(errorOf(stages.eq!.side!.curve, bands) < 0.4)
  assert.ok(errorOf(stages.eq!.mid.curve, []) < 0.2)
})

test('of sound in one channel alone nothing is made up: neither another curve nor dynamics nor reverberation', (t) => {
  const write = inFolder(t)
  const left = [song[0]!, new Float64Array(song[0]!.length)]
  const { stages, coherence } = designPaired(write(left, rate), write(equalised(left, bands, rate), rate))
  assert.ok(errorOf(stages.eq!.mid.curve, bands) < 0.3)
  assert.equal(stages.eq!.side, null)
  assert.ok(Math.abs(stages.width!.side) < 0.1, `${stages.width!.side}`)
  assert.equal(stages.dynamics, undefined)
  assert.equal(stages.reverb, undefined)
  assert.ok(coherence > 0.99, `${coherence}`)
})

test('a compressor is found: threshold within 2 dB, ratio within 20 %', (t) => {
  const write = inFolder(t)
  const design = designPaired(
    write(song, rate),
    write(amplified(compressed(song, rate, { threshold: -24, ratio: 3, attack: 0.01, release: 0.12 }), 1.6), rate),
  )
  const { threshold, ratio, attack, release } = design.stages.dynamics!.compressor!
  assert.ok(Math.abs(threshold + 24) < 2, `${threshold}`)
  assert.ok(Math.abs(ratio - 3) < 0.6, `${ratio}`)
  assert.ok(attack > 0.003 && attack < 0.03, `${attack}`)
  assert.ok(release > 0.06 && release < 0.24, `${release}`)
  assert.ok(Math.abs(design.gain - 20 * Math.log10(1.6)) < 0.7, `${design.gain}`)
  assert.ok(errorOf(design.stages.eq!.mid.curve, []) < 0.5)
  assert.ok(design.explained > design.coherence)
})

test('equaliser and compressor of one chain are told from each other', (t) => {
  const write = inFolder(t)
  const made = compressed(equalised(song, bands, rate), rate, { threshold: -22, ratio: 4, attack: 0.005, release: 0.2 })
  const { stages } = designPaired(write(song, rate), write(made, rate))
  assert.ok(errorOf(stages.eq!.mid.curve, bands) < 0.6)
  const { ratio } = stages.dynamics!.compressor!
  assert.ok(Math.abs(ratio - 4) < 0.8, `${ratio}`)
})

test('reverberation is found: how long, how loud, and its response', (t) => {
  const write = inFolder(t)
  const { stages } = designPaired(write(song, rate), write(reverberated(song, rate, 0.7, -9), rate))
  const { decay, wet, response, frequency: centres } = stages.reverb!
  for (const [b, seconds] of decay.entries())
    if (centres[b]! >= 500) assert.ok(Math.abs(seconds - 0.7) < 0.15, `${centres[b]} Hz: ${seconds}`)
  assert.ok(Math.abs(wet + 9) < 2, `${wet}`)
  assert.equal(response!.channels.length, 2)
  assert.equal(response!.wet, wet)
})

test('a compressor before reverberation and width is told from both', (t) => {
  const write = inFolder(t)
  const settings = { threshold: -24, ratio: 3, attack: 0.01, release: 0.12 }
  const squeezed = compressed(equalised(song, bands, rate), rate, settings)
  const made = widened(reverberated(squeezed, rate, 0.7, -6), 2.6)
  const { stages } = designPaired(write(song, rate), write(made, rate))
  assert.ok(errorOf(stages.eq!.mid.curve, bands) < 1)
  assert.ok(Math.abs(stages.width!.side - 2.6) < 0.7, `${stages.width!.side}`)
  const { ratio } = stages.dynamics!.compressor!
  assert.ok(Math.abs(ratio - 3) < 0.6, `${ratio}`)
  assert.ok(stages.reverb!.response)
})

test('where nothing was done next to nothing is done', (t) => {
  const pcm = inFolder(t)(song, rate)
  const { stages, ...design } = designPaired(pcm, pcm)
  assert.equal(design.offset, 0)
  assert.ok(Math.abs(design.fraction) < 1e-3)
  assert.ok(Math.abs(design.gain) < 0.02)
  assert.ok(stages.eq!.mid.curve.level.every((level) => Math.abs(level) < 0.1))
  assert.ok(Math.abs(stages.width!.side) < 0.02)
  assert.equal(stages.dynamics, undefined)
  assert.equal(stages.reverb, undefined)
  assert.deepEqual(design.limits, [])
})

test('other sample rates and single channels go together', (t) => {
  const write = inFolder(t)
  const made = amplified(equalised(song, bands, rate), 0.8)
  const other = resample(made, rate, 32_000, { precision: 'float64' })
  const mono = (sound: Float64Array[]) => [sound[0]!.map((l, n) => (l + sound[1]![n]!) / 2)]
  const target = write(song, rate)
  for (const [one, two] of [
    [target, write(other, 32_000)],
    [target, write(mono(made), rate)],
    [write(mono(song), rate), write(made, rate)],
  ] as const) {
    const { stages, offset } = designPaired(one, two)
    assert.equal(offset, 0)
    assert.ok(errorOf(stages.eq!.mid.curve, bands) < 0.4)
  }
})

test('a reference of which the target is a part will do, and the other way round', (t) => {
  const write = inFolder(t)
  const made = equalised(song, bands, rate)
  const cut = (sound: Float64Array[], from: number, to: number) => each(sound, (s) => s.slice(from * rate, to * rate))
  const inside = designPaired(write(cut(song, 5, 12), rate), write(made, rate))
  assert.equal(inside.offset, 5 * rate)
  assert.ok(errorOf(inside.stages.eq!.mid.curve, bands) < 0.5)
  const around = designPaired(write(song, rate), write(cut(made, 5, 12), rate))
  assert.equal(around.offset, -5 * rate)
})

const refused = (design: () => PairedDesign) =>
  assert.throws(design, (error) => error instanceof ColophonError && error.code === 'TONE_NOT_PAIRED')

test('recordings that are no pair are refused, and so is silence', (t) => {
  const write = inFolder(t)
  const target = write(song, rate)
  const names = { target: 'a.wav', reference: 'b.wav' }
  refused(() => designPaired(target, write(music(16, rate, 2), rate), { names }))
  refused(() =>
    designPaired(
      target,
      write(
        each(song, (samples) => new Float64Array(samples.length)),
        rate,
      ),
      { names },
    ),
  )
  assert.throws(
    () => designPaired(target, write(music(12, rate, 3), rate), { names }),
    /b\.wav and a\.wav are not two versions/,
  )
})

test('stages that are not wanted are left out, the cap is kept, and designs are the same each time', (t) => {
  const write = inFolder(t)
  const target = write(song, rate)
  const made = write(
    compressed(equalised(song, bands, rate), rate, { threshold: -22, ratio: 4, attack: 0.005, release: 0.2 }),
    rate,
  )
  const options = { without: ['dynamics', 'width'], eqCap: 3 } as const
  const design = designPaired(target, made, options)
  assert.deepEqual(Object.keys(design.stages), ['eq'])
  assert.ok(design.stages.eq!.mid.curve.level.every((level) => Math.abs(level) <= 3))
  assert.match(design.limits[0]!.what, /mid is held within 3 dB/)
  assert.equal(JSON.stringify(designPaired(target, made, options)), JSON.stringify(design))
})
