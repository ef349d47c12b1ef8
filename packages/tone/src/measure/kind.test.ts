import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { convolve, resample } from '@colophon/media'
import { analyse } from '../analysis/analyse.ts'
import { decodeToPcm } from '../pcm/decode-to-pcm.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import { makePcm, noise, scratch, sound } from '../pcm/testing/make-pcm.ts'

const path = scratch()
const folder = join(import.meta.dirname, '../../../../../shared/media/audio')
const skip = existsSync(folder) ? false : `no recordings in ${folder}`

const speech = ['speech-198-209.ogg', 'speech-3436-172162.ogg', 'human-voice.mp3']
const music = [
  'vibe-ace.ogg',
  'lets-go-fishin.ogg',
  'hungarian-dance.ogg',
  'solo-trumpet.ogg',
  'break12.wav',
  'ominous.wav',
]

const kindOf = async (pcm: Pcm) => {
  const { kind, kindConfidence } = (await analyse(pcm)).profile
  return { kind, kindConfidence }
}

const seconds = 15
const excerpts = new Map<string, Pcm>()

/** The beginning of a recording. */
async function excerpt(name: string): Promise<Pcm> {
  const known = excerpts.get(name)
  if (known) return known
  const { pcm } = await decodeToPcm(join(folder, name), path('whole'))
  using reader = new PcmReader(pcm)
  const end = Math.min(pcm.length, seconds * pcm.sampleRate)
  const found = makePcm(path(name), reader.read(0, end), pcm.sampleRate)
  excerpts.set(name, found)
  return found
}

/** The mid of the beginning of a recording, changed. */
async function changed(
  name: string,
  change: (mid: Float32Array, rate: number) => [Float32Array, number],
): Promise<Pcm> {
  const pcm = await excerpt(name)
  using reader = new PcmReader(pcm)
  const channels = reader.read(0, Math.min(pcm.length, 8 * pcm.sampleRate))
  const mid = channels[0]!.map((value, i) => (value + channels.at(-1)![i]!) / 2)
  const [samples, rate] = change(mid, pcm.sampleRate)
  return makePcm(path('changed'), [samples], rate)
}

test('real speech and real music are told apart, and it is sure of it', { skip }, async () => {
  for (const [kind, names] of Object.entries({ speech, music }))
    for (const name of names) {
      const found = await kindOf(await excerpt(name))
      assert.equal(found.kind, kind, name)
      assert.ok(found.kindConfidence > (name === 'break12.wav' ? 0.65 : 0.85), `${name}: ${found.kindConfidence}`)
    }
})

test('speech stays speech and music stays music over the telephone, in a room, turned down, and with some noise', {
  skip,
}, async () => {
  const telephone = (mid: Float32Array, rate: number): [Float32Array, number] => {
    const [samples] = resample([mid], rate, 8000)
    return [samples as Float32Array, 8000]
  }
  const next = noise(1)
  const quiet = (mid: Float32Array, rate: number): [Float32Array, number] => [mid.map((v) => 0.05 * v), rate]
  const noisy = (mid: Float32Array, rate: number): [Float32Array, number] => [mid.map((v) => v + 0.002 * next()), rate]
  // Reverberation of 0.8 s, as loud as what comes directly.
  const response = sound(0.8, (t, i) => (i === 0 ? 1 : 0.045 * next() * 10 ** ((-60 * t) / 0.8 / 20)), 16_000)
  const inRoom = (mid: Float32Array, rate: number): [Float32Array, number] => {
    const [samples] = rate === 16_000 ? [mid] : resample([mid], rate, 16_000)
    return [Float32Array.from(convolve(samples!, response)), 16_000]
  }
  for (const change of [telephone, inRoom, quiet, noisy])
    for (const [kind, names] of Object.entries({
      speech: speech.slice(0, 2),
      music: ['vibe-ace.ogg', 'solo-trumpet.ogg'],
    }))
      for (const name of names)
        assert.equal((await kindOf(await changed(name, change))).kind, kind, `${change.name} ${name}`)
})

test('what is neither is taken for music', async () => {
  const next = noise(2)
  for (const samples of [
    sound(3, () => 0.1 * next()),
    sound(3, (t) => 0.1 * Math.sin(2765 * t)),
    new Float32Array(99_999),
  ])
    assert.equal((await kindOf(makePcm(path('neither'), [samples]))).kind, 'music')
})
