import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  haar,
  haar2d,
  haarLevels,
  haarMaxLevels,
  haarPyramid,
  inverseHaar,
  inverseHaarLevels,
  inverseHaarPyramid,
} from './haar.ts'
import type { Numbers } from './precision.ts'
import { distance, noise, tolerance } from './testing/compare.ts'

const energy = (bands: readonly Numbers[]) =>
  bands.reduce((sum, band) => sum + [...band].reduce((part, value) => part + value * value, 0), 0)

for (const precision of ['float64', 'float32'] as const) {
  test(`signals and planes come back from any number of levels, ${precision}`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (width, height, seed) => {
        const levels = 1 + (seed % Math.max(1, haarMaxLevels(width)))
        const signal = noise(precision, width, seed)
        const back = inverseHaarLevels(haarLevels(signal, levels), width)
        assert.equal(back.constructor, signal.constructor)
        assert.ok(distance([back], [signal]) < tolerance[precision])
        const plane = noise(precision, width * height, seed)
        const pyramid = haarPyramid(plane, width, height, levels)
        assert.equal(pyramid.details.length, levels)
        assert.ok(distance([inverseHaarPyramid(pyramid, width, height)], [plane]) < tolerance[precision])
      }),
    )
  })
}

test('energy is kept when all sides are even', () => {
  const plane = noise('float64', 32 * 16, 3)
  const { approximation, details } = haarPyramid(plane, 32, 16, 4)
  const bands = details.flatMap(({ horizontal, vertical, diagonal }) => [horizontal, vertical, diagonal])
  assert.ok(Math.abs(energy([approximation, ...bands]) / energy([plane]) - 1) < 1e-12)
})

test('an odd signal goes on with its last number once more', () => {
  const { approximation, detail } = haar(Float64Array.of(1, 3, 5))
  assert.ok(distance([approximation], [[4 / Math.SQRT2, 10 / Math.SQRT2]]) < 1e-15)
  assert.ok(distance([detail], [[-2 / Math.SQRT2, 0]]) < 1e-15)
})

test('horizontal edges are in the horizontal band, vertical ones in the vertical band', () => {
  const across = haar2d(Float32Array.of(1, 1, 0, 0), 2, 2)
  assert.deepEqual([across.horizontal[0], across.vertical[0], across.diagonal[0]], [1, 0, 0])
  const down = haar2d(Float32Array.of(1, 0, 1, 0), 2, 2)
  assert.deepEqual([down.horizontal[0], down.vertical[0], down.diagonal[0]], [0, 1, 0])
})

test('levels and lengths that do not fit are refused', () => {
  assert.throws(() => haarLevels(new Float32Array(8), 4), /The levels must be a whole number from 1 to 3, and are 4/)
  assert.throws(() => haarLevels(new Float32Array(8), 0), /from 1 to 3/)
  assert.throws(() => haar(new Float32Array(0)), /at least 1/)
  assert.throws(() => haar2d(new Float32Array(5), 2, 3), /The plane must have 6 numbers, and has 5/)
  const bands = haar(new Float32Array(8))
  assert.throws(() => inverseHaar(bands, 9), /The approximation must have 5 numbers, and has 4/)
})
