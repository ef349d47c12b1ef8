import assert from 'node:assert/strict'
import test from 'node:test'
import { RealFft } from '@colophon/media'
import fc from 'fast-check'
import type { Band } from '../preset/preset.ts'
import { bandFilter, bandsResponse } from './bands.ts'
import { fitBands, residualOf } from './fit-bands.ts'

const frequency = Array.from({ length: 240 }, (_, i) => 20 * 2 ** (i / 24))

const anyBand: fc.Arbitrary<Band> = fc.record({
  type: fc.constantFrom('peak' as const, 'lowShelf' as const, 'highShelf' as const),
  frequency: fc.double({ min: 60, max: 12000, noNaN: true }),
  gain: fc.double({ min: -12, max: 12, noNaN: true }),
  q: fc.double({ min: 0.4, max: 4, noNaN: true }),
})

test('the response of bands is that of their filters', () => {
  fc.assert(
    fc.property(anyBand, (band) => {
      const length = 32768
      const fft = new RealFft(length)
      const samples = new Float64Array(length)
      const { b, a } = bandFilter(band, 44100)
      for (let n = 0; n < length; n++)
        samples[n] = (b[n] ?? 0) - a[0] * (samples[n - 1] ?? 0) - a[1] * (samples[n - 2] ?? 0)
      const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)]
      fft.forward(samples, re, im)
      const bins = Float64Array.from({ length: fft.bins }, (_, k) => (k * 44100) / length)
      const response = bandsResponse([band], bins, 44100)
      for (let k = 0; k < fft.bins; k += 37)
        assert.ok(Math.abs(10 * Math.log10(re[k]! ** 2 + im[k]! ** 2) - response[k]!) < 1e-3)
    }),
    { numRuns: 10 },
  )
})

test('a peak has its gain at its frequency, a shelf half of its own', () => {
  const at = (band: Band, f: number) => bandsResponse([band], [f], 48000)[0]!
  assert.ok(Math.abs(at({ type: 'peak', frequency: 1000, gain: 7, q: 3 }, 1000) - 7) < 1e-9)
  assert.ok(Math.abs(at({ type: 'lowShelf', frequency: 200, gain: -8, q: 0.7 }, 200) + 4) < 1e-9)
  assert.ok(Math.abs(at({ type: 'lowShelf', frequency: 200, gain: -8, q: 0.7 }, 1) + 8) < 1e-3)
  assert.ok(Math.abs(at({ type: 'highShelf', frequency: 4000, gain: 5, q: 0.7 }, 24000) - 5) < 1e-9)
})

test('bands are found again from the curve that they make', () => {
  const bands: Band[] = [
    { type: 'lowShelf', frequency: 120, gain: 4, q: 0.7 },
    { type: 'peak', frequency: 400, gain: -3, q: 1.2 },
    { type: 'peak', frequency: 2500, gain: 5, q: 2 },
    { type: 'highShelf', frequency: 8000, gain: -6, q: 0.7 },
  ]
  const { bands: found, residual } = fitBands({ frequency, level: [...bandsResponse(bands, frequency, 48000)] })
  assert.deepEqual(found, bands)
  assert.ok(residual < 0.01)
})

test('any curve of few bands is met by ten to half a dB, and the residual says what is left', () => {
  fc.assert(
    fc.property(fc.array(anyBand, { minLength: 1, maxLength: 3 }), (bands) => {
      const curve = { frequency, level: [...bandsResponse(bands, frequency, 48000)] }
      const fit = fitBands(curve)
      assert.ok(fit.bands.length <= 10)
      assert.ok(fit.residual < 0.5, `${fit.residual} dB remain`)
      assert.ok(Math.abs(fit.residual - residualOf(curve, fit.bands, 48000)) < 1e-3)
      for (const { frequency: f, q } of fit.bands) assert.ok(f >= 20 && f <= 20000 && q > 0 && q <= 40)
    }),
    { numRuns: 12 },
  )
})

test('no gain needs no band, and there are never more than were allowed', () => {
  assert.deepEqual(fitBands({ frequency: [20, 20000], level: [0, 0] }), { bands: [], residual: 0 })
  const rugged = frequency.map((_, i) => 6 * Math.sin(i / 3))
  assert.equal(fitBands({ frequency, level: rugged }, 3).bands.length, 3)
})
