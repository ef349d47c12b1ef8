import assert from 'node:assert/strict'
import test from 'node:test'
import { convolve } from '@colophon/media'
import { analyse } from '../analysis/analyse.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { makePcm, noise, scratch } from '../pcm/testing/make-pcm.ts'
import type { Band } from '../preset/preset.ts'
import { bandsResponse } from './bands.ts'
import { curveAt } from './curves.ts'
import { firOf } from './fir.ts'
import { designStyle } from './style.ts'

const path = scratch()
const rate = 44_100
const seconds = 8
const wide = Array.from({ length: 240 }, (_, i) => 20 * 2 ** (i / 24))

/** Noise that falls by 3 dB an octave, in notes of a third of a second. */
function pink(seed: number): Float32Array {
  const next = noise(seed)
  const white = Float32Array.from({ length: seconds * rate }, (_, i) => {
    const note = [1, 0.5, 0.8, 0.3, 0.9, 0.6][Math.floor(i / rate / 0.33) % 6]!
    return next() * note
  })
  return filtered(white, { frequency: [20, 20000], level: [20, -10] })
}

const filtered = (samples: Float32Array, curve: { frequency: number[]; level: number[] }): Float32Array =>
  convolve(samples, new Float32Array(firOf(curve, rate))).subarray(0, samples.length)

const level = (samples: Float32Array, decibels: number) => samples.map((value) => value * 10 ** (decibels / 20))

const fromMidAndSide = (mid: Float32Array, side: Float32Array) => [
  mid.map((value, i) => 0.1 * (value + side[i]!)),
  mid.map((value, i) => 0.1 * (value - side[i]!)),
]

let count = 0
const analysed = (channels: Float32Array[]): Promise<Analysis> =>
  analyse(makePcm(path(`${count++}.pcm`), channels), { kind: 'music' })

const [mid, side] = [pink(1), level(pink(2), -8)]
const plain = await analysed(fromMidAndSide(mid, side))

/** Gains at frequencies, less their mean. */
function shapeAt(curve: { frequency: number[]; level: number[] }, frequency: number[]): Float64Array {
  const gains = curveAt(curve, frequency)
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  return gains.map((gain) => gain - mean)
}

test('a recording that is its own reference stays as it is', () => {
  const { eq, width, dynamics, limits } = designStyle(plain, [{ profile: plain.profile }])
  for (const curve of [eq!.mid.curve, eq!.side!.curve])
    for (const gain of curve.level) assert.ok(Math.abs(gain) <= 0.1, `${gain} dB`)
  assert.ok(Math.abs(width!.side) <= 0.1)
  assert.equal(dynamics, undefined)
  assert.deepEqual(limits, [])
})

test('the equaliser and the width that a reference was made with are found, to half a dB', async () => {
  const bands: Band[] = [
    { type: 'lowShelf', frequency: 150, gain: 5, q: 0.7 },
    { type: 'peak', frequency: 1200, gain: -6, q: 1 },
    { type: 'highShelf', frequency: 6000, gain: 4, q: 0.7 },
  ]
  const curve = { frequency: wide, level: [...bandsResponse(bands, wide, rate)] }
  const reference = await analysed(fromMidAndSide(filtered(mid, curve), level(filtered(side, curve), 4)))
  const { eq, width, predicted } = designStyle(plain, [{ profile: reference.profile }])
  const frequency = wide.filter((f) => f > 60 && f < 14000)
  const [found, made] = [shapeAt(eq!.mid.curve, frequency), shapeAt(curve, frequency)]
  const apart = found.map((gain, i) => Math.abs(gain - made[i]!))
  assert.ok(apart.reduce((a, b) => a + b) / apart.length < 0.25)
  assert.ok(Math.max(...apart) < 1, `${Math.max(...apart)} dB apart`)
  // Only the sum of the side's shape and its gain is given, relative to the mid.
  const relative = frequency.map(
    (_, i) => curveAt(eq!.side!.curve, frequency)[i]! + width!.side - curveAt(eq!.mid.curve, frequency)[i]!,
  )
  assert.ok(Math.abs(relative.reduce((a, b) => a + b) / relative.length - 4) < 0.5)
  assert.ok(predicted.error.mid < 0.3 && predicted.error.side! < 0.3, JSON.stringify(predicted.error))
})

test('where a reference has nothing nothing is asked for', async () => {
  const cut = { frequency: [20, 7000, 7600, 20000], level: [0, 0, -90, -90] }
  const reference = await analysed(fromMidAndSide(filtered(mid, cut), filtered(side, cut)))
  const { eq } = designStyle(plain, [{ profile: reference.profile }], { eqCap: 44 })
  const [below, above] = curveAt(eq!.mid.curve, [5000, 12000])
  assert.ok(Math.abs(above! - below!) < 3, `${above! - below!} dB`)
})

test('the shape keeps to its cap, and says where it would have gone further', async () => {
  const tilt = { frequency: [20, 20000], level: [30, -30] }
  const reference = await analysed(fromMidAndSide(filtered(mid, tilt), filtered(side, tilt)))
  const { eq, limits } = designStyle(plain, [{ profile: reference.profile }], { eqCap: 6 })
  for (const curve of [eq!.mid.curve, eq!.side!.curve]) assert.ok(curve.level.every((gain) => Math.abs(gain) <= 6.0005))
  assert.ok(limits.some(({ stage, what }) => stage === 'eq' && what.includes('6 dB')))
})

