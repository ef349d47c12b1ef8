import assert from 'node:assert/strict'
import test from 'node:test'
import { convolve, writeMedia } from '@colophon/media'
import { blocksOf, noise, scratch } from '../pcm/testing/make-pcm.ts'
import { matched } from './testing/matching.ts'

const path = scratch()
const rate = 16_000
const seconds = 12

/** Something like a voice: gliding harmonics in syllables that end at once, with rests between words. */
function voice(pitch: number, brightness: number): Float32Array {
  let phase = 0
  return Float32Array.from({ length: seconds * rate }, (_, i) => {
    const time = i / rate
    phase += (pitch * (1 + 0.2 * Math.sin(time * 2.1))) / rate
    const syllable = time % 0.25 < 0.17 && time % 1.5 < 0.9 ? Math.sin((Math.PI * (time % 0.25)) / 0.17) ** 0.3 : 0
    let sum = 0
    for (let k = 1; k * pitch * 1.2 < rate / 2; k++) sum += brightness ** k * Math.sin(2 * Math.PI * k * phase)
    return 0.15 * syllable * sum
  })
}

/** In a room that falls by 60 dB in 0.6 s, with noise behind it. */
function inRoom(dry: Float32Array): Float32Array {
  const [tail, behind] = [noise(8), noise(9)]
  const response = Float32Array.from({ length: 0.6 * rate }, (_, i) =>
    i === 0 ? 1 : 0.06 * tail() * 10 ** ((-3 * i) / rate / 0.6),
  )
  return convolve(dry, response)
    .subarray(0, dry.length)
    .map((value) => value + 0.012 * behind())
}

async function written(name: string, samples: Float32Array): Promise<string> {
  await writeMedia(path(name), { audio: { blocks: blocksOf([samples], rate), encoding: { codec: 'pcm_s24le' } } })
  return path(name)
}

const dry = await written(
  'dry.wav',
  voice(120, 0.9).map((value, i) => value + 1e-5 * Math.sin(i * i)),
)
const dialogue = await written('dialogue.wav', inRoom(voice(150, 0.8)))

test('speech comes into the room of other speech, with its noise', async () => {
  const { preset, measured } = await matched(path, dry, dialogue, { kind: 'speech' })
  assert.ok(preset.reverb?.on && preset.roomTone?.on && !preset.denoise)
  const of = (name: string) => measured.quantities.find((quantity) => quantity.name === name)!
  for (const name of ['spectrumMid', 'melDistance', 'decay']) {
    const { before, after } = of(name)
    assert.ok(after! < before! / 2, `${name} from ${before} to ${after} dB`)
  }
  const { after, wanted } = of('noiseFloor')
  assert.ok(Math.abs(after! - wanted!) < 4, `${after} instead of ${wanted} LUFS`)
  for (const stage of ['reverb', 'roomTone']) assert.ok(measured.confidence.some((each) => each.stage === stage))
})

test('the stages of the room are left out when that is asked for', async () => {
  const { preset } = await matched(path, dry, dialogue, {
    kind: 'speech',
    without: ['reverb'],
    strength: { roomTone: 0 },
  })
  assert.ok(!preset.reverb && !preset.roomTone)
})
