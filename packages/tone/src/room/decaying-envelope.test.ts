import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { decayingEnvelope, fluctuations } from './decaying-envelope.ts'

test('an envelope decays as its response does', () => {
  const steps = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(
      steps,
      fc.double({ min: 0.1, max: 4, noNaN: true }),
      fc.double({ min: 0, max: 0.02, noNaN: true }),
      (given, decay, delay) => {
        const power = Float32Array.from(given)
        const found = new Float32Array(power.length)
        decayingEnvelope(power, decay, delay, 0, found)
        // Energy of the response up to a time; a step's is what arrives nearer to it than to its neighbours.
        const upTo = (time: number) => 1 - 10 ** ((-6 * Math.max(0, time - delay)) / decay)
        for (const [i, value] of found.entries()) {
          let wanted = 0
          for (let j = 0; j <= i; j++)
            wanted += power[i - j]! * (upTo((j + 0.5) / 100) - (j === 0 ? 0 : upTo((j - 0.5) / 100)))
          assert.ok(Math.abs(value - wanted) < 1e-5 + 1e-4 * wanted, `${value} for ${wanted}`)
        }
      },
    ),
  )
})

test('energy is kept, and nothing goes from one piece to the next', () => {
  const power = Float32Array.from({ length: 1000 }, (_, i) => (i === 3 ? 1 : 0))
  const found = new Float32Array(1000)
  decayingEnvelope(power, 0.5, 0.004, 0, found)
  assert.ok(Math.abs(found.reduce((sum, value) => sum + value, 0) - 1) < 1e-3)
  decayingEnvelope(power, 0.5, 0.004, 10, found)
  assert.ok(found.subarray(10).every((value) => value === 0))
})

test('noise fluctuates about 1, the more the narrower the band', () => {
  const { frequency, values, steps } = fluctuations(44_100)
  const spread = frequency.map((_, band) => {
    let [sum, squares] = [0, 0]
    for (let i = 0; i < steps; i++) {
      sum += values[i * frequency.length + band]!
      squares += values[i * frequency.length + band]! ** 2
    }
    assert.ok(Math.abs(sum / steps - 1) < 1e-3)
    return squares / steps - 1
  })
  assert.ok(spread[0]! > 2 * spread[2]! && spread[2]! > 2 * spread[5]!)
})
