import assert from 'node:assert/strict'
import test from 'node:test'
import { RealFft } from '@colophon/media'
import fc from 'fast-check'
import { RoomTone, type RoomToneStage } from './room-tone.ts'

/** Every sixth of an octave from 20 Hz on: falling, with a hump at 1 kHz. */
const frequency = Array.from({ length: 60 }, (_, i) => 20 * 2 ** (i / 6))
const levelAt = (hertz: number): number =>
  -60 - 4 * Math.log2(hertz / 100) + 9 * Math.exp(-((Math.log2(hertz / 1000) / 0.8) ** 2))
const stage = (seed = 3): RoomToneStage => ({
  on: true,
  spectrum: { frequency, level: frequency.map(levelAt) },
  seed,
})

const made = (tone: RoomTone, channels: number, from: number, length: number): Float32Array[] => {
  const out = Array.from({ length: channels }, () => new Float32Array(length))
  tone.fill(from, out)
  return out
}

const meanOf = (channels: readonly Float32Array[]): Float32Array =>
  channels[0]!.map((_, i) => channels.reduce((sum, samples) => sum + samples[i]!, 0) / channels.length)

/** dB of the power of a third of an octave. */
function thirdOctaves(samples: Float32Array, rate: number, centres: readonly number[]): number[] {
  const size = 16_384
  const window = Float64Array.from(
    { length: size },
    (_, i) => Math.sqrt(2 / 3) * (1 - Math.cos((2 * Math.PI * i) / size)),
  )
  const fft = new RealFft(size)
  const [re, im, power] = [new Float64Array(fft.bins), new Float64Array(fft.bins), new Float64Array(fft.bins)]
  let frames = 0
  for (let at = 0; at + size <= samples.length; at += size / 2, frames++) {
    fft.forward(
      window.map((weight, i) => weight * samples[at + i]!),
      re,
      im,
    )
    for (let k = 0; k < fft.bins; k++) power[k]! += (2 * (re[k]! ** 2 + im[k]! ** 2)) / size ** 2
  }
  return centres.map((centre) => {
    const [low, high] = [-1, 1].map((side) => (centre * 2 ** (side / 6) * size) / rate) as [number, number]
    let sum = 0
    for (let k = Math.floor(low); k <= Math.ceil(high); k++)
      sum += power[k]! * Math.max(0, Math.min(high, k + 0.5) - Math.max(low, k - 0.5))
    return 10 * Math.log10(sum / frames)
  })
}

test('every third of an octave has its level, on one channel and on several', () => {
  const centres = Array.from({ length: 22 }, (_, i) => 63 * 2 ** (i / 3))
  for (const [rate, channels] of [
    [44_100, 1],
    [48_000, 2],
    [32_000, 6],
  ] as const) {
    const noise = meanOf(made(new RoomTone(stage(), rate, channels), channels, 0, rate * 20))
    const found = thirdOctaves(noise, rate, centres)
    for (const [i, centre] of centres.entries()) {
      // A third of an octave is two sixths, each of which has what the stage says at its middle.
      const sixths = [-1, 1].map((side) => 10 ** (levelAt(centre * 2 ** (side / 12)) / 10))
      const wanted = 10 * Math.log10(sixths[0]! + sixths[1]!)
      assert.ok(Math.abs(found[i]! - wanted) < 0.5, `${rate} Hz, ${centre.toFixed(0)} Hz: ${found[i]} for ${wanted}`)
    }
  }
})

test('any stretch is the same, however it is come to', () => {
  const tone = new RoomTone(stage(), 8000, 2)
  const whole = made(new RoomTone(stage(), 8000, 2), 2, -5000, 30_000)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 29_000 }), fc.integer({ min: 1, max: 9000 }), (at, length) => {
      const count = Math.min(length, 30_000 - at)
      assert.deepEqual(
        made(tone, 2, at - 5000, count),
        whole.map((samples) => samples.slice(at, at + count)),
      )
    }),
    { numRuns: 30 },
  )
})

test('hours later it goes on alike, without a repetition', () => {
  const tone = new RoomTone(stage(), 8000, 1)
  const [first] = made(tone, 1, 0, 8000) as [Float32Array]
  const [later] = made(tone, 1, 36_000 * 8000, 8000) as [Float32Array]
  const power = (samples: Float32Array) => samples.reduce((sum, value) => sum + value * value, 0)
  assert.ok(Math.abs(10 * Math.log10(power(first) / power(later))) < 1)
  const both = first.reduce((sum, value, i) => sum + value * later[i]!, 0)
  assert.ok(Math.abs(both) < 0.3 * power(first))
})

test('another seed is another noise; left and right are alike in part', () => {
  const [left, right] = made(new RoomTone(stage(), 16_000, 2), 2, 0, 80_000) as [Float32Array, Float32Array]
  const [other] = made(new RoomTone(stage(4), 16_000, 2), 2, 0, 80_000) as [Float32Array]
  const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const correlation = (a: Float32Array, b: Float32Array) => product(a, b) / Math.sqrt(product(a, a) * product(b, b))
  assert.ok(correlation(left, right) > 0.6 && correlation(left, right) < 0.95)
  assert.ok(Math.abs(correlation(left, other)) < 0.2)
})

test('a spectrum of nothing is silence', () => {
  const none: RoomToneStage = { on: true, spectrum: { frequency: [], level: [] }, seed: 1 }
  assert.ok(made(new RoomTone(none, 8000, 1), 1, 0, 5000)[0]!.every((value) => value === 0))
})
