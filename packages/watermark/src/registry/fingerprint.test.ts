import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MarkKey } from '../payload/secret-key.ts'
import {
  type FingerprintPlane,
  fingerprintBits,
  fingerprintText,
  imageFingerprint,
  inPosture,
  isFingerprint,
  parseFingerprint,
  postures,
} from './fingerprint.ts'

/** A picture of soft spots that follow from a seed, at any size. */
const spots = (seed: string, width: number, height: number): FingerprintPlane => {
  const stream = MarkKey.from(`spots ${seed}`).stream('')
  const all = Array.from({ length: 60 }, () => Array.from({ length: 4 }, () => stream.uniform()))
  const data = Float64Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height]
    let sum = 128
    for (const [cx, cy, size, tone] of all as [number, number, number, number][])
      sum += 120 * (tone - 0.5) * Math.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / (0.003 + 0.02 * size)))
    return sum
  })
  return { data, width, height }
}

const distance = (a: Uint8Array, b: Uint8Array): number => {
  let sum = 0
  for (let i = 1; i < a.length; i++) sum += (a[i]! ^ b[i]!).toString(2).replaceAll('0', '').length
  return sum
}

const print = (plane: FingerprintPlane): Uint8Array => imageFingerprint(plane)!

const mapped = ({ data, width, height }: FingerprintPlane, of: (value: number, i: number) => number) => ({
  data: Float64Array.from(data, of),
  width,
  height,
})

/** The picture mirrored left to right if asked, then turned clockwise. */
const turned = (plane: FingerprintPlane, turns: number, mirrored: boolean): FingerprintPlane => {
  let { data, width, height } = plane
  if (mirrored) data = Float64Array.from(data, (_, i) => data[i - (i % width) + width - 1 - (i % width)]!)
  for (let n = 0; n < turns; n++) {
    const [from, w, h] = [data, width, height]
    data = Float64Array.from(from, (_, i) => from[(h - 1 - (i % h)) * w + Math.floor(i / h)]!)
    ;[width, height] = [h, w]
  }
  return { data, width, height }
}

describe('the fingerprint of a picture', () => {
  test('stays nearly the same at any scale and shape, brighter, coarser and noisier', () => {
    const noise = MarkKey.from('noise').stream('')
    for (const seed of ['a', 'b', 'c']) {
      const plane = spots(seed, 160, 120)
      const whole = print(plane)
      assert.equal(isFingerprint(whole), true)
      const changed: [FingerprintPlane, number][] = [
        [spots(seed, 320, 240), 3],
        [spots(seed, 53, 41), 8],
        [spots(seed, 200, 90), 4],
        [mapped(plane, (value) => value / 255), 0],
        [mapped(plane, (value) => value * 0.5 + 10), 0],
        [mapped(plane, (value) => 16 * Math.round(value / 16)), 16],
        [mapped(plane, (value) => value + 10 * (noise.uniform() - 0.5)), 10],
      ]
      for (const [i, [other, most]] of changed.entries()) {
        const d = distance(print(other), whole)
        assert.ok(d <= most, `${seed} ${i}: ${d} of ${fingerprintBits} bits`)
      }
    }
  })

  test('differs from that of another picture as coins do', () => {
    const all = Array.from({ length: 24 }, (_, i) => print(spots(`other ${i}`, 64, 64)))
    const distances = all.flatMap((a, i) => all.slice(i + 1).map((b) => distance(a, b)))
    const mean = distances.reduce((sum, d) => sum + d, 0) / distances.length
    assert.ok(Math.abs(mean - fingerprintBits / 2) < 4, String(mean))
    assert.ok(Math.min(...distances) > 35, String(Math.min(...distances)))
  })

  test('of a picture that is mirrored and turned follows from its own', () => {
    const plane = spots('turned', 96, 64)
    for (const posture of postures) {
      const found = print(turned(plane, posture.turns, posture.mirrored))
      assert.equal(distance(inPosture(print(plane), posture), found), 0, JSON.stringify(posture))
    }
  })

  test('is none of a flat picture', () => {
    const flat = (value: number) => ({ data: new Float64Array(64 * 64).fill(value), width: 64, height: 64 })
    assert.equal(imageFingerprint(flat(255)), undefined)
    assert.equal(imageFingerprint(flat(0)), undefined)
    assert.equal(fingerprintText(undefined), null)
    const faint = mapped(flat(200), (value, i) => value + (i % 7 === 0 ? 1 : 0))
    assert.equal(imageFingerprint(faint), undefined)
  })

  test('is made of pictures of any size, and read back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), (width, height) => {
        const plane = mapped(spots('any', width, height), (value, i) => (i % 2 ? value : 0))
        const found = imageFingerprint(plane)
        assert.deepEqual(parseFingerprint(fingerprintText(found)), found)
      }),
      { numRuns: 30 },
    )
    for (const text of ['', 'xyz', '01', `02${'00'.repeat(18)}`, 'AB']) assert.equal(parseFingerprint(text), undefined)
  })
})
