import assert from 'node:assert/strict'
import test from 'node:test'
import { storedResponse, storeResponse } from './stored-response.ts'

const left = Float32Array.from({ length: 400 }, (_, n) => Math.exp(-n / 60) * Math.sin(n / 7))
const right = left.map((value) => -value / 2)

test('a measured response comes out of a preset as it went in, and louder by what was added to its stage', () => {
  const stored = JSON.parse(JSON.stringify(storeResponse([left, right], 44_100, -12)))
  assert.deepEqual(storedResponse(stored, -12, 44_100, 2), [left, right])
  const [louder] = storedResponse(stored, -6, 44_100, 1)
  assert.ok(louder!.every((value, n) => Math.abs(value - left[n]! * 10 ** 0.3) < 1e-6))
})

test('channels that were not measured get those there are', () => {
  const stored = storeResponse([left], 44_100, -12)
  assert.deepEqual(storedResponse(stored, -12, 44_100, 3), [left, left, left])
})

test('at another sample rate a response has the same gain', () => {
  const stored = storeResponse([left], 44_100, -12)
  const gainAt = (samples: Float32Array, hertz: number, rate: number) => {
    let [re, im] = [0, 0]
    for (const [n, value] of samples.entries()) {
      re += value * Math.cos((2 * Math.PI * hertz * n) / rate)
      im += value * Math.sin((2 * Math.PI * hertz * n) / rate)
    }
    return Math.hypot(re, im)
  }
  const [other] = storedResponse(stored, -12, 96_000, 1)
  for (const hertz of [200, 1000, 3000])
    assert.ok(Math.abs(gainAt(other!, hertz, 96_000) / gainAt(left, hertz, 44_100) - 1) < 0.02, `${hertz} Hz`)
})
