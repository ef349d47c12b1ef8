import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { scratch } from '../pcm/testing/make-pcm.ts'
import { eqOf, matched, quantity, type Result, shareOf } from './testing/matching.ts'
import { song, wav } from './testing/recordings.ts'

const path = scratch()
const seconds = 3
const original = song(1, { seconds, peak: 0.4 })
const target = wav(path('target.wav'), original)
const bright = wav(path('bright.wav'), song(2, { seconds, tilt: 10, side: 0.7, peak: 0.8 }))
const dark = wav(path('dark.wav'), song(3, { seconds, tilt: -10, side: 0.2, peak: 0.3 }))

const power = (samples: Float32Array): number => samples.reduce((sum, value) => sum + value * value, 0)

/** dB of what differs between two recordings over the first, at the gain at which they are most alike. */
function residual(sounds: readonly Float32Array[], others: readonly Float32Array[]): number {
  let [both, own, other] = [0, 0, 0]
  for (const [channel, samples] of sounds.entries()) {
    own += power(samples)
    other += power(others[channel]!)
    for (const [i, value] of samples.entries()) both += value * others[channel]![i]!
  }
  return 10 * Math.log10(Math.max(1e-12, 1 - (both * both) / (own * other)))
}

describe('a match', { concurrency: false }, () => {
  let whole: Result

  before(async () => {
    whole = await matched(path, target, bright)
  })

  it('of a recording to itself is the recording', async () => {
    const { preset, loudness, samples, measured } = await matched(path, target, target)
    const largest = Math.max(...preset.eq!.mid.curve.level.map(Math.abs))
    assert.ok(largest <= 0.1, `the EQ has ${largest} dB`)
    assert.ok(Math.abs(preset.width!.side) <= 0.1)
    const integrated = measured.quantities.find(({ name }) => name === 'integratedLoudness')!
    assert.ok(Math.abs(loudness.integrated! - integrated.before!) <= 0.05)
    assert.ok(residual(original, samples) < -40, `${residual(original, samples)} dB`)
  })

  it('with amount 0 changes nothing but loudness', async () => {
    const { preset, samples, loudness } = await matched(path, target, bright, { amount: 0 })
    assert.deepEqual(Object.keys(preset).sort(), ['colophon', 'kind', 'limiter', 'loudness', 'mode', 'version'])
    // What is left over is what the limiter does to the highest peaks.
    assert.ok(residual(original, samples) < -25, `${residual(original, samples)} dB`)
    assert.ok(Math.abs(loudness.integrated! - whole.loudness.integrated!) < 0.1)
  })

  it('without some stages has all others, with half of the strength about half as much', async () => {
    const half = await matched(path, target, bright, {
      without: ['dynamics', 'loudness'],
      strength: { eq: 0.5, width: 0.5 },
    })
    assert.ok(whole.preset.dynamics && !half.preset.dynamics)
    const own = quantity(whole, 'integratedLoudness').before!
    assert.ok(Math.abs(half.preset.loudness.target! - own) < 0.01)
    const distance = (result: Result) => quantity(result, 'spectrumMid').after!
    const before = quantity(whole, 'spectrumMid').before!
    assert.ok(distance(half) > distance(whole) && distance(half) < before)
    const share = shareOf(eqOf(half), eqOf(whole))
    assert.ok(share > 0.4 && share < 0.6, `${share} of the EQ`)
    const [wide, less] = [whole, half].map(({ preset }) => preset.width!.side)
    assert.ok(less! > 0.25 * wide! && less! < 0.75 * wide!, `${less} dB of ${wide} dB`)
  })

  it('to several references lies between them, nearer to the one with more weight', async () => {
    const toDark = await matched(path, target, dark)
    const mixed = await matched(path, target, [bright, dark], { weight: [3, 1] })
    const away = (result: Result) => eqOf(result).map((level, i) => level - eqOf(toDark)[i]!)
    const share = shareOf(away(mixed), away(whole))
    assert.ok(share > 0.5 && share < 1, `the EQ is ${share} of the way from dark to bright`)
    const loudness = (result: Result) => result.loudness.integrated!
    const up = (loudness(mixed) - loudness(toDark)) / (loudness(whole) - loudness(toDark))
    assert.ok(up > 0.5 && up < 1, `the loudness is ${up} of the way`)
    assert.deepEqual(
      mixed.measured.references.map(({ weight }) => weight),
      [3, 1],
    )
  })

  /**
   * An EQ is undone by its inverse where it is not capped; dynamics are not, quite: they are found from distributions of levels, and the
   * peaks that the limiter took do not come back. So spectra return to within 0.5 dB in the mean, loudness to within 0.1 LU and width to within 0.5 dB.
   */
  it('to another recording and back is near to what it was', async () => {
    const gentle = wav(path('gentle.wav'), song(4, { seconds, tilt: 4, side: 0.55, peak: 0.5 }))
    const there = await matched(path, target, gentle)
    const back = await matched(path, wav(path('there.wav'), there.samples), target)
    const away = quantity(there, 'spectrumMid').before!
    const left = quantity(back, 'spectrumMid').after!
    assert.ok(left < 0.5 && left < away / 5, `spectra are ${left} dB apart, and were ${away} dB`)
    assert.ok(Math.abs(back.loudness.integrated! - quantity(there, 'integratedLoudness').before!) < 0.1)
    assert.ok(Math.abs(quantity(back, 'width').after! - quantity(there, 'width').before!) < 0.5)
    assert.ok(residual(original, back.samples) < residual(original, there.samples))
  })
})
