import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bandFilter, bandsResponse } from './bands.ts'
import { curveAt } from './curves.ts'
import { firDelay, firOf, firPower, firTaps } from './fir.ts'

const frequency = Array.from({ length: 240 }, (_, i) => 20 * 2 ** (i / 24))

/** Curves without anything narrower than half an octave at 40 Hz and a third above 200 Hz. */
const smoothCurve = fc
  .array(
    fc.record({
      at: fc.double({ min: 40, max: 16000, noNaN: true }),
      width: fc.double({ min: 0.33, max: 2, noNaN: true }),
      gain: fc.double({ min: -10, max: 10, noNaN: true }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((bumps) => ({
    frequency,
    level: frequency.map((f) =>
      bumps.reduce((sum, { at, width, gain }) => {
        const wide = Math.max(width, at < 200 ? 0.6 : 0)
        return sum + gain * Math.exp(-0.5 * (Math.log2(f / at) / wide) ** 2)
      }, 0),
    ),
  }))

test('a filter has the gains that it was made for, to a tenth of a dB above 40 Hz', () => {
  fc.assert(
    fc.property(
      smoothCurve,
      fc.constantFrom('minimum' as const, 'linear' as const),
      fc.constantFrom(44100, 48000, 96000),
      (curve, phase, rate) => {
        const power = firPower(firOf(curve, rate, phase), 16384)
        const bins = Float64Array.from({ length: power.length }, (_, k) => (k * rate) / 16384)
        const wanted = curveAt(curve, bins)
        for (let k = 0; k < power.length; k++)
          if (bins[k]! >= 40 && bins[k]! <= 20000) {
            const off = Math.abs(10 * Math.log10(power[k]!) - wanted[k]!)
            assert.ok(off < 0.1, `${off.toFixed(3)} dB off at ${bins[k]!.toFixed(0)} Hz`)
          }
      },
    ),
    { numRuns: 15 },
  )
})

test('the filter of the gains of a peak, which has minimum phase, is that peak', () => {
  const band = { type: 'peak', frequency: 1000, gain: 9, q: 2 } as const
  const wide = Array.from({ length: 2400 }, (_, i) => 5 * 2 ** (i / 200))
  const response = firOf({ frequency: wide, level: [...bandsResponse([band], wide, 48000)] }, 48000)
  const { b, a } = bandFilter(band, 48000)
  const expected = new Float64Array(500)
  for (let n = 0; n < expected.length; n++)
    expected[n] = (b[n] ?? 0) - a[0] * (expected[n - 1] ?? 0) - a[1] * (expected[n - 2] ?? 0)
  for (const [n, value] of expected.entries())
    assert.ok(Math.abs(response[n]! - value) < 2e-4, `sample ${n}: ${response[n]} instead of ${value}`)
})

test('a filter of linear phase is the same forwards and backwards about its delay', () => {
  const taps = 2048
  const response = firOf({ frequency: [100, 1000, 5000], level: [6, -6, 3] }, 44100, 'linear', taps)
  const middle = firDelay('linear', taps)
  for (let n = 1; n < middle; n++) assert.ok(Math.abs(response[middle + n]! - response[middle - n]!) < 1e-12)
  assert.equal(firDelay('minimum', taps), 0)
})

test('no gain is an impulse', () => {
  const response = firOf({ frequency: [20, 20000], level: [0, 0] }, 44100)
  assert.ok(Math.abs(response[0]! - 1) < 1e-12)
  assert.ok(response.subarray(1).every((value) => Math.abs(value) < 1e-12))
})

test('filters are long enough for low bands at any rate, and their length is even', () => {
  assert.equal(firTaps(44100), 8192)
  assert.equal(firTaps(48000), 8192)
  assert.equal(firTaps(96000), 16384)
  assert.equal(firTaps(8000), 1024)
  assert.throws(() => firOf({ frequency: [20], level: [0] }, 44100, 'minimum', 101), RangeError)
})
