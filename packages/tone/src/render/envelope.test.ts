import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { envelopeOf } from './envelope.ts'

const amounts = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.float({ min: 0, max: 1, noNaN: true }) },
    ),
    {
      minLength: 1,
      maxLength: 200,
    },
  )
  .map((values) => Float32Array.from(values))

describe('an envelope', () => {
  it('is nowhere below what is asked for, and nowhere above the most', () => {
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (asked, ahead, release) => {
          const out = envelopeOf(asked, { ahead, release, slowRelease: 10 * release })
          const most = Math.max(...asked)
          for (const [j, value] of out.entries()) {
            assert.ok(value >= asked[j]! * (1 - 1e-6) - 1e-9, `${value} at ${j}`)
            assert.ok(value <= most * (1 + 1e-6) + 1e-9)
          }
        },
      ),
    )
  })

  it('rises before a peak, falls after it, and is nothing long before and after', () => {
    const asked = new Float32Array(400)
    asked[100] = 0.5
    const out = envelopeOf(asked, { ahead: 4, release: 10, slowRelease: 100 })
    assert.equal(out[100], 0.5)
    assert.equal(out[91], 0)
    for (let j = 92; j < 100; j++) assert.ok(out[j]! <= out[j + 1]!)
    for (let j = 100; j < 399; j++) assert.ok(out[j]! >= out[j + 1]!)
    assert.ok(out[100 + 4 + 3 * 10]! < 0.1)
    assert.ok(out[399]! < 0.01)
  })

  it('falls slowly after it was asked for long', () => {
    const single = new Float32Array(1000)
    single[499] = 0.5
    const long = new Float32Array(1000).fill(0.5, 0, 500)
    const shape = { ahead: 2, release: 10, slowRelease: 200 }
    assert.ok(envelopeOf(long, shape)[560]! > 10 * envelopeOf(single, shape)[560]!)
  })
})
