import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmWriter } from '../pcm/pcm-writer.ts'
import golden from './distances.golden.json' with { type: 'json' }
import { measureSound, pairedDistance, type SoundMeasures, soundDistance } from './distances.ts'
import { twoSounds } from './testing/two-sounds.ts'

const folder = mkdtempSync(join(tmpdir(), 'colophon-distances-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
function pcmOf(channels: readonly Float32Array[], sampleRate: number): Pcm {
  const layout = channels.length === 1 ? 'mono' : 'stereo'
  using writer = new PcmWriter({
    path: join(folder, `${files++}.pcm`),
    sampleRate,
    layout,
    channels: channels.length,
  })
  writer.write(channels)
  return writer.end()
}

const near = (found: number | null, wanted: number | null, most: number, what: string) =>
  assert.ok(found === wanted || Math.abs(found! - wanted!) <= most, `${what} is ${found} and should be ${wanted}`)

for (const { sampleRate, stereo, sounds, distance, paired } of golden) {
  const kind = `${stereo ? 'stereo' : 'mono'} at ${sampleRate} Hz`
  const [one, other] = twoSounds(sampleRate, stereo).map((channels) => pcmOf(channels, sampleRate)) as [Pcm, Pcm]
  const measured = Promise.all([one, other].map(measureSound)) as Promise<[SoundMeasures, SoundMeasures]>

  test(`levels of bands, width and crest are those that SciPy gives: ${kind}`, async () => {
    const measures = await measured
    for (const [index, { mid, side, mel, width, crest }] of sounds.entries()) {
      const found = measures[index]!
      assert.equal(found.mid.length, mid.length)
      for (const [band, level] of mid.entries()) near(found.mid[band]!, level, 1e-3, `band ${band} of the mid`)
      assert.equal(found.side?.length ?? null, side?.length ?? null)
      for (const [band, level] of (side ?? []).entries()) near(found.side![band]!, level, 1e-3, `side ${band}`)
      // Between two levels that are far apart any is a quantile.
      const off = mel.flatMap((levels, quantile) =>
        levels.map((level, band) => Math.abs(found.mel[quantile]![band]! - level)),
      )
      assert.ok(Math.max(...off) < 1)
      assert.ok(off.reduce((sum, each) => sum + each, 0) / off.length < 0.05)
      near(found.width, width, 0.01, 'the width')
      near(found.crest, crest, 0.01, 'the crest')
    }
  })

  test(`distances are those that SciPy gives: ${kind}`, async () => {
    const found = soundDistance(...(await measured))
    near(found.mid, distance.mid, 1e-3, 'that of the mid')
    near(found.side, distance.side, 1e-3, 'that of the side')
    near(found.melQuantile, distance.melQuantile, 0.02, 'that of mel bands')
    near(found.width, distance.width, 0.02, 'that of widths')
    near(found.crest, distance.crest, 0.02, 'that of crests')
  })

  test(`short-time spectra are as far apart as SciPy says: ${kind}`, () => {
    const found = pairedDistance(one, other)
    near(found.logL1, paired.logL1, 2e-3, 'the difference of levels')
    near(found.convergence, paired.convergence, 1e-4, 'the convergence')
  })
}

test('a sound is at no distance from itself, and 6 dB from itself at half the level', async () => {
  const [channels] = twoSounds(44_100, true) as [Float32Array[]]
  const whole = pcmOf(channels, 44_100)
  const half = pcmOf(
    channels.map((samples) => samples.map((value) => value / 2)),
    44_100,
  )
  const [a, b] = [await measureSound(whole), await measureSound(half)]
  assert.deepEqual(soundDistance(a, a), { mid: 0, side: 0, melQuantile: 0, width: 0, crest: 0 })
  assert.deepEqual(pairedDistance(whole, whole), { logL1: 0, convergence: 0 })
  const { mid, side, melQuantile, width, crest } = soundDistance(b, a)
  const step = 20 * Math.log10(2)
  for (const value of [mid, side!]) assert.ok(Math.abs(value - step) < 1e-3)
  // Quiet bands and quiet frames are cut off at floors.
  assert.ok(Math.abs(melQuantile - step) < 0.5, `${melQuantile}`)
  assert.ok(Math.abs(width!) < 1e-6 && Math.abs(crest) < 1e-6)
  assert.ok(Math.abs(pairedDistance(half, whole).convergence - 0.5) < 1e-3)
})

test('silence, a few samples and mono beside stereo have distances that are numbers', async () => {
  const stereo = pcmOf([new Float32Array(50_000), new Float32Array(50_000)], 48_000)
  const short = pcmOf([Float32Array.of(0.5, -0.5, 0.25)], 48_000)
  const [a, b] = [await measureSound(stereo), await measureSound(short)]
  assert.equal(a.width, null)
  const { mid, side, melQuantile, width, crest } = soundDistance(a, b)
  for (const value of [mid, melQuantile, crest]) assert.ok(Number.isFinite(value))
  assert.deepEqual([side, width], [null, null])
  const { logL1, convergence } = pairedDistance(stereo, short)
  assert.ok(Number.isFinite(logL1) && Number.isFinite(convergence))
  assert.deepEqual(pairedDistance(stereo, stereo), { logL1: 0, convergence: 0 })
})

test('sounds of different rates are refused', async () => {
  const [one, other] = [44_100, 48_000].map((rate) => pcmOf([new Float32Array(100)], rate)) as [Pcm, Pcm]
  assert.throws(() => pairedDistance(one, other), RangeError)
  const [a, b] = [await measureSound(one), await measureSound(other)]
  assert.throws(() => soundDistance(a, b), RangeError)
})

test('recordings of which one begins later are compared where they go together', () => {
  const noise = Float32Array.from({ length: 30_000 }, (_, i) => Math.sin(i * i * 0.001) * 0.3)
  const [whole, late] = [pcmOf([noise], 44_100), pcmOf([noise.slice(5000)], 44_100)]
  assert.deepEqual(pairedDistance(late, whole, 5000), { logL1: 0, convergence: 0 })
  assert.deepEqual(pairedDistance(whole, late, -5000), { logL1: 0, convergence: 0 })
  assert.ok(pairedDistance(late, whole).logL1 > 1)
})
