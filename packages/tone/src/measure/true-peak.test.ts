import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { BlockMeter } from './block-meter.ts'
import { noise, plainInterpolated, plainKWeighted } from './testing/plain-meters.ts'
import { PeakBlocks } from './true-peak.ts'
import { gapFilter } from './true-peak-filter.ts'
import { TruePeakMeter, truePeak } from './true-peak-meter.ts'

const decibels = (ratio: number) => 20 * Math.log10(ratio)
const sine = (length: number, frequency: number, phase: number, amplitude = 0.5) =>
  Float32Array.from({ length }, (_, i) => amplitude * Math.sin(2 * Math.PI * frequency * i + phase))
const largest = (values: ArrayLike<number>) => Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0)

test('a filter leaves constants as they are, and no point is above its bound', () => {
  for (const [factor, pairs] of [
    [2, 32],
    [4, 12],
    [8, 8],
  ] as const) {
    const filter = gapFilter(factor, pairs, 7)
    const flat = plainInterpolated(new Float64Array(200).fill(1), filter, 80, 120)
    for (const value of flat) assert.ok(Math.abs(value - 1) < 1e-12)
    const loud = Float64Array.from({ length: 200 }, (_, i) => (Math.sin(i * i) > 0 ? 1 : -1))
    assert.ok(largest(plainInterpolated(loud, filter, 80, 120)) <= filter.bound)
  }
})

test('peaks of blocks are those of a plain filter', () => {
  const format = fc.record({
    rate: fc.constantFrom(44100, 96000),
    block: fc.constantFrom(4, 64, 128),
    count: fc.integer({ min: 1, max: 5 }),
    from: fc.integer({ min: -50, max: 900 }),
    seed: fc.nat(1000),
  })
  fc.assert(
    fc.property(format, ({ rate, block, count, from, seed }) => {
      const channels = [noise(1000, seed), noise(1000, seed + 1)]
      const out = new Float32Array(count)
      new PeakBlocks(rate, block).measure(channels, from, count, out)
      const filter = gapFilter(rate === 44100 ? 4 : 2, PeakBlocks.reach, 5.5)
      for (let i = 0; i < count; i++) {
        const begin = from + i * block
        const wanted = channels.map((x) => largest(plainInterpolated(x, filter, begin, begin + block)))
        assert.ok(Math.abs(out[i]! - Math.max(...wanted)) < 1e-6)
      }
    }),
    { numRuns: 60 },
  )
})

test('the peak is that of two plain filters, one on what the other gives', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(1000), (length, seed) => {
      const samples = noise(length, seed, 1)
      const margin = 100
      const doubled = plainInterpolated(samples, gapFilter(2, 32, 7), -margin, length + margin)
      const points = plainInterpolated(doubled, gapFilter(8, 8, 9), 0, doubled.length - 1)
      assert.ok(Math.abs(truePeak([samples], 48000) - largest(points)) < 2e-6)
    }),
    { numRuns: 30 },
  )
})

test('sines read within 0.03 dB up to 0.48 of the sample rate, whatever their phase', () => {
  for (const frequency of [0.01, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.4, 0.44, 0.46, 0.48]) {
    for (let phase = 0.05; phase < Math.PI; phase += 0.5) {
      const meter = new TruePeakMeter(44100)
      meter.scan([sine(2000, frequency, phase)], 100, 1900)
      const off = decibels(meter.peak / 0.5)
      assert.ok(Math.abs(off) < 0.03, `${off} dB at ${frequency}`)
    }
  }
})

