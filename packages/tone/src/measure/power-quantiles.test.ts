import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { powerQuantiles } from './power-quantiles.ts'

test('quantiles are those of the sorted powers', () => {
  const power = fc.oneof(fc.constant(0), fc.float({ min: 0, max: 10, noNaN: true }), fc.constant(0.25))
  fc.assert(
    fc.property(fc.array(power, { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, part) => {
      const least = 1e-7
      const powers = Float32Array.from([9, ...values]).subarray(1)
      const sorted = powers.filter((value) => value > least).sort()
      const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
      const wanted = sorted.length > 0 ? [at(part), at(0.5)] : []
      assert.deepEqual(powerQuantiles(powers, least, [part, 0.5]), wanted)
    }),
  )
})
