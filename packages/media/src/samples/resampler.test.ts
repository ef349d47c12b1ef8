import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { distance, noise, tolerance } from '../transform/testing/compare.ts'
import { Resampler, resample } from './resampler.ts'
import { filterTable, type ResamplingQuality, resamplingFilter, resamplingPromises } from './resampling-filter.ts'
import { blocksOf, joined, resampling, unpacked } from './testing/golden.ts'

const qualities: readonly ResamplingQuality[] = ['high', 'fast']
/** Ratios with rows of their own, and such that rows are interpolated: a pair with many phases, speeds 10 % up and down. */
const rates: readonly [from: number, to: number][] = [
  [44100, 48000],
  [48000, 44100],
  [48000, 16000],
  [44100, 48001],
  [44100, 44100 / 1.1],
  [44100, 44100 / 0.9],
]
const decibels = (ratio: number) => 20 * Math.log10(ratio)
const sine = (length: number, frequency: number) =>
  Float64Array.from({ length }, (_, n) => Math.cos(2 * Math.PI * frequency * n + 0.3))

test('a whole sound agrees with SciPy and the same filter', () => {
  for (const { from, to, quality, length, seed, out } of resampling) {
    const options = { quality: quality as ResamplingQuality }
    const expected = [unpacked(out)]
    const double = resample([noise('float64', length, seed)], from, to, { ...options, precision: 'float64' })
    assert.ok(distance(double, expected) < tolerance.float64, `${from} to ${to}, ${quality}`)
    const single = resample([noise('float64', length, seed)], from, to, options)
    assert.ok(single[0] instanceof Float32Array && distance(single, expected) < tolerance.float32)
  }
})