test('leaving out what cannot be the peak changes not a bit of the answer', () => {
  const signal = fc.record({
    rate: fc.constantFrom(8000, 44100, 96000, 192000),
    length: fc.integer({ min: 1, max: 20000 }),
    seed: fc.nat(1000),
    level: fc.constantFrom(0, 1e-20, 0.01, 1, 4),
    frequency: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  })
  fc.assert(
    fc.property(signal, ({ rate, length, seed, level, frequency }) => {
      const tone = sine(length, frequency, seed, level)
      const channels = [noise(length, seed, level), tone.map((v, i) => v * Math.exp(-i / 2000))]
      const peaks = [true, false].map((skip) => {
        const meter = new TruePeakMeter(rate, { skip })
        if (skip && seed % 2 === 0) meter.note(Math.max(...channels.map(largest)))
        meter.scan(channels, -TruePeakMeter.reach, length + TruePeakMeter.reach)
        return meter.peak
      })
      assert.equal(peaks[0], peaks[1])
    }),
    { numRuns: 60 },
  )
})

test('a stream in pieces of any length has the peak of the whole', () => {
  const channels = [noise(9000, 3), sine(9000, 0.2401, 0, 0.3)]
  const whole = truePeak(channels, 44100)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 })), (lengths) => {
      const meter = new TruePeakMeter(44100)
      let at = 0
      for (const length of [...lengths, 9000]) {
        const to = Math.min(9000, at + length)
        meter.push(channels, at, to)
        at = to
      }
      assert.equal(meter.finish(), whole)
    }),
    { numRuns: 30 },
  )
})

test('parts of a recording, with what lies around them, have the peak of the whole', () => {
  const samples = noise(10000, 8)
  const [whole, parts] = [new TruePeakMeter(48000), new TruePeakMeter(48000)]
  whole.scan([samples], 0, 10000)
  for (let from = 0; from < 10000; from += 777) parts.scan([samples], from, Math.min(10000, from + 777))
  assert.equal(parts.peak, whole.peak)
})

test('a part is not judged by what is not known behind it', () => {
  // Cut off in the middle of a loud sine, which would overshoot there.
  const cut = sine(1000, 0.25, Math.PI / 4, 1)
  const meter = new TruePeakMeter(48000)
  meter.scan([cut], 100, 1000 - TruePeakMeter.reach)
  assert.ok(decibels(meter.peak) < 0.01)
  assert.ok(decibels(truePeak([cut], 48000)) > 0.01)
})

test('silence peaks at zero', () => {
  assert.equal(truePeak([new Float32Array(1000)], 44100), 0)
  assert.equal(new TruePeakMeter(44100).finish(), 0)
})

test('blocks have power and K-weighted power of their samples, whatever slice they are measured in', () => {
  const [rate, block] = [44100, 64]
  const channels = [noise(48000, 1), noise(48000, 2), noise(48000, 3)]
  const blocks = 48000 / block
  const meter = new BlockMeter(rate, '2.1', 3, block)
  const whole = new Float32Array(3 * blocks)
  meter.measure(channels, 0, blocks, whole)
  const weighted = channels.map((channel) => plainKWeighted(channel, rate))
  for (const at of [0, 1, 300, blocks - 1]) {
    const sum = (rows: readonly ArrayLike<number>[]) =>
      rows.reduce(
        (s, row) =>
          s +
          Array.from(row)
            .slice(at * block, (at + 1) * block)
            .reduce((q, v) => q + v * v, 0),
        0,
      )
    const [peak, k, plain] = whole.subarray(3 * at, 3 * at + 3)
    assert.ok(peak! >= largest(channels[0]!.subarray(at * block, (at + 1) * block)))
    assert.ok(Math.abs(k! / (sum(weighted.slice(0, 2)) / block) - 1) < 1e-6, 'low-frequency effects do not count')
    assert.ok(Math.abs(plain! / (sum(channels) / block / 3) - 1) < 1e-6)
  }
  const first = 400
  const begin = first * block - meter.warmUp
  const count = 100
  const slice = channels.map((channel) => channel.slice(begin, (first + count) * block + meter.reach))
  const part = new Float32Array(3 * count)
  meter.measure(slice, meter.warmUp, count, part)
  for (const [i, value] of part.entries()) assert.ok(Math.abs(value / whole[3 * first + i]! - 1) < 1e-6)
})

test('blocks of a length that is not offered are refused', () => {
  for (const length of [0, 3, 6, 8192]) assert.throws(() => new PeakBlocks(44100, length), RangeError)
})
