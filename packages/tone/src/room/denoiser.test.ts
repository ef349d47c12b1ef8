import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { sound } from '../pcm/testing/make-pcm.ts'
import { Denoiser, type DenoiseStage } from './denoiser.ts'
import { RoomTone } from './room-tone.ts'

const frequency = Array.from({ length: 50 }, (_, i) => 25 * 2 ** (i / 6))
const spectrum = { frequency, level: frequency.map((hertz) => -55 - 2 * Math.log2(hertz / 100)) }
const stage = (most: number): DenoiseStage => ({ on: true, floor: spectrum, most })

function noiseOf(rate: number, channels: number, length: number): Float32Array[] {
  const out = Array.from({ length: channels }, () => new Float32Array(length))
  new RoomTone({ on: true, spectrum, seed: 11 }, rate, channels).fill(0, out)
  return out
}

/** A part of a recording that has zeros around it. */
function part(denoiser: Denoiser, channels: readonly Float32Array[], from: number, to: number): Float32Array[] {
  const input = channels.map((samples) => {
    const around = new Float32Array(to - from + 2 * denoiser.reach)
    const first = from - denoiser.reach
    for (let i = 0; i < around.length; i++) around[i] = samples[first + i] ?? 0
    return around
  })
  return denoiser.process(input, from)
}

const level = (samples: Float32Array, from = 0, to = samples.length): number => {
  const some = samples.subarray(from, to)
  return 10 * Math.log10(some.reduce((sum, value) => sum + value * value, 0) / some.length)
}

test('noise is lowered by as much as is asked for, and evenly', () => {
  for (const most of [3, 6, 12])
    for (const channels of [1, 2]) {
      const rate = 44_100
      const noise = noiseOf(rate, channels, 4 * rate)
      const out = part(new Denoiser(stage(most), rate, channels), noise, 0, 4 * rate)
      const lowered = level(noise[0]!, rate, 3 * rate) - level(out[0]!, rate, 3 * rate)
      assert.ok(Math.abs(lowered - most) < 0.6, `${most} dB, ${channels} channels: ${lowered}`)
      // No ringing of single bins: the noise stays as even as it was (kurtosis of normal noise is 3).
      const some = out[0]!.subarray(rate, 3 * rate)
      const square = some.reduce((sum, value) => sum + value ** 2, 0) / some.length
      const kurtosis = some.reduce((sum, value) => sum + value ** 4, 0) / some.length / square ** 2
      assert.ok(kurtosis < 3.6, `kurtosis ${kurtosis}`)
    }
})

test('what is well over the noise stays as it is', () => {
  const rate = 48_000
  const [noise] = noiseOf(rate, 1, 2 * rate) as [Float32Array]
  const tone = sound(2, (time) => 0.1 * Math.sin(2 * Math.PI * 700 * time), rate)
  const [out] = part(new Denoiser(stage(12), rate, 1), [tone.map((value, i) => value + noise[i]!)], 0, 2 * rate)
  const product = (from: Float32Array) => {
    let [a, b] = [0, 0]
    for (let i = rate / 2; i < (3 * rate) / 2; i++) {
      a += from[i]! * Math.sin((2 * Math.PI * 700 * i) / rate)
      b += from[i]! * Math.cos((2 * Math.PI * 700 * i) / rate)
    }
    return Math.hypot(a, b)
  }
  assert.ok(Math.abs(20 * Math.log10(product(out!) / product(tone))) < 0.1)
})

test('a reduction of 0 dB changes nothing', () => {
  const [noise] = noiseOf(16_000, 1, 20_000) as [Float32Array]
  const [out] = part(new Denoiser(stage(0), 16_000, 1), [noise], 0, 20_000)
  for (const [i, value] of out!.entries()) assert.ok(Math.abs(value - noise[i]!) < 1e-6)
})

test('any part is the same bit for bit as in the whole', () => {
  const rate = 8000
  const channels = noiseOf(rate, 2, 12_000).map((samples, c) =>
    samples.map((value, i) => value + 0.02 * Math.sin(i * (0.1 + c / 9)) * (i % 4000 < 1500 ? 1 : 0)),
  )
  const whole = part(new Denoiser(stage(10), rate, 2), channels, 0, 12_000)
  const denoiser = new Denoiser(stage(10), rate, 2)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 11_999 }), fc.integer({ min: 1, max: 5000 }), (from, length) => {
      const to = Math.min(12_000, from + length)
      assert.deepEqual(
        part(denoiser, channels, from, to),
        whole.map((samples) => samples.slice(from, to)),
      )
    }),
    { numRuns: 25 },
  )
})

test('silence stays silence', () => {
  const [out] = part(new Denoiser(stage(12), 44_100, 1), [new Float32Array(9000)], 0, 9000)
  assert.ok(out!.every((value) => value === 0))
})