test('half the strength is half the curve', async () => {
  const tilt = { frequency: [20, 20000], level: [5, -5] }
  const reference = await analysed(fromMidAndSide(filtered(mid, tilt), level(filtered(side, tilt), 6)))
  const of = (strength: number) =>
    designStyle(plain, [{ profile: reference.profile }], { strength: { eq: strength, width: strength } })
  const [whole, half] = [of(1), of(0.5)]
  for (const [i, gain] of whole.eq!.mid.curve.level.entries())
    assert.ok(Math.abs(half.eq!.mid.curve.level[i]! - gain / 2) < 0.01)
  // The width counts by total power, to which a curve of half the gains adds more or less than half.
  assert.ok(Math.abs(half.width!.side - whole.width!.side / 2) < 0.6)
  assert.equal(designStyle(plain, [{ profile: reference.profile }], { without: ['eq', 'width'] }).eq, undefined)
})

test('sides with nothing in them are not raised, and the limit is told', async () => {
  const almostMono = await analysed(fromMidAndSide(mid, level(side, -75)))
  const { width, limits } = designStyle(almostMono, [{ profile: plain.profile }])
  assert.ok(width!.side <= 0, `${width!.side} dB`)
  assert.ok(limits.some(({ stage, why }) => stage === 'width' && why.includes('nothing in them')))
})

test('of a mono recording, or to a mono reference, the width is left alone', async () => {
  const mono = await analysed([mid.map((value) => 0.1 * value)])
  const spread = designStyle(mono, [{ profile: plain.profile }])
  assert.equal(spread.width, undefined)
  assert.equal(spread.eq!.side, null)
  assert.ok(spread.limits.some(({ stage }) => stage === 'width'))
  const narrowed = designStyle(plain, [{ profile: mono.profile }])
  assert.equal(narrowed.width, undefined)
  assert.ok(narrowed.limits.some(({ stage }) => stage === 'width'))
})

test('left and right hardly come to cancel, though those of the reference do, unless that is wanted', async () => {
  const apart = await analysed(fromMidAndSide(level(mid, -12), level(side, 14)))
  const gain = (monoSafe: boolean) => {
    const { eq, width, limits } = designStyle(plain, [{ profile: apart.profile }], { monoSafe })
    const bins = plain.spectrum.mid.map((_, k) => (k * rate) / plain.sketch.frameLength)
    const gains = [eq!.mid.curve, eq!.side!.curve].map((curve) =>
      curveAt(curve, bins).map((value) => 10 ** (value / 10)),
    )
    const power = (spectrum: Float64Array, gained: Float64Array) =>
      spectrum.reduce((sum, value, k) => sum + value * gained[k]!, 0)
    const over = power(plain.spectrum.side!, gains[1]!) / power(plain.spectrum.mid, gains[0]!)
    return { over: 10 * Math.log10(over) + width!.side, limits }
  }
  const safe = gain(true)
  assert.ok(safe.over <= 3.1, `the side is ${safe.over} dB over the mid`)
  assert.ok(safe.limits.some(({ stage, why }) => stage === 'width' && why.includes('mono')))
  assert.ok(gain(false).over > 10)
})

test('of speech only what speech lies in is raised, and the width is left alone', async () => {
  const tilt = { frequency: [20, 20000], level: [12, 12] }
  const rumble = { frequency: [20, 60, 100, 10000, 14000, 20000], level: [12, 12, 0, 0, 12, 12] }
  const reference = await analysed(fromMidAndSide(filtered(mid, rumble), filtered(side, tilt)))
  const { eq, width } = designStyle(plain, [{ profile: reference.profile }], { kind: 'speech' })
  assert.equal(width, undefined)
  for (const gain of curveAt(eq!.mid.curve, [30, 50, 18000])) assert.ok(gain <= 0.01, `${gain} dB`)
})

test('references may be for some stages only, and silence is not designed on', async () => {
  const only = designStyle(plain, [{ profile: plain.profile, stages: ['eq'] }])
  assert.ok(only.eq && !only.width && !only.dynamics)
  const silence = await analysed([new Float32Array(rate), new Float32Array(rate)])
  const none = designStyle(silence, [{ profile: plain.profile }])
  assert.equal(none.eq, undefined)
  assert.equal(none.dynamics, undefined)
})

test('what was measured behind a first design is what dynamics are designed on in the second', () => {
  // The level behind the filters swings by 12 dB, of which the sketch cannot know.
  const power = plain.power.map((value, i) => value * (Math.floor(i / 100) % 2 === 0 ? 1 : 1 / 16))
  const first = designStyle(plain, [{ profile: plain.profile }])
  const second = designStyle(plain, [{ profile: plain.profile }], {
    measured: { power, eq: first.eq, width: first.width },
  })
  assert.equal(first.dynamics, undefined)
  assert.ok(second.dynamics!.curves.length > 0)
})

test('the width is that of the reference also where the EQ is off, or may act on little', async () => {
  const wider = await analysed(fromMidAndSide(level(mid, -20), level(side, -8)))
  const narrow = await analysed(fromMidAndSide(level(mid, -8), level(side, -14)))
  const lacking = wider.profile.width! - narrow.profile.width!
  const gain = (options: Parameters<typeof designStyle>[2]) =>
    designStyle(narrow, [{ profile: wider.profile }], { monoSafe: false, ...options }).width!.side
  assert.ok(Math.abs(gain({ without: ['eq'] }) - lacking) < 0.6)
  assert.ok(Math.abs(gain({ eqFrom: 1000, eqTo: 1100 }) - lacking) < 0.8)
  assert.ok(Math.abs(gain({ without: ['eq'], strength: { width: 0.5 } }) - lacking / 2) < 0.6)
})
