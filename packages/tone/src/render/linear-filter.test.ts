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
  const length = 60_000
  const [left, right] = [noise(length, 1), noise(length, 2)]
  const [a, b, c, d] = [response(300, 3), response(250, 4), response(300, 5), response(10, 6)]

  it('is the convolution with a response from each channel to each', () => {
    const pair = { channel: 0, firstToFirst: a, secondToSecond: b, firstToSecond: c, secondToFirst: d }
    const filter = new LinearFilter([pair], 2, 300, 0)
    const [first, second] = filter.run(readerOf([left, right]), 0, length + 300) as [Float32Array, Float32Array]
    for (const at of [0, 1, 250, 24_575, 24_576, 24_577, 59_999, 60_200]) {
      assert.ok(Math.abs(first[at]! - convolved(a, left, at) - convolved(d, right, at)) < 3e-6)
      assert.ok(Math.abs(second[at]! - convolved(c, left, at) - convolved(b, right, at)) < 3e-6)
    }
  })

  it('takes back a delay', () => {
    const filter = new LinearFilter([{ channel: 0, firstToFirst: a }], 1, 300, 100)
    const [out] = filter.run(readerOf([left]), 0, 2000) as [Float32Array]
    for (const at of [0, 50, 1000]) assert.ok(Math.abs(out[at]! - convolved(a, left, at + 100)) < 3e-6)
  })

  it('leaves other pairs of channels alone', () => {
    const unit = Float64Array.of(1)
    const pairs = [
      { channel: 0, firstToFirst: unit, secondToSecond: a },
      { channel: 2, firstToFirst: b },
    ]
    const out = new LinearFilter(pairs, 3, 300, 0).run(readerOf([left, right, left]), 0, 5000)
    assert.ok(Math.abs(out[0]![3000]! - left[3000]!) < 1e-6)
    assert.ok(Math.abs(out[1]![3000]! - convolved(a, right, 3000)) < 3e-6)
    assert.ok(Math.abs(out[2]![3000]! - convolved(b, left, 3000)) < 3e-6)
  })

  it('gives the same bits for any stretch', () => {
    const pair = { channel: 0, firstToFirst: a, secondToSecond: b, firstToSecond: c, secondToFirst: d }
    const filter = new LinearFilter([pair], 2, 300, 40)
    const whole = filter.run(readerOf([left, right]), 0, length).map((samples) => samples.slice())
    fc.assert(
      fc.property(fc.nat(length - 1), fc.integer({ min: 1, max: 30_000 }), (from, count) => {
        const to = Math.min(length, from + count)
        const part = filter.run(readerOf([left, right]), from, to)
        for (const [channel, samples] of part.entries())
          assert.ok(Buffer.from(samples.slice().buffer).equals(Buffer.from(whole[channel]!.slice(from, to).buffer)))
      }),
      { numRuns: 12 },
    )
  })
})