test('blocks of any size give the bits and the length of the whole, and a resampler can be used again', () => {
  const cases = fc.record({
    rate: fc.oneof(
      fc.constantFrom(...rates),
      fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 })),
      fc.tuple(fc.double({ min: 0.5, max: 2, noNaN: true }), fc.double({ min: 0.5, max: 2, noNaN: true })),
    ),
    channels: fc.integer({ min: 1, max: 3 }),
    length: fc.nat(9000),
    lengths: fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 5 }),
  })
  fc.assert(
    fc.property(cases, ({ rate: [from, to], channels, length, lengths }) => {
      const sound = Array.from({ length: channels }, (_, seed) => noise('float32', length, seed))
      const whole = resample(sound, from, to, { quality: 'fast' })
      const expected = (length * to) / from
      assert.ok(Math.abs(whole[0]!.length - Math.ceil(expected)) <= (Math.abs(expected % 1) < 1e-9 ? 1 : 0))
      const resampler = new Resampler(channels, from, to, { quality: 'fast' })
      for (let time = 0; time < 2; time++) {
        const blocks = sound.map((samples) => [...blocksOf(samples, lengths)])
        const out = (blocks[0] ?? []).map((_, at) => resampler.push(blocks.map((channel) => channel[at]!)))
        const end = resampler.flush()
        for (let channel = 0; channel < channels; channel++) {
          const streamed = joined(new Float32Array(0), ...[...out, end].map((block) => block[channel]!))
          assert.deepEqual(streamed, whole[channel])
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('with whole rates the length is ceil(n * to / from), also where floating point would err', () => {
  for (const [length, from, to] of [
    [147, 44100, 48000],
    [148, 44100, 48000],
    [1, 48000, 16000],
    [0, 1, 2],
    [49, 7, 3],
  ] as const) {
    assert.equal(resample([new Float32Array(length)], from, to)[0]!.length, Math.ceil((length * to) / from))
  }
})

test('a tone of the pass-band keeps amplitude and phase', () => {
  for (const quality of qualities) {
    const { passband, ripple } = resamplingPromises[quality]
    for (const [from, to] of rates) {
      for (const part of [0.001, 0.3, 0.7, 1]) {
        const frequency = passband * part * Math.min(from, to)
        const [out] = resample([sine(6000, frequency / from)], from, to, { quality, precision: 'float64' })
        const margin = Math.ceil(600 * Math.max(1, to / from))
        const expected = sine(out!.length, frequency / to)
        const inner = (samples: Float64Array) => [samples.subarray(margin, samples.length - margin)]
        const apart = distance(inner(out!), inner(expected))
        assert.ok(apart < 10 ** (ripple / 20) - 1, `${from} to ${to}, ${quality}, ${part}: ${apart}`)
      }
    }
  }
})

test('a tone above the new Nyquist frequency is down by the stop-band', () => {
  for (const quality of qualities) {
    for (const [from, to] of rates) {
      if (to >= from) continue
      for (const frequency of [(0.5 * to) / from, (0.5 * to) / from + 0.01, 0.48]) {
        if (frequency < (0.5 * to) / from) continue
        const [out] = resample([sine(6000, frequency)], from, to, { quality, precision: 'float64' })
        const peak = out!.subarray(600, -600).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        const down = decibels(peak)
        assert.ok(down < -resamplingPromises[quality].stopband, `${from} to ${to}, ${quality}: ${down} dB`)
      }
    }
  }
})

test('the filter keeps its promises at every frequency', () => {
  for (const quality of qualities) {
    const { passband, stop, ripple, stopband } = resamplingPromises[quality]
    const { rows, taps, phases } = filterTable(resamplingFilter(4, quality), 4, 4)
    const response = (frequency: number) => {
      let sum = 0
      for (let row = 0; row < phases; row++) {
        for (let q = 0; q < taps; q++) {
          sum += rows[row * taps + q]! * Math.cos(2 * Math.PI * frequency * (row / phases + taps / 2 - 1 - q))
        }
      }
      return Math.abs(sum / phases)
    }
    for (let step = 0; step <= 300; step++) {
      assert.ok(Math.abs(decibels(response((passband * step) / 300))) < ripple)
      assert.ok(decibels(response(stop + (step / 300) * (2 - stop))) < -stopband)
    }
  }
})

test('there and back again leaves the pass-band as it was', () => {
  for (const [quality, most] of [
    ['high', 1e-5],
    ['fast', 2e-3],
  ] as const) {
    // Faded in and out, so that the silence before and after is of one piece with it.
    const tone = (_: unknown, n: number) => Math.sin((Math.PI * n) / 6000) ** 2 * Math.cos(0.7 * Math.PI * n)
    const low = Float64Array.from({ length: 6000 }, tone)
    const there = resample([low], 44100, 48000, { quality, precision: 'float64' })
    const [back] = resample(there, 48000, 44100, { quality, precision: 'float64' })
    assert.ok(distance([back!.subarray(0, low.length)], [low]) < most)
  }
})

test('an interpolated table agrees with an exact one', () => {
  const sound = [noise('float64', 2000, 5)]
  // Rates a ten-millionth of a hertz from whole ones: the times are all but the same, the way is the other.
  for (const [from, to] of [
    [44100, 48000],
    [48000, 16000],
  ] as const) {
    const exact = resample(sound, from, to, { precision: 'float64' })
    const between = resample(sound, from + 1e-7, to, { precision: 'float64' })
    assert.ok(
      distance(
        between.map((out) => out.subarray(0, exact[0]!.length)),
        exact,
      ) < 1e-7,
    )
  }
})

test('each channel gives what it would give alone', () => {
  const sound = Array.from({ length: 5 }, (_, seed) => noise('float32', 700, seed))
  for (const [from, to] of rates) {
    const alone = sound.map((samples) => resample([samples], from, to)[0])
    assert.deepEqual(resample(sound, from, to), alone)
  }
})

test('equal rates let samples through as they are', () => {
  const sound = [noise('float32', 5000, 1), noise('float32', 5000, 2)]
  assert.deepEqual(resample(sound, 44100, 44100), sound)
})

test('rates and blocks that cannot be are refused', () => {
  assert.throws(() => new Resampler(1, 0, 48000), /RangeError: A sampling rate must be a number above 0, and is 0/)
  assert.throws(() => new Resampler(1, 48000, Number.NaN), /is NaN/)
  assert.throws(() => new Resampler(1, 1, 257), /at most 256 times apart, and are 1 and 257/)
  assert.throws(() => new Resampler(0, 1, 1), /number of channels must be a whole number of at least 1, and is 0/)
  const resampler = new Resampler(2, 44100, 48000)
  assert.throws(() => resampler.push([new Float32Array(1)]), /A block must have 2 channels, and has 1/)
  assert.throws(() => resampler.push([new Float32Array(1), new Float32Array(2)]), /equally long, and have 1 and 2/)
})
