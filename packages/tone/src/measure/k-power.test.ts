import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { hopStart, KPower } from './k-power.ts'
import { kWeighting } from './k-weighting.ts'
import { noise, plainKWeighted } from './testing/plain-meters.ts'

test('the filters are those of BS.1770-5 at 48 kHz', () => {
  const { shelf, highPass } = kWeighting(48000)
  const near = (values: readonly number[], table: readonly number[]) => {
    for (const [i, value] of values.entries()) assert.ok(Math.abs(value - table[i]!) < 1e-12, `${value} ${table[i]}`)
  }
  near(shelf.b, [1.53512485958697, -2.69169618940638, 1.19839281085285])
  near(shelf.a, [-1.69065929318241, 0.73248077421585])
  near(highPass.b, [1, -2, 1])
  near(highPass.a, [-1.99004745483398, 0.99007225036621])
})

test('the response at 997 Hz is the same at any rate', () => {
  const gain = (rate: number) => {
    const { shelf, highPass } = kWeighting(rate)
    const w = (2 * Math.PI * 997) / rate
    const size = (c: readonly number[]) =>
      Math.hypot(
        c.reduce((sum, v, k) => sum + v * Math.cos(k * w), 0),
        c.reduce((sum, v, k) => sum + v * Math.sin(k * w), 0),
      )
    return 20 * Math.log10([shelf, highPass].reduce((g, { b, a }) => (g * size(b)) / size([1, ...a]), 1))
  }
  // A full-scale sine of 997 Hz reads -3.01 LUFS: the gain makes up for the -0.691 of the formula.
  assert.ok(Math.abs(gain(48000) - 0.691) < 0.003)
  for (const rate of [32000, 44100, 96000, 192000]) {
    assert.ok(Math.abs(gain(rate) - gain(48000)) < 0.02, `${gain(rate)} dB at ${rate} Hz`)
  }
  // The shelf at 1.7 kHz is bent where half the sample rate is near.
  for (const rate of [8000, 11025, 16000, 22050]) assert.ok(Math.abs(gain(rate) - gain(48000)) < 0.21, `${gain(rate)}`)
})

test('a sample rate that is too low is refused', () => {
  assert.throws(() => new KPower(3000, [1]), RangeError)
  assert.throws(() => kWeighting(Number.NaN), RangeError)
})

test('power of each hop is that of a plain filter, with any number of channels', () => {
  const format = fc.record({
    rate: fc.constantFrom(8000, 11025, 22050, 44100, 48000),
    weights: fc.array(fc.constantFrom(0, 1, 1.41), { minLength: 1, maxLength: 7 }),
    length: fc.integer({ min: 0, max: 9000 }),
    seed: fc.nat(1000),
  })
  fc.assert(
    fc.property(format, ({ rate, weights, length, seed }) => {
      const channels = weights.map((_, i) => noise(length, seed + i))
      const power = new KPower(rate, weights).push(channels)
      const plain = channels.map((channel) => plainKWeighted(channel, rate))
      let hops = 0
      for (; hopStart(hops + 1, rate) <= length; hops++) {
        const [from, to] = [hopStart(hops, rate), hopStart(hops + 1, rate)]
        let sum = 0
        for (const [i, weight] of weights.entries()) {
          for (let at = from; at < to; at++) sum += weight * plain[i]![at]! ** 2
        }
        const wanted = sum / (to - from)
        assert.ok(Math.abs(power[hops]! - wanted) <= 1e-9 * wanted + 1e-20)
      }
      assert.equal(power.length, hops)
    }),
    { numRuns: 60 },
  )
})

test('pieces of any length give the same bits as the whole', () => {
  const channels = [noise(30000, 1), noise(30000, 2), noise(30000, 3)]
  const weights = [1, 1, 1.41]
  const whole = new KPower(44100, weights).push(channels)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9000 })), (lengths) => {
      const meter = new KPower(44100, weights)
      const powers: number[] = []
      let at = 0
      for (const length of [...lengths, 30000]) {
        const to = Math.min(30000, at + length)
        assert.equal(meter.next, powers.length)
        powers.push(...meter.push(channels, at, to))
        at = to
      }
      assert.equal(powers.length, whole.length)
      for (const [i, power] of powers.entries()) assert.ok(Math.abs(power - whole[i]!) <= 1e-12 * whole[i]!)
    }),
    { numRuns: 20 },
  )
})

test('a part of a recording gives the numbers of the whole from the hop that was wanted', () => {
  for (const rate of [11025, 44100, 48000]) {
    const channels = [noise(2 * rate, 5)]
    const whole = new KPower(rate, [1]).push(channels)
    for (const hop of [1, 37, 50, 51, 120]) {
      const start = KPower.startFor(hop, rate)
      const meter = new KPower(rate, [1], start)
      assert.ok(meter.next <= hop)
      const first = meter.next
      const part = meter.push(channels, start).subarray(hop - first)
      assert.equal(part.length, whole.length - hop)
      for (const [i, power] of part.entries()) assert.ok(Math.abs(power / whole[hop + i]! - 1) < 1e-9)
    }
  }
})

test('hours of digital silence behind sound come to zero', () => {
  const meter = new KPower(8000, [1])
  meter.push([noise(8000, 1)])
  const silence = new Float32Array(80000)
  let last: Float64Array = new Float64Array(0)
  for (let i = 0; i < 5; i++) last = meter.push([silence])
  assert.equal(last.length, 1000)
  assert.ok(last.every((power) => power === 0))
})
