import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MarkKey } from '../payload/secret-key.ts'
import { fingerprintBits, inPosture, postures } from './fingerprint.ts'
import { logLikenessTail, nearestFingerprints } from './fingerprint-match.ts'

const stream = MarkKey.from('fingerprints of a test').stream('')

const random = (): Uint8Array => {
  const bits = stream.bits(fingerprintBits)
  const bytes = new Uint8Array(19)
  bytes[0] = 1
  for (const [i, bit] of bits.entries()) bytes[1 + (i >> 3)]! |= bit << (i & 7)
  return bytes
}

const flipped = (fingerprint: Uint8Array, count: number): Uint8Array => {
  const copy = fingerprint.slice()
  for (let i = 0; i < count; i++) copy[1 + ((7 * i) >> 3)]! ^= 1 << ((7 * i) & 7)
  return copy
}

describe('the nearest fingerprint', () => {
  const all = Array.from({ length: 500 }, (_, what) => ({ what, fingerprint: random() }))

  test('is found in every posture, with its distance and the chance of a mistake', () => {
    for (const posture of postures) {
      // What was registered is the copy that is looked at, in this posture.
      const seen = flipped(all[7]!.fingerprint, 6)
      const registered = [{ what: -1, fingerprint: inPosture(seen, posture) }, ...all.slice(20)]
      const { candidates, matches } = nearestFingerprints(seen, registered)
      const [match] = matches
      assert.deepEqual([candidates, matches.length], [481, 1])
      assert.deepEqual([match?.what, match?.differing, match?.posture], [-1, 0, posture])
    }
    const [match] = nearestFingerprints(flipped(all[7]!.fingerprint, 6), all).matches
    assert.deepEqual([match?.what, match?.differing], [7, 6])
    // 500 candidates in 8 postures, each with at most the chance of 45 coins of which 2 come out wrong.
    assert.ok(match!.logFalseMatch < Math.log(4000 * 1100 * 2 ** -45) && match!.logFalseMatch > Math.log(1e-9))
  })

  test('are several where several look alike, the most alike first', () => {
    const one = random()
    const registered = [9, 0, 3].map((wrong) => ({ what: wrong, fingerprint: flipped(one, wrong) }))
    const { matches } = nearestFingerprints(one, [...all, ...registered])
    assert.deepEqual(
      matches.map(({ what, differing }) => [what, differing]),
      [0, 3, 9].map((wrong) => [wrong, wrong]),
    )
  })

  test('is none among strangers', () => {
    for (let i = 0; i < 50; i++) assert.deepEqual(nearestFingerprints(random(), all), { candidates: 500, matches: [] })
    assert.deepEqual(nearestFingerprints(random(), []), { candidates: 0, matches: [] })
  })

  test('passes over fingerprints of another version', () => {
    const other = random()
    other[0] = 2
    assert.deepEqual(nearestFingerprints(random(), [{ what: 0, fingerprint: other }]), { candidates: 0, matches: [] })
  })

  test('is as unlikely as the binomial distribution says', () => {
    assert.ok(Math.abs(logLikenessTail(0) - Math.log(2 ** -45)) < 1e-9)
    assert.ok(Math.abs(logLikenessTail(fingerprintBits)) < 1e-12)
    // A fifth of the bits: 9 of 45 coins: sum of C(45, 0..9) / 2^45 = 3.287e-5.
    assert.ok(Math.abs(Math.exp(logLikenessTail(fingerprintBits / 5)) / 3.28733e-5 - 1) < 1e-4)
    for (let d = 1; d <= fingerprintBits; d++) assert.ok(logLikenessTail(d) >= logLikenessTail(d - 1))
  })
})
