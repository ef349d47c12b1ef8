import assert from 'node:assert/strict'
import test from 'node:test'
import { Resampler } from '@colophon/media'
import { analyse } from '../analysis/analyse.ts'
import { makePcm, noise, scratch } from '../pcm/testing/make-pcm.ts'
import { Likeness } from './likeness.ts'

const path = scratch()
const rate = 32_000
let count = 0

/** Noise in words, through a filter of one pole that makes it darker the nearer `dark` is to 1. */
function words(seed: number, dark: number): Float32Array {
  const next = noise(seed)
  let held = 0
  return Float32Array.from({ length: 6 * rate }, (_, i) => {
    held = dark * held + (1 - dark) * next()
    return 0.5 * held * Math.max(0.01, Math.sin((2 * Math.PI * i) / rate / 0.7))
  })
}

const analysed = (channels: Float32Array[], sampleRate = rate) =>
  analyse(makePcm(path(`${count++}.pcm`), channels, sampleRate), { kind: 'speech' })

const [bright, dark] = [words(1, 0.2), words(2, 0.9)]
const source = await analysed([bright])

test('how loud a recording is, is no distance, nor on how many channels it is the same', async () => {
  const quiet = await analysed([bright.map((value) => value * 0.1)])
  const two = await analysed([bright, bright])
  for (const model of [quiet, two]) {
    const alike = new Likeness(source, model)
    assert.ok(alike.spectrum(source, 'mid')! < 0.05, `${alike.spectrum(source, 'mid')}`)
    assert.ok(alike.mel(source)! < 0.3, `${alike.mel(source)}`)
  }
  const other = new Likeness(source, await analysed([dark]))
  assert.ok(other.spectrum(source, 'mid')! > 3)
  assert.ok(other.mel(source)! > 3)
})

test('a lower sample rate is no distance, though mel bands lie elsewhere', async () => {
  const resampler = new Resampler(1, rate, 16_000)
  const parts = [resampler.push([dark]), resampler.flush()].map(([part]) => part!)
  const half = await analysed([Float32Array.from(parts.flatMap((part) => [...part]))], 16_000)
  const whole = await analysed([dark])
  const alike = new Likeness(whole, half)
  assert.ok(alike.spectrum(whole, 'mid')! < 1, `${alike.spectrum(whole, 'mid')}`)
  assert.ok(alike.mel(whole)! < 2, `${alike.mel(whole)}`)
})

test('sides are at no distance from none', async () => {
  const alike = new Likeness(source, await analysed([bright, dark]))
  assert.equal(alike.spectrum(source, 'side'), null)
})
