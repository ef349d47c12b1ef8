import assert from 'node:assert/strict'
import test from 'node:test'
import { convolve } from '@colophon/media'
import { analyse } from '../analysis/analyse.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { makePcm, noise, scratch } from '../pcm/testing/make-pcm.ts'
import { curveAt } from './curves.ts'
import { firOf } from './fir.ts'
import { designStyle } from './style.ts'

const path = scratch()
const rate = 16_000
const seconds = 8
let count = 0

const white = (seed: number, level: number) => {
  const next = noise(seed)
  return Float32Array.from({ length: seconds * rate }, () => level * next())
}
const filtered = (samples: Float32Array, frequency: number[], level: number[]) =>
  convolve(samples, new Float32Array(firOf({ frequency, level }, rate))).subarray(0, samples.length)

/** Words of noise between 150 Hz and 6 kHz, a half of each second silent, and what is behind them. */
function speech(seed: number, shape: [frequency: number[], level: number[]], behind: Float32Array): Promise<Analysis> {
  const voice = filtered(white(seed, 0.3), [20, 100, 150, 6000, 7000], [-80, -80, 0, 0, -80])
  const words = filtered(voice, ...shape).map((value, i) => ((i / rate) % 1 < 0.5 ? value : 0) + behind[i]!)
  return analyse(makePcm(path(`${count++}.pcm`), [words], rate), { kind: 'speech' })
}

const flat: [number[], number[]] = [
  [20, 8000],
  [0, 0],
]
const rumble = filtered(white(5, 0.05), [20, 90, 110, 8000], [0, 0, -60, -60])
const hiss = white(6, 0.0003)
const eqOf = (target: Analysis, reference: Analysis, options = {}) =>
  designStyle(target, [{ profile: reference.profile }], { kind: 'speech', without: ['dynamics'], ...options }).eq!.mid
    .curve

test('noise that the reference has not is lowered, and not raised with the speech beside it', async () => {
  const target = await speech(1, flat, rumble)
  const reference = await speech(
    2,
    [
      [20, 150, 600, 8000],
      [10, 10, 0, 0],
    ],
    hiss,
  )
  const curve = eqOf(target, reference)
  const [at50, at200, at2000] = curveAt(curve, [50, 200, 2000]) as unknown as [number, number, number]
  assert.ok(at50 < -5, `${at50} dB`)
  assert.ok(at200 - at2000 > 5, `${at200} and ${at2000} dB`)
})

test('noise that only the reference has is no reason to lower or to raise anything', async () => {
  const target = await speech(
    1,
    [
      [20, 150, 600, 8000],
      [10, 10, 0, 0],
    ],
    hiss,
  )
  const reference = await speech(2, flat, rumble)
  const [at50, at200] = curveAt(eqOf(target, reference), [50, 200]) as unknown as [number, number]
  assert.ok(at200 < -3, `${at200} dB`)
  assert.ok(Math.abs(at50) < 3, `${at50} dB`)
})

test('what a stage behind it adds to the spectrum is taken back', async () => {
  const target = await speech(1, flat, hiss)
  const added = { frequency: [500, 1000], level: [6, 0] }
  const frequency = [300, 3000]
  const [low, high] = curveAt(eqOf(target, target, { added }), frequency) as unknown as [number, number]
  assert.ok(Math.abs(low - high + 6) < 1, `${low} and ${high} dB`)
})
