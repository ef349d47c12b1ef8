import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { MarkKey } from './secret-key.ts'
import { logSignTail } from './sign-tail.ts'
import { normal } from './testing/noisy.ts'

/** ln P(at least `least` of `n` coins show heads), summed exactly. */
function logBinomialTail(n: number, least: number): number {
  let term = n * Math.log(0.5)
  const terms: number[] = []
  for (let heads = 0; heads <= n; heads++) {
    if (heads >= least) terms.push(term)
    term += Math.log((n - heads) / (heads + 1))
  }
  const top = Math.max(...terms)
  return top + Math.log(terms.reduce((sum, value) => sum + Math.exp(value - top), 0))
}

/** Of all signs, the part whose sum reaches so far. */
function exactTail(values: readonly number[], reached: number): number {
  let count = 0
  for (let signs = 0; signs < 2 ** values.length; signs++) {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += (signs >> i) & 1 ? values[i]! : -values[i]!
    if (sum >= reached) count++
  }
  return count / 2 ** values.length
}

suite('the tail of random signs', () => {
  test('is hardly above that of the binomial distribution where magnitudes are equal, and never below', () => {
    for (const n of [48, 240, 1640]) {
      for (const part of [0.55, 0.6, 0.7, 0.8, 0.95]) {
        const right = Math.round(n * part)
        const exact = logBinomialTail(n, right)
        const bound = logSignTail(new Float64Array(n).fill(3), 3 * (2 * right - n))
        assert.ok(
          bound >= exact - 1e-9 && bound < exact + (exact < -10 ? 0.3 : 1),
          `${n} ${right}: ${bound}, exactly ${exact}`,
        )
      }
    }
  })

  test('is never below what counting all signs gives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 4, noNaN: true }), { minLength: 2, maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, part) => {
          const sum = values.reduce((total, value) => total + value, 0)
          const exact = exactTail(values, part * sum)
          assert.ok(Math.exp(logSignTail(values, part * sum)) >= exact * (1 - 1e-9))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('grows smaller with what is reached', () => {
    const stream = MarkKey.from('tails').stream('order')
    const values = Array.from({ length: 300 }, () => normal(stream))
    let before = 0
    for (let reached = 0; reached < 240; reached += 5) {
      const tail = logSignTail(values, reached)
      assert.ok(tail <= before)
      before = tail
    }
  })

  test('does not depend on unit, order, signs or zeros', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 4, noNaN: true }), { minLength: 3, maxLength: 40 }),
        (values) => {
          const sum = values.reduce((total, value) => total + Math.abs(value), 0)
          const plain = logSignTail(values, 0.6 * sum)
          const other = [0, ...values.toReversed().map((value) => -1000 * value), 0]
          assert.ok(Math.abs(plain - logSignTail(other, 600 * sum)) < 1e-6)
        },
      ),
    )
  })

  test('is certain where nothing is reached, and one in 2^n where all is', () => {
    assert.equal(logSignTail([1, 2, 3], 0), 0)
    assert.equal(logSignTail([1, 2, 3], -1), 0)
    assert.equal(logSignTail([], 0), 0)
    assert.equal(logSignTail([0, 0], 0), 0)
    assert.equal(logSignTail([1, 2, 3, 0], 6), -3 * Math.LN2)
    assert.equal(logSignTail([1, 2, 3], Number.NaN), 0)
    assert.ok(Number.isFinite(logSignTail([1e300, 1e-300, 5], 1e300)))
  })
})
