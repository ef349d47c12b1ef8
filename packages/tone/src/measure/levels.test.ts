import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { levelQuantiles } from './levels.ts'

const lufs = (power: number) => -0.691 + 10 * Math.log10(power)

test('of a steady sound all levels are its loudness', () => {
  for (const window of [3, 0.4, 0.05]) {
    const levels = levelQuantiles(new Float32Array(1000).fill(0.01), window)
    assert.equal(levels.length, 101)
    for (const level of levels) assert.ok(Math.abs(level - lufs(0.01)) < 0.01)
  }
})

test('what is 30 dB under the mean counts for nothing, and what is shorter than the window is one level', () => {
  const power = Float32Array.from({ length: 400 }, (_, i) => (i < 200 ? 0.1 : 1e-5))
  assert.ok(levelQuantiles(power, 0.05)[0]! > lufs(0.1) - 31)
  for (const level of levelQuantiles(power.subarray(0, 200), 3)) assert.ok(Math.abs(level - lufs(0.1)) < 0.01)
})

test('nothing is -120', () => {
  assert.deepEqual(levelQuantiles(new Float32Array(0), 3), new Array(101).fill(-120))
  assert.deepEqual(levelQuantiles(new Float32Array(500), 0.4), new Array(101).fill(-120))
})

test('levels rise, between the lowest and the highest window', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
      const power = Float32Array.from(values)
      const levels = levelQuantiles(power, 0.05)
      for (const [i, level] of levels.entries()) assert.ok(i === 0 || level >= levels[i - 1]!)
      assert.ok(levels[100]! <= lufs(Math.max(...power)) + 0.01)
    }),
  )
})

test('silence after a loud passage is not what subtraction leaves behind', () => {
  const power = Float32Array.from({ length: 2000 }, (_, i) => (i < 600 ? 1 : 2e-3))
  assert.ok(Math.abs(levelQuantiles(power, 3)[0]! - lufs(2e-3)) < 0.01)
})
