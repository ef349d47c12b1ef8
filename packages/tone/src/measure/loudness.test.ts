import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { channelWeights } from './channel-weights.ts'
import { KPower } from './k-power.ts'
import { GatedLoudness, loudnessOf, lufsOf, powerOf, windowPowers } from './loudness.ts'
import { noise } from './testing/plain-meters.ts'

const sine = (seconds: number, rate: number, level = 0, frequency = 997) =>
  Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, i) => 10 ** (level / 20) * Math.sin((2 * Math.PI * frequency * i) / rate),
  )
const measured = (layout: string, rate: number, channels: readonly Float32Array[]) =>
  loudnessOf(new KPower(rate, channelWeights(layout, channels.length)).push(channels))
const near = (value: number | null, wanted: number, tolerance = 0.01) =>
  assert.ok(value !== null && Math.abs(value - wanted) < tolerance, `${value}, not ${wanted}`)

test('a full-scale sine of 997 Hz on one channel reads -3.01 LUFS', () => {
  near(measured('mono', 48000, [sine(2, 48000)]).integrated, -3.01)
  near(measured('stereo', 48000, [sine(2, 48000), new Float32Array(96000)]).integrated, -3.01)
})

test('of 5.1, surrounds read 1.5 dB louder, and low-frequency effects are not heard', () => {
  const quiet = new Float32Array(96000)
  const with51 = (at: number) =>
    measured(
      '5.1(side)',
      48000,
      Array.from({ length: 6 }, (_, i) => (i === at ? sine(2, 48000) : quiet)),
    )
  near(with51(2).integrated, -3.01)
  near(with51(4).integrated, -3.01 + 10 * Math.log10(1.41))
  assert.equal(with51(3).integrated, null)
})

test('channels out of phase are as loud as in phase', () => {
  const left = sine(2, 44100, -20)
  const right = left.map((value) => -value)
  assert.equal(measured('stereo', 44100, [left, right]).integrated, measured('stereo', 44100, [left, left]).integrated)
})

test('8 kHz reads as 48 kHz does', () => {
  near(
    measured('mono', 8000, [sine(3, 8000, -23, 440)]).integrated,
    measured('mono', 48000, [sine(3, 48000, -23, 440)]).integrated!,
    0.02,
  )
})

test('silence, and what is below the absolute gate, has no loudness', () => {
  const silent = { integrated: null, range: 0, maxMomentary: null, maxShortTerm: null }
  assert.deepEqual(measured('mono', 44100, [new Float32Array(5 * 44100)]), silent)
  assert.deepEqual(measured('mono', 44100, [new Float32Array(0)]), silent)
  const faint = measured('mono', 44100, [sine(5, 44100, -75)])
  assert.equal(faint.integrated, null)
  assert.equal(faint.range, 0)
  near(faint.maxShortTerm, -78.01)
})

test('a constant is not heard once its beginning is over', () => {
  const { integrated, maxMomentary } = measured('mono', 48000, [new Float32Array(48000 * 5).fill(0.5)])
  // The step at the beginning is: it lies in the first block alone, which the relative gate keeps.
  assert.ok(integrated !== null && maxMomentary !== null && maxMomentary > -40)
  const later = new KPower(48000, [1]).push([new Float32Array(48000 * 5).fill(0.5)]).subarray(100)
  assert.equal(loudnessOf(later).integrated, null)
})

test('0.3 s is too short for any window, 0.4 s is not', () => {
  assert.deepEqual(measured('mono', 44100, [sine(0.3, 44100)]), {
    integrated: null,
    range: 0,
    maxMomentary: null,
    maxShortTerm: null,
  })
  const { integrated, maxMomentary, maxShortTerm } = measured('mono', 44100, [sine(0.4, 44100)])
  near(integrated, -3.01, 0.05)
  assert.equal(integrated, maxMomentary)
  assert.equal(maxShortTerm, null)
})

test('an incomplete block at the end does not count', () => {
  const power = new Float64Array(139).fill(powerOf(-20)).fill(1, 130)
  near(loudnessOf(power).integrated, -20, 1e-9)
})

test('windows slide as if each were summed up by itself', () => {
  const powers = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 600 })
  fc.assert(
    fc.property(
      powers,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(50),
      (list, w, step, zeros) => {
        const padded = [...list, ...new Array(zeros).fill(0)]
        const wanted: number[] = []
        for (let at = 0; at + w <= padded.length; at += step) {
          wanted.push(padded.slice(at, at + w).reduce((sum, v) => sum + v, 0) / w)
        }
        const got = windowPowers(list, w, step, zeros)
        assert.equal(got.length, wanted.length)
        for (const [i, value] of got.entries()) assert.ok(Math.abs(value - wanted[i]!) < 1e-12)
      },
    ),
    { numRuns: 60 },
  )
})

test('louder by some decibels reads louder by as many', () => {
  const power = new KPower(44100, [1, 1]).push([noise(44100 * 8, 1), noise(44100 * 8, 2)])
  const [before, after] = [power, power.map((p) => (p * powerOf(6)) / powerOf(0))].map(loudnessOf)
  near(after!.integrated, before!.integrated! + 6, 1e-9)
  near(after!.maxMomentary, before!.maxMomentary! + 6, 1e-9)
  near(after!.range, before!.range, 1e-9)
})

test('loudness and power are the inverse of each other', () => {
  for (const lufs of [-70, -23, 0]) near(lufsOf(powerOf(lufs)), lufs, 1e-12)
})

test('loudness of hops one after the other is that of all at once, to the bit, again and again', () => {
  const power = noise(5000, 3).map((value, i) => value * value * (Math.floor(i / 700) % 3 === 0 ? 1e-3 : 1))
  const meter = new GatedLoudness(5000)
  for (const count of [0, 1, 39, 40, 149, 150, 300, 639, 640, 929, 940, 941, 1280, 1580, 4321, 5000, 700]) {
    const part = power.subarray(0, count)
    for (const value of part) meter.add(value)
    const { integrated, range } = loudnessOf(part)
    assert.deepEqual(meter.finish(), { integrated, range }, `${count} hops`)
  }
})
