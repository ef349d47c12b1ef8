import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { KeyedStream } from '../payload/keyed-stream.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { logChance } from './chance.ts'
import { findSync } from './sync.ts'
import { TilePattern } from './tile.ts'

const pattern = new TilePattern(MarkKey.from('chance'))

suite('the chance of a correlation', () => {
  test('falls with its height, grows with what was tried, and is a probability', () => {
    const z = fc.double({ min: 0, max: 30, noNaN: true })
    const tries = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(z, z, tries, tries, (a, b, few, many) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const [fewer, more] = [Math.min(few, many), Math.max(few, many)]
        assert.ok(logChance(high, pattern, fewer) <= logChance(low, pattern, fewer) + 1e-9)
        assert.ok(logChance(low, pattern, more) >= logChance(low, pattern, fewer) - 1e-9)
        assert.ok(logChance(low, pattern, fewer) <= 0)
      }),
    )
  })

  test('is about the share of tiles of random waves that reach it', () => {
    const stream = new KeyedStream(new Uint8Array(32).fill(9))
    const reached = Array.from({ length: 3000 }, () => {
      const re = new Float64Array(pattern.count)
      const im = new Float64Array(pattern.count)
      for (let bin = 0; bin < pattern.syncCount; bin++) {
        const phase = 2 * Math.PI * stream.uniform()
        const magnitude = Math.exp(2 * stream.uniform())
        re[bin] = magnitude * Math.cos(phase)
        im[bin] = magnitude * Math.sin(phase)
      }
      return findSync({ re, im }, pattern).z
    }).sort((a, b) => b - a)
    for (const [rank, most] of [
      [30, 2],
      [150, 2],
      [300, 2],
    ] as const) {
      const ratio = Math.exp(logChance(reached[rank]!, pattern, 1)) / (rank / reached.length)
      assert.ok(ratio > 1 / most && ratio < most, `${ratio} at ${rank}`)
    }
  })
})
