import assert from 'node:assert/strict'
import test from 'node:test'
import { analyse } from '../analysis/analyse.ts'
import { makePcm, noise, scratch, sound } from '../pcm/testing/make-pcm.ts'
import { noiseFloorOf } from './noise-floor.ts'

const path = scratch()
const rate = 16_000
const next = noise(3)

/** Notes of 0.6 s and rests of 0.4 s, ten seconds of them, and the noise behind them. */
const notes = (rest: (time: number) => number) =>
  sound(10, (time) => (time % 1 < 0.6 ? 0.3 * Math.sin(2 * Math.PI * 440 * time) : 0) + rest(time) * next(), rate)

const floorOf = async (name: string, samples: Float32Array, kind: 'music' | 'speech') =>
  (await analyse(makePcm(path(name), [samples], rate), { kind })).profile.noiseFloor

test('the quietest of music is its noise only where it is steady and far below the rest', async () => {
  const hiss = await floorOf(
    'hiss',
    notes(() => 0.002),
    'music',
  )
  assert.ok(hiss !== null && hiss > -65 && hiss < -50, `${hiss}`)
  assert.equal(
    await floorOf(
      'near',
      notes(() => 0.1),
      'music',
    ),
    null,
  )
  assert.equal(
    await floorOf(
      'moving',
      notes((time) => 0.02 * 10 ** (-time / 5)),
      'music',
    ),
    null,
  )
})

test('what is between words is the noise of speech, however loud', async () => {
  const loud = await floorOf(
    'words',
    notes(() => 0.1),
    'speech',
  )
  assert.ok(loud !== null && loud > -30, `${loud}`)
})

test('the floor is the mean power of the quiet frames, each moment once', () => {
  // Frames of 0.2 s, 0.1 s apart.
  const quiet = Uint8Array.of(0, 0, 1, 1, 0, 0, 0)
  const power = Float32Array.from({ length: 80 }, (_, step) => (step < 20 || step >= 50 ? 1 : step < 30 ? 1e-4 : 3e-4))
  const expected = -0.691 + 10 * Math.log10((1e-4 + 2 * 3e-4) / 3)
  assert.ok(Math.abs(noiseFloorOf(power, quiet, 800, 8000)! - expected) < 1e-4)
})

test('silence and the absence of quiet frames have none', () => {
  assert.equal(noiseFloorOf(new Float32Array(50).fill(1), new Uint8Array(4), 800, 8000), null)
  assert.equal(noiseFloorOf(new Float32Array(50), new Uint8Array(4).fill(1), 800, 8000), null)
  assert.equal(noiseFloorOf(new Float32Array(0), new Uint8Array(1).fill(1), 800, 8000), null)
})
