import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Payload } from '../payload/payload.ts'
import { decodeSoft, encodePayload } from '../payload/payload-code.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { messageId } from './message-id.ts'
import { nearestPayload, type PayloadCandidate } from './nearest-payload.ts'

const key = MarkKey.from('a key for tests')
const noise = MarkKey.from('noise of a test').stream('')
const idOf = (i: number): Payload => ({ kind: 'id', id: messageId(key, { message: `m${i}` }), bits: 64 })

/** Normal deviates (Box and Muller). */
const normal = (): number => Math.sqrt(-2 * Math.log(1 - noise.uniform())) * Math.cos(2 * Math.PI * noise.uniform())

/** Code bits as a detector measures them, each with so much signal for a noise of 1. */
const measured = (payload: Payload, length: number, signal: number, with_ = key): Float64Array =>
  Float64Array.from(encodePayload(payload, with_, length), (bit) => (2 * bit - 1) * signal + normal())

const registered = (count: number, of = idOf): PayloadCandidate[] =>
  Array.from({ length: count }, (_, row) => ({ row, payload: of(row) }))

describe('the nearest registered payload', () => {
  test('is found where too little is left to read', () => {
    const all = registered(1000)
    let read = 0
    for (let i = 0; i < 12; i++) {
      const soft = measured(idOf(i), 640, 0.36)
      if (decodeSoft(soft, key)) read++
      const { candidates, match, logFalseMatchOfNext } = nearestPayload(soft, all, key)
      assert.equal(candidates, 1000)
      assert.equal(match?.row, i)
      assert.ok(match.logFalseMatch < Math.log(1e-6) && logFalseMatchOfNext! > Math.log(1e-3))
      assert.equal(match.codeBits, 640)
      assert.ok(match.bitErrors > 150 && match.bitErrors < 290, String(match.bitErrors))
    }
    assert.ok(read < 9, `${read} were read`)
  })

  test('is of any size and kind', () => {
    const all: PayloadCandidate[] = [
      { row: 1, payload: { kind: 'id', id: 5n, bits: 32 } },
      { row: 2, payload: { kind: 'id', id: 5n, bits: 128 } },
      { row: 3, payload: { kind: 'text', text: '你好' } },
      { row: 4, payload: { kind: 'id', id: 5n, bits: 96 } },
    ]
    for (const { row, payload } of all)
      assert.equal(nearestPayload(measured(payload, 500, 0.6), all, key).match?.row, row)
  })

  test('is nothing without a mark, with one of another key, or with one that is not registered', () => {
    const all = registered(500)
    for (let i = 0; i < 5; i++) {
      assert.equal(nearestPayload(Float64Array.from({ length: 640 }, normal), all, key).match, undefined)
      assert.equal(nearestPayload(measured(idOf(i), 640, 3, MarkKey.from('other key')), all, key).match, undefined)
      assert.equal(nearestPayload(measured(idOf(1000 + i), 640, 3), all, key).match, undefined)
    }
  })

  test('is nothing where only a neighbour of the hidden id is registered', () => {
    const all = registered(200, (i) => ({ kind: 'id', id: BigInt(2 * i), bits: 64 }))
    for (let i = 0; i < 10; i++) {
      const odd: Payload = { kind: 'id', id: BigInt(20 * i + 1), bits: 64 }
      assert.equal(nearestPayload(measured(odd, 640, 3), all, key).match, undefined)
    }
  })

  test('claims a probability that is not too small', () => {
    // Of 2,000 look-ups among 5 strangers, those that claim at most p may be p of all, give or take four deviations.
    const all = registered(5)
    const lookups = 2000
    const claimed = Array.from({ length: lookups }, (_, i) => {
      // Half of them: a clean mark that is not registered, where places that repeat a code bit agree together.
      const soft = i % 2 ? measured(idOf(10 + i), 400, 1e3) : Float64Array.from({ length: 400 }, () => normal() ** 3)
      return nearestPayload(soft, all, key, { logLimit: 1 }).match?.logFalseMatch ?? 0
    })
    for (const p of [0.1, 0.03]) {
      const seen = claimed.filter((log) => log <= Math.log(p)).length
      assert.ok(seen <= lookups * p + 4 * Math.sqrt(lookups * p), `${seen} of ${lookups} at ${p}`)
      assert.ok(seen >= lookups * p * 0.3, `${seen} of ${lookups} at ${p}: the bound says next to nothing`)
    }
  })

  test('is asked for with anything that a detector may give', () => {
    const all = registered(3)
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 300 }), (values) => {
        const { candidates, match } = nearestPayload(values, all, key)
        assert.equal(candidates, values.length >= 120 ? 3 : 0)
        if (match) assert.ok(Number.isFinite(match.logFalseMatch))
      }),
      { numRuns: 50 },
    )
    assert.deepEqual(nearestPayload(new Float64Array(640), all, key), { candidates: 3 })
    assert.deepEqual(nearestPayload(measured(idOf(1), 640, 1), [], key), { candidates: 0 })
  })
})
