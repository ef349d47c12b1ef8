import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { preset } from '../preset/preset.ts'
import { isThere, planOf, presetOf } from './plan.ts'
import { loudnessTargets } from './targets.ts'

const measured = (integrated: number, truePeak: number | null) => ({
  integrated,
  truePeak,
  samplePeak: truePeak,
  range: 5,
  maxMomentary: integrated + 3,
  maxShortTerm: integrated + 1,
})
const target = { loudness: -16, ceiling: -1, source: 'test' }

test('gain is the difference where peaks have room', () => {
  assert.deepEqual(planOf(measured(-20, -6), target, 'auto'), { gain: 4, limits: false })
  assert.deepEqual(planOf(measured(-20, -6), target, 'never'), { gain: 4, limits: false })
  assert.deepEqual(planOf(measured(-10, 0), target, 'never'), { gain: -6, limits: false })
})

test('peaks that would be too high are limited, or hold the gain back', () => {
  assert.deepEqual(planOf(measured(-20, -2), target, 'auto'), { gain: 4, limits: true })
  assert.deepEqual(planOf(measured(-20, -2), target, 'never'), { gain: 1, limits: false })
})

test('without a limiter no peak is above the ceiling and none is as loud as it could be under the target', () => {
  const level = fc.double({ min: -60, max: 10, noNaN: true })
  fc.assert(
    fc.property(level, level, level, (integrated, truePeak, loudness) => {
      const { gain } = planOf(measured(integrated, truePeak), { ...target, loudness }, 'never')
      assert.ok(truePeak + gain <= -1 + 1e-9)
      assert.ok(integrated + gain <= loudness + 1e-9)
      assert.ok(truePeak + gain >= -1 - 1e-9 || integrated + gain >= loudness - 1e-9)
    }),
  )
})

test('what is near its target is left alone, unless its peaks are too high', () => {
  assert.equal(isThere(measured(-16.05, -3), target, 'auto'), true)
  assert.equal(isThere(measured(-16.2, -3), target, 'auto'), false)
  assert.equal(isThere(measured(-16, -0.5), target, 'auto'), false)
})

test('what cannot be louder without a limiter is left alone where there is to be none', () => {
  assert.equal(isThere(measured(-20, -1.05), target, 'never'), true)
  assert.equal(isThere(measured(-20, -1.05), target, 'auto'), false)
  assert.equal(isThere(measured(-20, -0.95), target, 'never'), false)
})

test('every plan is a preset', () => {
  for (const goal of Object.values(loudnessTargets)) {
    for (const limits of [true, false]) {
      const made = presetOf({ gain: 3, limits }, goal, goal.ceiling - 0.05)
      assert.deepEqual(preset.parse(made), made)
    }
  }
})
