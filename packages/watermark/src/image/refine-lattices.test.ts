import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { mirrors, quarterTurnsAndMirrors } from './lattice-search.ts'
import { type Matrix, product } from './matrix.ts'
import { bestReading, readingAt } from './readings.ts'
import { refinedLattices } from './refine-lattices.ts'
import { pattern, tiled, turned } from './testing/tiled-plane.ts'

test('a mark in a small picture is read of a lattice that is not exact, whichever way it lies', () => {
  const way = fc.integer({ min: 0, max: 7 })
  const off = fc.double({ min: -0.008, max: 0.008, noNaN: true })
  fc.assert(
    fc.property(way, off, off, off, off, fc.nat(50), (index, a, b, c, d, seed) => {
      const lattice = turned(25, 0.9, 1)
      const truth = quarterTurnsAndMirrors(lattice)[index]!
      const plane = tiled(280, 260, truth, 0.3, seed)
      const inexact = product([1 + a, b, c, 1 + d], lattice)
      const other = turned(3, 1.4, 1.5)
      const [best, next] = refinedLattices(plane, [other, inexact], pattern)
      assert.ok(best && next && best.sync.z >= next.sync.z)
      assert.ok(best.sync.z > 0.95 * readingAt(plane, truth, pattern).sync.z)
      assert.equal(mirrors(best.matrix), mirrors(truth))
      assert.ok(best.matrix.every((value, at) => Math.abs(value - truth[at]!) < 0.006))
    }),
    { numRuns: 20 },
  )
})

test('a mark that does not show as the lattice lies is shown', () => {
  const truth = turned(-10, 1, 1)
  const plane = tiled(280, 260, truth, 0.25, 7)
  const inexact: Matrix = product([1.012, 0.006, -0.006, 0.988], truth)
  const before = bestReading(plane, inexact, pattern).sync.z
  const after = refinedLattices(plane, [inexact], pattern)[0]!.sync.z
  assert.ok(after > before + 2, `${before} to ${after}`)
})

test('noise shows nothing that stands out', () => {
  const lattices = Array.from({ length: 20 }, (_, index) => turned(4 * index - 40, 1 + 0.02 * index, 1))
  const readings = refinedLattices(tiled(300, 260, turned(0, 1, 1), 0, 8), lattices, pattern)
  assert.equal(readings.length, 16)
  assert.ok(readings[0]!.sync.z < 7.5)
})

test('without lattices there are no readings', () => {
  assert.deepEqual(refinedLattices(tiled(100, 100, turned(0, 1, 1), 0, 9), [], pattern), [])
})
