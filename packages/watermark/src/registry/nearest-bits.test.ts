import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MarkKey } from '../payload/secret-key.ts'
import { logCommonTail, nearestBits } from './nearest-bits.ts'

const stream = MarkKey.from('bits of a test').stream('')

describe('the nearest bits', () => {
  test('are found although some are wrong, with the probability that chance does as well', () => {
    const all = Array.from({ length: 200 }, (_, what) => ({ what, bits: stream.bits(64) }))
    const read = all[17]!.bits.slice()
    for (const at of [3, 20, 41, 60]) read[at] = 1 - read[at]!
    const { candidates, match } = nearestBits(read, all)
    assert.equal(candidates, 200)
    assert.deepEqual([match?.what, match?.compared, match?.bitErrors], [17, 64, 4])
    // Binomial: 200 * sum of C(64, 0..4) / 2^64 = 7.3e-12; given the ones it is a little more.
    assert.ok(match!.logFalseMatch > Math.log(7e-12) && match!.logFalseMatch < Math.log(2e-9))
  })

  test('are not found among strangers', () => {
    const all = Array.from({ length: 3000 }, (_, what) => ({ what, bits: stream.bits(32) }))
    for (let i = 0; i < 20; i++) assert.equal(nearestBits(stream.bits(32), all).match, undefined)
  })

  test('that are all alike, too few, or none are no evidence', () => {
    const alike = new Uint8Array(256).fill(1)
    assert.equal(nearestBits(alike, [{ what: 0, bits: alike }]).match, undefined)
    const few = stream.bits(10)
    assert.equal(nearestBits(few, [{ what: 0, bits: few }]).match, undefined)
    assert.deepEqual(nearestBits([], [{ what: 0, bits: [] }]), { candidates: 1 })
    assert.deepEqual(nearestBits(few, []), { candidates: 0 })
  })

  test('are compared as far as the shorter goes', () => {
    const bits = stream.bits(128)
    const { match } = nearestBits(bits, [{ what: 'half', bits: bits.slice(0, 64) }])
    assert.deepEqual([match?.what, match?.compared, match?.bitErrors], ['half', 64, 0])
  })

  test('have the probability that counting all cases gives', () => {
    const choices = (n: number, k: number): number[] =>
      Array.from({ length: 2 ** n }, (_, word) => word).filter((word) => word.toString(2).split('1').length - 1 === k)
    const size = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), fc.nat(), (n, x, y, z) => {
        const [a, b] = [x % (n + 1), y % (n + 1)]
        const common = z % (Math.min(a, b) + 1)
        const fixed = 2 ** a - 1
        const all = choices(n, b)
        const hits = all.filter((word) => (word & fixed).toString(2).split('1').length - 1 >= common).length
        assert.ok(Math.abs(Math.exp(logCommonTail(n, a, b, common)) - hits / all.length) < 1e-9)
      }),
    )
  })
})
