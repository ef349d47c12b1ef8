import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  binRanges,
  filterOf,
  powerIn,
  profileFrequencies,
  sixthOctaves,
  thirdOctaveCentres,
} from './frequency-bands.ts'

const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} instead of ${expected}`)

test('third octaves begin at 25 Hz and reach as far as there is sound', () => {
  for (const [rate, last] of [
    [8000, 4000],
    [16_000, 8000],
    [44_100, 20_158.7],
    [96_000, 20_158.7],
  ] as const) {
    const centres = thirdOctaveCentres(rate)
    near(centres[0]!, 24.8, 0.01)
    near(centres.at(-1)!, last, 0.1)
    assert.ok(centres.includes(1000))
  }
})

test('frequencies of profiles are the same at all rates, as far as they go', () => {
  const all = profileFrequencies(48_000)
  assert.ok(all[0]! >= 20 && all[0]! < 20.6 && all.at(-1)! <= 20_000 && all.at(-1)! > 19_400)
  for (const rate of [8000, 22_050, 44_100, 192_000]) {
    const some = profileFrequencies(rate)
    assert.ok(some.at(-1)! <= rate / 2)
    assert.deepEqual(some, all.slice(0, some.length))
  }
})

test('bands side by side have the power of all between them, however narrow they are', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 30, max: 900, noNaN: true }),
      fc.constantFrom(1, 3, 6, 24),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 129, maxLength: 129 }),
      (lowest, fraction, powers) => {
        const spectrum = Float64Array.from(powers)
        const step = 2 ** (1 / fraction)
        const centres = [0, 1, 2, 3].map((i) => lowest * step ** i).filter((centre) => centre * Math.sqrt(step) < 5000)
        const ranges = binRanges(centres, fraction, 40, 129)
        const sum = ranges.reduce((all, range) => all + powerIn(spectrum, range), 0)
        // One band over all of them, by its edges.
        const [low, high] = [lowest / Math.sqrt(step), centres.at(-1)! * Math.sqrt(step)]
        const share = (bin: number) => Math.max(0, Math.min(bin + 0.5, high / 40) - Math.max(bin - 0.5, low / 40))
        const expected = spectrum.reduce((all, power, bin) => all + power * share(bin), 0)
        near(sum, expected, 1e-9)
        for (const range of ranges) {
          const { first, weights } = filterOf(range)
          const filtered = Array.from(weights).reduce((all, weight, i) => all + weight * spectrum[first + i]!, 0)
          near(filtered, powerIn(spectrum, range), 1e-9)
        }
      },
    ),
  )
})

test('of noise, sixths of an octave rise by 3 dB an octave up to the very end', () => {
  const levels = sixthOctaves(new Float64Array(4097).fill(1e-6), 8000, profileFrequencies(8000))
  for (let i = 24; i < levels.length; i++) near(levels[i]! - levels[i - 24]!, 10 * Math.log10(2), 0.01)
})

test('the level of a band is its power, and nothing has -140 dB', () => {
  const spectrum = new Float64Array(4097)
  spectrum[400] = 0.5
  const frequency = (400 / 4096) * 22_050
  near(sixthOctaves(spectrum, 44_100, [frequency])[0]!, -3.01, 0.001)
  assert.equal(sixthOctaves(spectrum, 44_100, [100])[0], -140)
})
