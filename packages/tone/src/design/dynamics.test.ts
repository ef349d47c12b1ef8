import assert from 'node:assert/strict'
import test from 'node:test'
import { levelQuantiles } from '../measure/levels.ts'
import { loudnessOf } from '../measure/loudness.ts'
import { noise } from '../pcm/testing/make-pcm.ts'
import { levelWindows } from '../profile.ts'
import { designDynamics } from './dynamics.ts'
import { excerptsOf } from './excerpts.ts'
import { fitCompressor } from './fit-compressor.ts'
import { levelSpread } from './level-spread.ts'
import { stepsOf } from './steps.ts'
import { applyTransfers } from './transfers.ts'

/** Power per 10 ms of something like music: phrases, notes and attacks, so many dB up and down. */
function music(
  seconds: number,
  [phrases, notes, attacks]: readonly [number, number, number],
  seed: number,
): Float32Array {
  const next = noise(seed)
  let [phrase, note] = [0, 0]
  return Float32Array.from({ length: seconds * 100 }, (_, i) => {
    if (i % 500 === 0) phrase = next() * phrases
    if (i % 40 === 0) note = next() * notes
    const attack = attacks * (0.5 - (i % 40) / 40)
    return 10 ** ((-20 + phrase + note + attack + next()) / 10)
  })
}

const levelsOf = (power: Float32Array) =>
  levelWindows.map((window) => ({ window, quantiles: levelQuantiles(power, window) }))

const withGain = (power: Float32Array, gain: Float32Array) => power.map((value, i) => value * 10 ** (gain[i]! / 10))

test('the spread of levels is that of the profile', () => {
  const power = music(90, [6, 4, 6], 5)
  for (const { window, quantiles } of levelsOf(power)) {
    const spread = levelSpread(power, window)
    for (let q = 1; q < 100; q++) assert.ok(Math.abs(spread.quantiles[q]! - quantiles[q]!) < 0.15)
  }
})

test('a recording that is spread as it should be gets no dynamics', () => {
  const power = music(60, [5, 4, 6], 1)
  assert.deepEqual(designDynamics(power, levelsOf(power), loudnessOf(power).range).curves, [])
})

test('levels come to be spread as those of the reference, and the loudness range with them', () => {
  const [wide, even] = [music(90, [6, 5, 8], 1), music(90, [2.5, 3, 5], 2)]
  for (const [power, reference] of [
    [wide, even],
    [even, wide],
  ] as const) {
    const range = loudnessOf(reference).range
    const { curves, distance } = designDynamics(power, levelsOf(reference), range)
    const result = withGain(power, applyTransfers(power, curves))
    assert.ok(Math.abs(loudnessOf(result).range - range) <= 0.3, `${loudnessOf(result).range} LU instead of ${range}`)
    assert.ok(distance.after < distance.before / 2)
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
    assert.ok(Math.abs(10 * Math.log10(mean(result) / mean(power))) < 0.2, 'the mean power stays')
  }
})

test('gains keep to the most that is allowed', () => {
  const { curves } = designDynamics(music(60, [10, 8, 10], 3), levelsOf(music(60, [1, 1, 1], 4)), 0.5, { most: 3 })
  assert.ok(curves.length > 0)
  for (const { gain } of curves) assert.ok(gain.every((value) => Math.abs(value) <= 3))
})

test('what lies far below the mean, noise and silence, is never raised', () => {
  const power = music(60, [6, 5, 8], 1)
  power.fill(1e-8, 2000, 3500)
  const { curves } = designDynamics(power, levelsOf(music(60, [1, 1, 2], 2)), 1)
  assert.ok(curves.length > 0)
  const gain = applyTransfers(power, curves)
  for (let i = 2500; i < 3000; i++) assert.ok(gain[i]! <= 0.01, `${gain[i]} dB`)
})

test('what lies deeper than levels count down to is not raised, though the reference has fewer pauses', () => {
  const [power, reference] = [music(60, [3, 3, 4], 1), music(60, [3, 3, 4], 2)]
  // Rests of a second in every two, 25 dB down.
  for (let i = 0; i < power.length; i++) if (i % 200 >= 100) power[i]! *= 0.003
  const rests = (depth: number) => {
    const { curves } = designDynamics(power, levelsOf(reference), null, { depth })
    const gain = applyTransfers(power, curves)
    const mean = (from: number) => {
      let [sum, count] = [0, 0]
      for (let at = from; at < gain.length; at += 200)
        for (let i = at; i < Math.min(at + 30, gain.length); i++, count++) sum += gain[i]!
      return sum / count
    }
    return mean(135) - mean(35)
  }
  assert.ok(rests(30) > 6, `${rests(30)} dB`)
  assert.ok(rests(12) < 2, `${rests(12)} dB`)
})

test('half the strength is about half the change', () => {
  const [power, reference] = [music(90, [6, 5, 8], 1), music(90, [2.5, 3, 5], 2)]
  const range = loudnessOf(reference).range
  const half = designDynamics(power, levelsOf(reference), range, { strength: 0.5 })
  const { before, after, wanted } = half.range
  const part = (before - after) / (before - wanted)
  assert.ok(part > 0.3 && part < 0.7, `${part}`)
  assert.deepEqual(designDynamics(power, levelsOf(reference), range, { strength: 0 }).curves, [])
})

test('a moment too short for levels gets no dynamics', () => {
  const power = new Float32Array(30).fill(0.01)
  assert.deepEqual(designDynamics(power, levelsOf(music(60, [5, 4, 6], 1)), 5).curves, [])
})

test('of a recording of a few seconds the loudness range is left alone', () => {
  const power = music(6, [6, 5, 8], 1)
  const { curves, range } = designDynamics(power, levelsOf(music(90, [2, 3, 5], 2)), 1)
  assert.equal(range.wanted, range.before)
  const slow = curves.find(({ window }) => window === 3)
  assert.ok(!slow || slow.gain.every((gain) => gain === 0))
})

test('a compressor is found again from the curve that it makes', () => {
  const power = music(120, [9, 7, 6], 7)
  const [threshold, ratio] = [-20, 4]
  const level = Array.from({ length: 61 }, (_, i) => -60 + i)
  const curve = {
    window: 0.05,
    smoothing: 0.03,
    level,
    gain: level.map((at) => (at > threshold ? (1 / ratio - 1) * (at - threshold) : 0) + 3),
  }
  const found = fitCompressor([curve], power)
  assert.ok(Math.abs(found.threshold - threshold) <= 2, `threshold ${found.threshold}`)
  assert.ok(Math.abs(found.ratio / ratio - 1) <= 0.2, `ratio ${found.ratio}`)
  assert.ok(Math.abs(found.makeUp - 3) <= 0.7, `make-up ${found.makeUp}`)
  assert.ok(found.residual < 1.5, `${found.residual} dB remain`)
})

test('of a long recording evenly spread minutes are looked at, of a short one all', () => {
  const steps = Float32Array.from({ length: 60000 }, (_, i) => i)
  assert.equal(excerptsOf(steps.subarray(0, 500), 3).length, 500)
  const parts = excerptsOf(steps, 3)
  const numbers = Array.from(steps)
  assert.equal(parts.length, 18000)
  assert.deepEqual([parts[0], parts[6000], parts[17999]], [0, 27000, 59999])
  for (const most of [3, 10]) {
    const same = excerptsOf(numbers, most)
    assert.ok(excerptsOf(stepsOf(steps), most).every((value, i) => value === same[i]))
  }
})
