import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Transfer } from '../preset/preset.ts'
import { stepsOf } from './steps.ts'
import { applyTransfers, gainPages, levelOf, transferReach, windowedPower } from './transfers.ts'

const curves: Transfer[] = [
  { window: 3, smoothing: 0.8, level: [-40, -20, -10], gain: [6, 0, -4] },
  { window: 0.4, smoothing: 0.15, level: [-35, -15], gain: [-3, 3] },
  { window: 0.05, smoothing: 0.03, level: [-50, -5], gain: [2, -2] },
]

/** Power that goes up and down in no order. */
const wild = (length: number, seed: number) =>
  Float32Array.from(
    { length },
    (_, i) => 10 ** (-2 - 2.5 * Math.abs(Math.sin(seed + i * 0.37) * Math.cos(i * 0.011 + seed))),
  )

test('a level that stays gets the gain of the curve, and the next curve meets what the first left', () => {
  const power = new Float32Array(1500).fill(10 ** ((-30 + 0.691) / 10))
  const gain = applyTransfers(power, [
    { window: 3, smoothing: 0.8, level: [-40, -20], gain: [8, -8] },
    { window: 0.4, smoothing: 0.15, level: [-40, -30, -20], gain: [0, 5, 0] },
  ])
  assert.ok(Math.abs(gain[750]! - 5) < 1e-3)
  const second = applyTransfers(power, [
    { window: 3, smoothing: 0.8, level: [-40, -20], gain: [4, 4] },
    { window: 0.4, smoothing: 0.15, level: [-30, -26, -20], gain: [0, 5, 0] },
  ])
  assert.ok(Math.abs(second[750]! - 9) < 1e-3, 'the level is 4 dB higher by then')
})

test('gains are held beyond the ends of a curve, and silence gets a number', () => {
  const at = (level: number) =>
    applyTransfers(new Float32Array(500).fill(10 ** ((level + 0.691) / 10)), [curves[0]!])[250]!
  assert.ok(Math.abs(at(-90) - 6) < 1e-3)
  assert.ok(Math.abs(at(0) + 4) < 1e-3)
  assert.ok(applyTransfers(new Float32Array(500), curves).every(Number.isFinite))
})

test('a page with its margin has the bits of the whole', () => {
  const reach = Math.ceil(transferReach(curves) * 100)
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer(),
      (from, count, seed) => {
        const power = wild(3000, seed % 100)
        const whole = applyTransfers(power, curves)
        const first = Math.max(0, from - reach)
        const page = applyTransfers(power.subarray(first, from + count + reach), curves)
        assert.deepEqual(page.subarray(from - first, from - first + count), whole.subarray(from, from + count))
      },
    ),
    { numRuns: 20 },
  )
})

test('what lies further off than the reach makes no difference', () => {
  const reach = transferReach(curves) * 100
  const power = wild(3000, 1)
  const other = power.slice()
  const at = 1500
  for (let i = 0; i < other.length; i++) if (Math.abs(i - at) > reach) other[i] = 1
  assert.equal(applyTransfers(power, curves)[at], applyTransfers(other, curves)[at])
})

test('smoothing is that of a Gaussian', () => {
  const power = new Float32Array(2000).fill(1e-6)
  power.fill(1e-1, 1000)
  // A step of the level over a short window is a step of gain from 0 to 1, smoothed.
  const gain = applyTransfers(power, [{ window: 0.01, smoothing: 0.5, level: [-50, -20], gain: [0, 1] }])
  const part = (z: number) => gain[1000 + Math.round(z * 50)]!
  // Values of the normal distribution at -1, 0.5 and 2 standard deviations.
  assert.ok(Math.abs(part(-1) - 0.1587) < 0.02)
  assert.ok(Math.abs(part(0.5) - 0.6915) < 0.02)
  assert.ok(Math.abs(part(2) - 0.9772) < 0.01)
})

test('the mean over a window is exact, and shorter at the ends', () => {
  const means = windowedPower([1, 2, 3, 4, 5], 0.03)
  assert.deepEqual([...means], [1.5, 2, 3, 4, 4.5])
  assert.ok(Math.abs(levelOf(1) + 0.691) < 1e-12)
  assert.ok(Number.isFinite(levelOf(0)))
})

test('gains of power that is read in stretches are those of all of it', () => {
  const power = Float32Array.from({ length: 130_000 }, (_, i) => 10 ** (-3 + 2 * Math.sin(i / 900)))
  const transfers = [
    { window: 3, smoothing: 0.8, level: [-50, -20, 0], gain: [6, 0, -6] },
    { window: 0.05, smoothing: 0.03, level: [-40, 0], gain: [-2, 3] },
  ]
  const whole = applyTransfers(power, transfers)
  let [next, off] = [0, 0]
  for (const { from, gain } of gainPages(stepsOf(power), transfers)) {
    assert.equal(from, next)
    next += gain.length
    for (const [i, value] of gain.entries()) if (value !== whole[from + i]) off++
  }
  assert.deepEqual([next, off], [power.length, 0])
})
