import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { findLattices, mirrors, quarterTurnsAndMirrors, stretchOf } from './lattice-search.ts'
import { determinant, inverse, type Matrix, product } from './matrix.ts'
import { tiled, turned } from './testing/tiled-plane.ts'
import { tileBand, tileSize } from './tile.ts'

const options = { tileSize, band: tileBand }

/** How far two lattices are apart at the ends of the basis, in canonical pixels of a tile: 0 for the same. */
const distance = (found: Matrix, truth: Matrix): number =>
  Math.min(
    ...quarterTurnsAndMirrors(found).map((matrix) =>
      Math.max(
        ...product(inverse(truth), matrix).map((value, at) => Math.abs(value - (at % 3 === 0 ? 1 : 0)) * tileSize),
      ),
    ),
  )

test('a lattice is found whatever its angle, scale and stretch, mirrored or not', () => {
  const degrees = fc.double({ min: 0, max: 360, noNaN: true })
  const scale = fc.double({ min: Math.log(0.5), max: Math.log(2), noNaN: true }).map(Math.exp)
  const stretch = fc.double({ min: 0.75, max: 1.33, noNaN: true })
  fc.assert(
    fc.property(degrees, scale, stretch, fc.boolean(), fc.nat(1000), (angle, size, ratio, mirrored, seed) => {
      const mirror = mirrored ? -1 : 1
      const truth = turned(angle, mirror * size * Math.sqrt(ratio), size / Math.sqrt(ratio))
      const [best] = findLattices(tiled(400, 330, truth, 0.5, seed), options)
      assert.ok(best && distance(best.matrix, truth) < 0.5, `${best?.matrix} for ${truth}`)
    }),
    { numRuns: 12 },
  )
})

test('stretching after turning, which shears the lattice, is found as well', () => {
  const truth = product([1, 0, 0, 0.75], turned(30, 1.1, 1.1))
  const [best] = findLattices(tiled(400, 330, truth, 0.5, 1), options)
  assert.ok(best && distance(best.matrix, truth) < 0.5)
})

test('the middle of a picture that is too long to be looked at whole is looked at', () => {
  const truth = turned(12, 1.6, 1.6)
  const [best] = findLattices(tiled(1500, 300, truth, 0.5, 2), options)
  assert.ok(best && distance(best.matrix, truth) < 0.5)
})

test('candidates are not mirrored, turned by at most 45 degrees, within what was asked for, and no more than asked for', () => {
  const scales = [0.5, 2] as const
  const found = findLattices(tiled(256, 256, turned(100, 1, 1), 0, 3), { ...options, scales, stretch: 1.3, count: 7 })
  assert.equal(found.length, 7)
  for (const { matrix } of found) {
    assert.ok(!mirrors(matrix))
    assert.ok(Math.abs(matrix[2] - matrix[1]) <= matrix[0] + matrix[3] + 1e-9)
    const scale = Math.sqrt(determinant(matrix))
    // Fits move by up to a pixel or so from what was asked for.
    assert.ok(scale > 0.48 && scale < 2.1 && stretchOf(matrix) < 1.4)
  }
})

test('noise without tiles gives only candidates of low scores', () => {
  for (let seed = 10; seed < 16; seed++) {
    const found = findLattices(tiled(256, 256, turned(0, 1, 1), 0, seed), options)
    assert.ok(found.length <= 24)
    assert.ok((found[0]?.score ?? 0) < 8, `${found[0]?.score}`)
  }
})

test('flat and tiny planes give no error and nothing high', () => {
  for (const [width, height] of [
    [1, 1],
    [16, 900],
    [300, 300],
  ] as const) {
    const found = findLattices({ data: new Float32Array(width * height), width, height }, options)
    assert.ok(found.every(({ score }) => score === 0 && Number.isFinite(score)))
  }
})

test('a search gives the same to the bit again', () => {
  const plane = tiled(300, 280, turned(33, 0.8, 1), 0.3, 5)
  assert.deepEqual(findLattices(plane, options), findLattices(plane, options))
})

test('the variants of a lattice are eight, half of them mirrored, and have the same points', () => {
  const matrix = turned(20, 0.9, 1.1)
  const variants = quarterTurnsAndMirrors(matrix)
  assert.equal(new Set(variants.map((variant) => variant.map((value) => value.toFixed(6)).join())).size, 8)
  assert.equal(variants.filter(mirrors).length, 4)
  for (const variant of variants)
    for (const value of product(inverse(matrix), variant)) assert.ok(Math.abs(value - Math.round(value)) < 1e-9)
})
