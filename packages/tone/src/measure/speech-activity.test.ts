import assert from 'node:assert/strict'
import test from 'node:test'
import { noise, sound } from '../pcm/testing/make-pcm.ts'
import { activeSpeech, Harmonicity } from './speech-activity.ts'

const rate = 44_100

/** Periodic with many partials, like a voice's source. */
const voice = (pitch: number) => (time: number) => {
  let sum = 0
  for (let partial = 1; partial * pitch < 3000; partial++)
    sum += Math.sin(2 * Math.PI * partial * pitch * time) / partial
  return 0.1 * sum
}

/** Mean square per 10 ms: near enough to what is weighted. */
const powersOf = (samples: Float32Array): Float32Array =>
  Float32Array.from({ length: Math.floor(samples.length / 441) }, (_, step) => {
    let sum = 0
    for (let i = 0; i < 441; i++) sum += samples[step * 441 + i]! ** 2
    return sum / 441
  })

const harmonicityOf = (samples: Float32Array): Uint8Array =>
  new Harmonicity(rate, samples.length).measure(samples, 0, 0, samples.length)

test('voices are periodic and noise is not', () => {
  for (const pitch of [80, 120, 210, 400]) {
    const found = harmonicityOf(sound(1, voice(pitch)))
    assert.ok(
      found.slice(0, 45).every((value) => value > 200),
      `${pitch} Hz: ${Math.min(...found.slice(0, 45))}`,
    )
  }
  const random = noise(5)
  const hiss = harmonicityOf(sound(4, () => 0.3 * random())).toSorted()
  assert.ok(hiss[Math.floor(hiss.length * 0.98)]! < 150)
  assert.ok(harmonicityOf(new Float32Array(rate)).every((value) => value === 0))
})

test('parts in their order make the whole, wherever it is cut', () => {
  const random = noise(6)
  const samples = sound(1.1, (time) => voice(130)(time) + 0.1 * random())
  const meter = new Harmonicity(rate, samples.length)
  const cuts = [0, 5, 882, 883, 30_001, samples.length]
  const parts = cuts.slice(1).flatMap((to, i) => {
    const from = cuts[i]!
    return [...meter.measure(samples.slice(from, to + meter.reach), from, from, to)]
  })
  assert.deepEqual(parts, [...harmonicityOf(samples)])
  assert.equal(parts.length, 55)
})

test('speech is where a voice is, and its loudness is that of those stretches', () => {
  const random = noise(7)
  const speaks = (time: number) => time % 4 < 2
  const samples = sound(16, (time) => (speaks(time) ? voice(150)(time) : 0) + 0.001 * random())
  const powers = powersOf(samples)
  const { active, share, loudness } = activeSpeech(powers, harmonicityOf(samples))
  assert.ok(Math.abs(share - 0.5) < 0.03, `share ${share}`)
  assert.equal(active[100], 1)
  assert.equal(active[300], 0)
  const spoken = powers.filter((_, step) => speaks(step / 100))
  const wanted = -0.691 + 10 * Math.log10(spoken.reduce((sum, power) => sum + power, 0) / spoken.length)
  assert.ok(Math.abs(loudness! - wanted) < 0.2, `${loudness} for ${wanted}`)
})

test('nobody speaks in silence, in steady noise and in clicks', () => {
  const random = noise(8)
  for (const samples of [
    new Float32Array(4 * rate),
    sound(4, () => 0.1 * random()),
    sound(4, (time) => (time % 0.5 < 0.002 ? 0.5 : 0)),
    sound(0.005, () => 0.1),
  ]) {
    const { share } = activeSpeech(powersOf(samples), harmonicityOf(samples))
    assert.ok(share < 0.05, `share ${share}`)
  }
  assert.deepEqual(activeSpeech(new Float32Array(0), new Uint8Array(0)), {
    active: new Uint8Array(0),
    share: 0,
    loudness: null,
  })
})
