import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LinearFilter, type SampleReader } from './linear-filter.ts'
import { noise } from './testing/sounds.ts'

const readerOf = (channels: readonly Float32Array[]): SampleReader => ({
  read: (from, to) =>
    channels.map((samples) => Float32Array.from({ length: to - from }, (_, i) => samples[from + i] ?? 0)),
})

/** sum over k of response[k] * samples[at - k] */
function convolved(response: Float64Array, samples: Float32Array, at: number): number {
  let sum = 0
  for (const [k, weight] of response.entries()) sum += weight * (samples[at - k] ?? 0)
  return sum
}

const response = (length: number, seed: number) =>
  Float64Array.from(noise(length, seed), (value, n) => value * Math.exp(-n / 40))

describe('a linear filter', () => {
  const samples = 60_000
  const [left, right] = [noise(samples, 1), noise(samples, 2)]
  const [a, b, c, d] = [response(300, 3), response(250, 4), response(300, 5), response(10, 6)]

  it('is the convolution with a response from each channel to each', () => {
    const pair = { channel: 0, firstToFirst: a, secondToSecond: b, firstToSecond: c, secondToFirst: d }
    const filter = new LinearFilter({ pairs: [pair], length: 300, delay: 0 }, 2)
    const [first, second] = filter.run(readerOf([left, right]), 0, samples + 300) as [Float32Array, Float32Array]
    for (const at of [0, 1, 250, 24_575, 24_576, 24_577, 59_999, 60_200]) {
      assert.ok(Math.abs(first[at]! - convolved(a, left, at) - convolved(d, right, at)) < 3e-6)
      assert.ok(Math.abs(second[at]! - convolved(c, left, at) - convolved(b, right, at)) < 3e-6)
    }
  })

  it('takes back a delay', () => {
    const filter = new LinearFilter({ pairs: [{ channel: 0, firstToFirst: a }], length: 300, delay: 100 }, 1)
    const [out] = filter.run(readerOf([left]), 0, 2000) as [Float32Array]
    for (const at of [0, 50, 1000]) assert.ok(Math.abs(out[at]! - convolved(a, left, at + 100)) < 3e-6)
  })

  it('leaves other pairs of channels alone', () => {
    const unit = Float64Array.of(1)
    const pairs = [
      { channel: 0, firstToFirst: unit, secondToSecond: a },
      { channel: 2, firstToFirst: b },
    ]
    const out = new LinearFilter({ pairs, length: 300, delay: 0 }, 3).run(readerOf([left, right, left]), 0, 5000)
    assert.ok(Math.abs(out[0]![3000]! - left[3000]!) < 1e-6)
    assert.ok(Math.abs(out[1]![3000]! - convolved(a, right, 3000)) < 3e-6)
    assert.ok(Math.abs(out[2]![3000]! - convolved(b, left, 3000)) < 3e-6)
  })

  it('is the same for responses that are longer than its transforms', () => {
    const long = Float64Array.from(noise(100_000, 8), (value) => value * 0.003)
    const pairs = [{ channel: 0, firstToFirst: a, secondToSecond: long, firstToSecond: long, secondToFirst: d }]
    const filter = new LinearFilter({ pairs, length: 100_000, delay: 5 }, 2)
    for (const at of [0, 32_767, 59_000, 120_000]) {
      const [first, second] = filter.run(readerOf([left, right]), at, at + 1) as [Float32Array, Float32Array]
      assert.ok(Math.abs(first[0]! - convolved(a, left, at + 5) - convolved(d, right, at + 5)) < 3e-6)
      assert.ok(Math.abs(second[0]! - convolved(long, left, at + 5) - convolved(long, right, at + 5)) < 3e-6)
    }
  })

  for (const [name, length] of [
    ['one transform', 300],
    ['several partitions', 40_000],
  ] as const)
    it(`gives the same bits for any stretch, with ${name}`, () => {
      const pair = { channel: 0, firstToFirst: a, secondToSecond: b, firstToSecond: c, secondToFirst: d }
      const filter = new LinearFilter({ pairs: [pair], length, delay: 40 }, 2)
      const whole = filter.run(readerOf([left, right]), 0, samples).map((values) => values.slice())
      const reader = readerOf([left, right])
      fc.assert(
        fc.property(fc.nat(samples - 1), fc.integer({ min: 1, max: 30_000 }), fc.boolean(), (from, count, again) => {
          const to = Math.min(samples, from + count)
          const part = filter.run(again ? reader : readerOf([left, right]), from, to)
          for (const [channel, values] of part.entries())
            assert.ok(Buffer.from(values.slice().buffer).equals(Buffer.from(whole[channel]!.slice(from, to).buffer)))
        }),
        { numRuns: 8 },
      )
    })
})
