import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { inverse, type Matrix, product } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import { readingAt } from './readings.ts'
import { type Refined, refine, refineMatrix } from './refine.ts'
import { findSync } from './sync.ts'
import { pattern, tiled, turned } from './testing/tiled-plane.ts'

const [width, height] = [480, 400]

/** By how many canonical pixels two geometries differ at the ends of the picture, against its middle. */
function apart(found: Matrix, truth: Matrix): number {
  const [a, b] = [inverse(found), inverse(truth)]
  const across = Math.hypot(a[0] - b[0], a[2] - b[2]) * (width / 2)
  const down = Math.hypot(a[1] - b[1], a[3] - b[3]) * (height / 2)
  return Math.max(across, down)
}

const refined = (plane: GreyPlane, matrix: Matrix): Matrix =>
  refineMatrix(plane, matrix, readingAt(plane, matrix, pattern).sync, pattern)

test('a geometry that is off by up to two pixels at the edges becomes exact, whatever way it is off', () => {
  const off = fc.double({ min: -2, max: 2, noNaN: true })
  const angle = fc.double({ min: 0, max: 360, noNaN: true })
  fc.assert(
    fc.property(angle, fc.boolean(), off, off, off, off, (degrees, mirrored, a, b, c, d) => {
      const truth = turned(degrees, mirrored ? -1.1 : 1.1, 0.9)
      const plane = tiled(width, height, truth, 0.4, 1)
      const wrong: Matrix = [1 + (2 * a) / width, (2 * b) / height, (2 * c) / width, 1 + (2 * d) / height]
      const matrix = product(wrong, truth)
      const found = refined(plane, matrix)
      assert.ok(apart(found, truth) < 0.35, `${apart(found, truth)} of ${apart(matrix, truth)}`)
    }),
    { numRuns: 15 },
  )
})

test('a geometry that is exact stays so, and the mark shows no less', () => {
  const truth = turned(77, 0.8, 0.8)
  const plane = tiled(width, height, truth, 0.4, 2)
  const found = refined(plane, truth)
  assert.ok(apart(found, truth) < 0.25)
  assert.ok(readingAt(plane, found, pattern).sync.z > 0.9 * readingAt(plane, truth, pattern).sync.z)
})

test('a mark that is hardly seen with a wrong geometry is seen with the better one', () => {
  const truth = turned(5, 1, 1)
  const plane = tiled(width, height, truth, 0.25, 3)
  const wrong = product([1.006, 0, 0.004, 0.995], truth)
  const [before, after] = [wrong, refined(plane, wrong)].map((matrix) => readingAt(plane, matrix, pattern).sync.z)
  assert.ok(after! > before! + 2, `${before} ${after}`)
})

/** Cells between two places along a tile, which goes round. */
const cellsApart = (a: number, b: number): number => {
  const cells = (((a - b) % pattern.size) + pattern.size) % pattern.size
  return Math.min(cells, pattern.size - cells)
}

test('what the parts hold together is what a picture of the better geometry holds, and begins where that does', () => {
  const truth = turned(200, -1, 1.1)
  const plane = tiled(width, height, truth, 0.3, 4)
  const inexact = product([1.003, 0.002, 0, 0.998], truth)
  const { matrix, spectrum, sync, bent } = refine(plane, inexact, readingAt(plane, inexact, pattern).sync, pattern)
  const again = readingAt(plane, matrix, pattern).sync
  assert.ok(!bent && !sync.inverted)
  assert.ok(cellsApart(sync.right, again.right) < 0.5 && cellsApart(sync.down, again.down) < 0.5)
  const found = findSync(spectrum, pattern)
  assert.ok(cellsApart(sync.right, found.right) < 0.5 && cellsApart(sync.down, found.down) < 0.5)
  assert.ok(sync.z > 0.95 * again.z)
})

test('the negative of a mark is made exact like the mark', () => {
  const truth = turned(40, 1, 1)
  const plane = tiled(width, height, truth, 0.3, 6)
  const negative = { ...plane, data: plane.data.map((value) => -value) }
  const inexact = product([1.003, 0.002, 0, 0.998], truth)
  const [one, other] = [plane, negative].map((each) =>
    refine(each, inexact, readingAt(each, inexact, pattern).sync, pattern),
  ) as [Refined, Refined]
  assert.deepEqual(other.matrix, one.matrix)
  assert.deepEqual(other.sync, { ...one.sync, inverted: true })
  assert.ok(findSync(other.spectrum, pattern).inverted)
})

test('a picture that is bent as by perspective is read as well as a flat one', () => {
  const truth = turned(20, 1, 1)
  const flat = readingAt(tiled(width, height, truth, 0.4, 5), truth, pattern).sync.z
  const plane = tiled(width, height, truth, 0.4, 5, 3)
  const before = readingAt(plane, truth, pattern).sync
  const { sync, bent } = refine(plane, truth, before, pattern)
  assert.ok(bent)
  assert.ok(sync.z > 0.9 * flat && sync.z > before.z + 1, `${before.z} to ${sync.z} of ${flat}`)
})

test('noise is not taken for bending', () => {
  for (let seed = 20; seed < 25; seed++) {
    const plane = tiled(width, height, turned(0, 1, 1), 0, seed)
    const matrix = turned(0, 1, 1)
    assert.ok(!refine(plane, matrix, readingAt(plane, matrix, pattern).sync, pattern).bent)
  }
})

test('planes smaller than a tile, and flat ones, give a geometry and no error', () => {
  for (const [w, h] of [
    [1, 1],
    [40, 30],
    [300, 20],
  ] as const) {
    const plane = { data: new Float32Array(w * h), width: w, height: h }
    assert.ok(refined(plane, turned(10, 1, 1)).every(Number.isFinite))
    const { spectrum } = refine(plane, turned(10, 1, 1), { right: 0, down: 0 }, pattern)
    assert.ok([...spectrum.re, ...spectrum.im].every((value) => value === 0))
  }
})
