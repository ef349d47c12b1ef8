import assert from 'node:assert/strict'
import test from 'node:test'
import { realFft } from '@colophon/media'
import fc from 'fast-check'
import { type BandFilter, BandPower } from './band-power.ts'

/** The same in plain TypeScript and double precision. */
function plainPower(samples: Float32Array, filled: number): Float64Array {
  const window = samples.map((_, i) => (i < filled ? 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / filled) : 0))
  const energy = window.reduce((sum, weight) => sum + weight * weight, 0)
  const { re, im } = realFft(Float64Array.from(samples, (value, i) => value * window[i]!))
  const bins = re.length
  return Float64Array.from(re, (value, bin) => {
    const sides = bin === 0 || bin === bins - 1 ? 1 : 2
    return (sides * (value ** 2 + im[bin]! ** 2)) / (samples.length * energy)
  })
}

const plainBand = (power: Float64Array, { first, weights }: BandFilter) =>
  Array.from(weights).reduce((sum, weight, i) => sum + weight * power[first + i]!, 0)

const close = (found: number, expected: number, scale: number) =>
  assert.ok(Math.abs(found - expected) <= 1e-5 * scale, `${found} instead of ${expected}`)

const lengths = [64, 128, 512, 2048]
const filters = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
  ),
  { maxLength: 9 },
)

test('power, bands and sums are those of plain arithmetic', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...lengths),
      filters,
      fc.double({ min: 0.3, max: 1, noNaN: true }),
      fc.array(fc.integer(), { minLength: 2, maxLength: 4 }),
      (length, given, part, seeds) => {
        const bins = length / 2 + 1
        const bands = given.map(([place, weights]) => {
          const first = Math.floor(place * (bins - 1))
          return { first, weights: weights.slice(0, bins - first) }
        })
        const filled = Math.max(2, Math.floor(part * length))
        const meter = new BandPower(length, bands, { filled, sums: 2 })
        const sums = [new Float64Array(bins), new Float64Array(bins)]
        for (const [frame, seed] of seeds.entries()) {
          const samples = Float32Array.from({ length }, (_, i) => Math.sin(seed + i * i * 0.37))
          const power = plainPower(samples, filled)
          const all = power.reduce((sum, value) => sum + value, 0)
          meter.measure(samples)
          for (const [bin, value] of power.entries()) close(meter.power[bin]!, value, all)
          for (const [i, band] of bands.entries()) close(meter.bands[i]!, plainBand(power, band), all)
          meter.addTo(frame % 2)
          for (const [bin, value] of power.entries()) sums[frame % 2]![bin]! += value
        }
        for (const [i, sum] of sums.entries()) {
          const found = meter.take(i)
          assert.equal(found.length, bins)
          const all = sum.reduce((total, value) => total + value, 0)
          for (const [bin, value] of sum.entries()) close(found[bin]!, value, all)
          assert.ok(meter.take(i).every((value) => value === 0))
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('noise has its mean square in all bins together, a sine in those around it', () => {
  const meter = new BandPower(1024, [{ first: 60, weights: new Array(9).fill(1) }])
  meter.measure(Float32Array.from({ length: 1024 }, (_, i) => Math.sin((2 * Math.PI * 64 * i) / 1024)))
  assert.ok(Math.abs(meter.bands[0]! - 0.5) < 1e-5)
  assert.ok(Math.abs(meter.power.reduce((sum, value) => sum + value, 0) - 0.5) < 1e-5)
})
