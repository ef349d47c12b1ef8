import assert from 'node:assert/strict'
import test from 'node:test'
import { noise } from '../measure/testing/plain-meters.ts'
import { PrefixSums } from './prefix-sums.ts'

test('windows have the differences of all sums, to the bit', () => {
  const values = noise(1000, 1)
  const all = new Float64Array(values.length + 1)
  for (const [i, value] of values.entries()) all[i + 1] = all[i]! + value
  for (const span of [1, 7, 300, 1000]) {
    const sums = new PrefixSums(values, span)
    for (let to = span; to <= values.length; to += 3) {
      assert.equal(sums.between(to - span, to), all[to]! - all[to - span]!)
      assert.equal(sums.between(to - 1, to), all[to]! - all[to - 1]!)
    }
  }
})
