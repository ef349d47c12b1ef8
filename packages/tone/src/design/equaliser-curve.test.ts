import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { pointsPerOctave } from './curves.ts'
import { limitCurve, middleOf, rangeWeight, smoothTo } from './equaliser-curve.ts'

const gains = fc.array(fc.double({ min: -60, max: 60, noNaN: true }), { minLength: 2, maxLength: 60 })

test('a limited curve keeps the cap and the slope, and one that keeps them already stays as it is', () => {
  fc.assert(
    fc.property(
      gains,
      fc.double({ min: 1, max: 44, noNaN: true }),
      fc.double({ min: 6, max: 96, noNaN: true }),
      (values, cap, slope) => {
        const once = limitCurve(values, { cap, slope })
        for (const [i, value] of once.entries()) {
          assert.ok(Math.abs(value) <= cap + 1e-9)
          if (i > 0) assert.ok(Math.abs(value - once[i - 1]!) <= slope / pointsPerOctave + 1e-9)
        }
        const twice = limitCurve(once, { cap, slope })
        for (const [i, value] of twice.entries()) assert.ok(Math.abs(value - once[i]!) < 1e-9)
      },
    ),
  )
})

test('where nothing is wanted a curve goes on level', () => {
  const wanted = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? i / 4 : 40))
  const weight = wanted.map((_, i) => (i < 20 ? 1 : 0))
  const curve = smoothTo(wanted, weight, 0.6)
  assert.ok(Math.abs(curve[39]! - curve[20]!) < 1e-3)
  assert.ok(Math.abs(curve[39]! - wanted[19]!) < 0.5)
  assert.ok(Math.abs(curve[10]! - wanted[10]!) < 0.05)
})

test('nothing wanted anywhere is no gain', () => {
  assert.ok(smoothTo(new Float64Array(10).fill(9), new Float64Array(10), 1).every((value) => Math.abs(value) < 1e-6))
})

test('a curve within the cap has the middle that is preferred', () => {
  const values = Float64Array.of(-5, 0, 3, 8)
  const ones = new Float64Array(4).fill(1)
  const problem = { values, spectrum: new Float64Array(4), weight: ones, loudness: ones, cap: 12 }
  assert.ok(Math.abs(middleOf(problem, 1.5) - 1.5) < 1e-3)
})

test('of a curve that reaches beyond the cap the middle leaves least to be wished for at equal loudness', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 8, maxLength: 20 }), (gains) => {
      const cap = 6
      const values = Float64Array.from(gains)
      const ones = values.map(() => 1)
      const problem = { values, spectrum: values.map((_, i) => 5 * Math.sin(i)), weight: ones, loudness: ones, cap }
      const power = (levels: Float64Array) => levels.reduce((sum, level) => sum + 10 ** (level / 10), 0)
      const left = (middle: number): number => {
        const made = problem.spectrum.map((level, i) => {
          const gain = Math.min(middle + cap, Math.max(middle - cap, values[i]!))
          return level - values[i]! + gain
        })
        const aligned = 10 * Math.log10(power(problem.spectrum) / power(made))
        return made.reduce((sum, level, i) => sum + Math.abs(level + aligned - problem.spectrum[i]!), 0) / made.length
      }
      const found = left(middleOf(problem, 0))
      for (let middle = -36; middle <= 36; middle += 0.5)
        assert.ok(found <= left(middle) + 0.15, `${found} dB are left, and ${left(middle)} with ${middle}`)
    }),
    { numRuns: 40 },
  )
})

test('beyond its range a curve fades within half an octave', () => {
  const weight = rangeWeight([50, 70, 100, 1000, 8000, 9000, 12000], [100, 8000])
  assert.equal(weight[0], 0)
  assert.ok(weight[1]! < 0.01)
  assert.deepEqual([...weight.subarray(2, 5)], [1, 1, 1])
  assert.ok(weight[5]! > 0.4 && weight[5]! < 1)
  assert.equal(weight[6], 0)
})
