import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { openMedia } from '@colophon/media'
import { loudestPart, reportSounds, type SoundSource, soundOf } from './sounds.ts'

/** A sine in some channels, which is louder from `loudFrom` to `loudTo` seconds. */
function source(
  sampleRate: number,
  layout: string,
  channels: number,
  seconds: number,
  loud: readonly [number, number] = [2, 4],
): SoundSource {
  const level = (time: number) => (time >= loud[0] && time < loud[1] ? 0.5 : 0.05)
  return {
    sampleRate,
    layout,
    length: Math.round(sampleRate * seconds),
    read: (from, to) =>
      Array.from({ length: channels }, (_, channel) =>
        Float32Array.from({ length: to - from }, (_, i) => {
          const time = (from + i) / sampleRate
          return (level(time) * Math.sin(2 * Math.PI * 300 * time)) / (channel + 1)
        }),
      ),
    power: Float32Array.from({ length: Math.floor(seconds * 100) }, (_, i) => level(i / 100) ** 2 / 2),
  }
}

/** What a data URI sounds like. */
async function heard(uri: string, ending: string) {
  const folder = await mkdtemp(join(tmpdir(), 'sound-'))
  try {
    const path = join(folder, `sound.${ending}`)
    await writeFile(path, Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'))
    const media = await openMedia(path)
    let [length, square, channels, rate] = [0, 0, 0, 0]
    for await (const block of media.samples()) {
      for (const sample of block.channels[0]!) square += sample * sample
      ;[length, channels, rate] = [length + block.length, block.channels.length, block.sampleRate]
    }
    return { seconds: length / rate, channels, rate, level: 10 * Math.log10(square / length) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('the loudest part is found, and begins in a quiet moment', () => {
  const power = new Float32Array(6000).fill(0.001)
  power.fill(0.1, 3000, 4000)
  power.fill(0, 2985, 2995)
  assert.ok(Math.abs(loudestPart(power, 10) - 29.85) < 0.06)
  assert.equal(loudestPart(new Float32Array(6000).fill(0.1), 10), 0)
  assert.equal(loudestPart(power, 100), 0)
  assert.equal(loudestPart(new Float32Array(0), 10), 0)
})

test('before and after are the same part; it plays as long and as loud as it is', async () => {
  const before = source(44_100, 'stereo', 2, 6)
  const sounds = await reportSounds(before, { ...before }, source(44_100, 'stereo', 2, 9, [5, 7]), { seconds: 2 })
  assert.ok(sounds.before.uri === sounds.after.uri && sounds.before.from === sounds.after.from)
  assert.ok(Math.abs(sounds.before.from - 2) < 0.51 && Math.abs(sounds.reference!.from - 5) < 0.51)
  const { seconds, channels, rate, level } = await heard(sounds.before.uri, 'm4a')
  assert.deepEqual([channels, rate], [2, 44_100])
  assert.ok(Math.abs(seconds - 2) < 0.06, `${seconds} s`)
  assert.ok(Math.abs(level - sounds.before.loudness! - 0.691) < 1.5, `${level} dB`)
})

test('many channels are mixed to two, odd rates are brought to usual ones, and Opus plays', async () => {
  const surround = source(44_100, '5.1(side)', 6, 1, [0, 1])
  const mixed = await heard((await soundOf(surround, 0)).uri, 'm4a')
  assert.equal(mixed.channels, 2)
  // Left 1, centre 1/3 and left surround 1/5, both 3 dB down; all in phase.
  const expected = 20 * Math.log10((0.5 * (1 + Math.SQRT1_2 / 3 + Math.SQRT1_2 / 5)) / Math.SQRT2)
  assert.ok(Math.abs(mixed.level - expected) < 0.6, `${mixed.level} dB for ${expected}`)
  const odd = await heard((await soundOf(source(37_800, 'mono', 1, 1), 0)).uri, 'm4a')
  assert.deepEqual([odd.channels, odd.rate], [1, 48_000])
  const opus = await soundOf(source(44_100, 'stereo', 2, 1), 0, { codec: 'opus' })
  assert.match(opus.uri, /^data:audio\/webm;base64,/)
  assert.ok(Math.abs((await heard(opus.uri, 'webm')).seconds - 1) < 0.03)
})

test('the same sound is the same data', async () => {
  for (const codec of ['aac', 'opus'] as const) {
    const made = () => soundOf(source(44_100, 'stereo', 2, 1), 0.2, { codec, seconds: 0.5 })
    const [once, again] = [await made(), await made()]
    assert.ok(once.uri === again.uri, codec)
  }
})

test('silence, a few samples and a place behind the end can be heard', async () => {
  const silent = { ...source(48_000, 'stereo', 2, 1), power: new Float32Array(100) }
  assert.equal((await soundOf(silent, 0)).loudness, null)
  const short = await soundOf({ ...silent, length: 3, power: [] }, 0)
  assert.ok(short.uri.length > 100 && short.loudness === null)
  assert.ok((await soundOf(silent, 99)).uri.length > 100)
})
