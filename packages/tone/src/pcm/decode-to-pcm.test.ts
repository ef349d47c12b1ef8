import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { ColophonError, type ErrorCode } from '@colophon/core'
import { createFrame, openMedia, writeMedia } from '@colophon/media'
import { blocksToPcm, decodeToPcm } from './decode-to-pcm.ts'
import { HopMeter } from './hops.ts'
import { PcmReader } from './pcm-reader.ts'
import { blocksOf, noise, scratch, sound } from './testing/make-pcm.ts'

const path = scratch()

const refusal = (code: ErrorCode, says?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ColophonError, String(error))
  assert.equal(error.code, code)
  if (says) assert.match(error.message, says)
  return true
}

/** Multiples of 1/128, which every format holds. */
const coarse = (seed: number, seconds = 0.5) => {
  const next = noise(seed)
  return sound(seconds, () => Math.round(next() * 100) / 128 + 0)
}

test('every format of samples gives the same samples', async () => {
  const channels = [coarse(1), coarse(2)]
  for (const codec of ['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le']) {
    const file = path(`${codec}.wav`)
    await writeMedia(file, { audio: { blocks: blocksOf(channels), encoding: { codec } } })
    const { pcm, start } = await decodeToPcm(file, path('pcm'))
    assert.deepEqual(
      { ...pcm, path: '' },
      { path: '', sampleRate: 44_100, layout: 'stereo', channels: 2, length: 22_050 },
    )
    assert.equal(start, 0)
    using reader = new PcmReader(pcm)
    assert.deepEqual(reader.read(0, pcm.length), channels, codec)
  }
})

test('levels of hops are those of the samples, however they come', async () => {
  const channels = [coarse(3, 1), coarse(4, 1)]
  const file = path('hops.flac')
  await writeMedia(file, { audio: { blocks: blocksOf(channels) } })
  const { hops } = await decodeToPcm(file, path('pcm'))
  assert.equal(hops.length, Math.ceil(44_100 / 4096))
  const meanSquare = (from: number, to: number) => {
    let sum = 0
    for (let i = from; i < to; i++) sum += (channels[0]![i]! ** 2 + channels[1]![i]! ** 2) / 2
    return sum / (to - from)
  }
  for (const [hop, value] of hops.entries()) {
    const expected = meanSquare(hop * 4096, Math.min(44_100, (hop + 1) * 4096))
    assert.ok(Math.abs(value / expected - 1) < 1e-6, `${value} instead of ${expected}`)
  }
  const whole = new HopMeter({ sampleRate: 44_100, layout: 'stereo', channels: 2 })
  whole.push(channels)
  assert.deepEqual(whole.values(), hops)
})

test('of more than two channels, levels are those of what they give mixed down, without the lowest', () => {
  const meter = new HopMeter({ sampleRate: 44_100, layout: '5.1', channels: 6 })
  const constant = (value: number) => new Float32Array(4096).fill(value)
  meter.push([constant(0.1), constant(0.1), constant(0.2), constant(9), constant(0), constant(0)])
  const [level] = meter.values()
  assert.ok(Math.abs(Math.sqrt(level!) - (0.1 + 0.2 * Math.SQRT1_2)) < 1e-6)
})

test('samples above full scale stay as they are', async () => {
  const file = path('loud.wav')
  await writeMedia(file, { audio: { blocks: blocksOf([sound(0.1, () => 3.5)]), encoding: { codec: 'pcm_f32le' } } })
  using reader = new PcmReader((await decodeToPcm(file, path('pcm'))).pcm)
  assert.equal(reader.read(100, 101)[0]![0], 3.5)
})

test('samples that are not numbers are refused, with the time of the first', async () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const samples = coarse(5)
    samples[11_025] = wrong
    const file = path('nan.wav')
    await writeMedia(file, {
      audio: { blocks: blocksOf([coarse(6), samples]), encoding: { codec: 'pcm_f32le' } },
    })
    await assert.rejects(
      decodeToPcm(file, path('pcm'), { name: 'mix' }),
      refusal('TONE_NOT_FINITE', /^mix .* at 0\.250 s/),
    )
  }
})

test('a recording of a rate that has no loudness is refused', async () => {
  await assert.rejects(
    blocksToPcm(blocksOf([coarse(1)], 3000), path('low'), 'low'),
    refusal('MEDIA_WRONG_KIND', /3000 Hz/),
  )
})

test('a recording without samples is refused', async () => {
  const header = await wavHeader()
  await writeFile(path('empty.wav'), header)
  await assert.rejects(decodeToPcm(path('empty.wav'), path('pcm')), refusal('TONE_TOO_SHORT'))
})

/** Of a WAV file of 16 bit mono that says it holds nothing. */
async function wavHeader(): Promise<Buffer> {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(44_100, 24)
  header.writeUInt32LE(88_200, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  return header
}

async function* pictures() {
  for (let i = 0; i < 5; i++) {
    using frame = await createFrame({ width: 64, height: 64, format: 'yuv420p', time: i / 25 })
    yield frame
  }
}

test('of a video, the track that is asked for is decoded', async () => {
  const video = path('video.mkv')
  await writeMedia(video, {
    video: { frames: pictures() },
    audio: { blocks: blocksOf([coarse(7)]), encoding: { codec: 'flac' } },
  })
  const index = (await openMedia(video)).report.streams.find(({ kind }) => kind === 'audio')!.index
  const { pcm } = await decodeToPcm(video, path('pcm'), { stream: index })
  using reader = new PcmReader(pcm)
  assert.deepEqual(reader.read(0, pcm.length), [coarse(7)])
  await assert.rejects(decodeToPcm(video, path('pcm'), { stream: 1 - index }), refusal('MEDIA_WRONG_KIND'))
  await assert.rejects(decodeToPcm(video, path('pcm'), { stream: 7 }), refusal('MEDIA_WRONG_KIND'))
})

test('a video without sound is refused', async () => {
  await writeMedia(path('mute.mkv'), { video: { frames: pictures() } })
  await assert.rejects(decodeToPcm(path('mute.mkv'), path('pcm')), refusal('MEDIA_WRONG_KIND', /without audio/))
})

test('silence stands where times leave a gap, so that samples tell the time', async () => {
  const samples = coarse(8, 0.4)
  const gap = async function* (seconds: number) {
    for await (const block of blocksOf([samples], 44_100, 4410))
      yield block.time < 0.2 - 1e-9 ? block : { ...block, time: block.time + seconds }
  }
  const { pcm, hops } = await blocksToPcm(gap(0.5), path('gap'), 'gap')
  using reader = new PcmReader(pcm)
  const [all] = reader.read(0, pcm.length)
  assert.equal(pcm.length, 0.9 * 44_100)
  assert.deepEqual(all!.slice(0, 8820), samples.slice(0, 8820))
  assert.ok(all!.subarray(8820, 8820 + 22_050).every((value) => value === 0))
  assert.deepEqual(all!.slice(-8820), samples.slice(-8820))
  const meter = new HopMeter(pcm)
  meter.push([all!])
  assert.deepEqual(hops, meter.values())
  // Time stamps are rounded by containers, so small differences are none.
  assert.equal((await blocksToPcm(gap(0.02), path('gap'), 'gap')).pcm.length, 0.4 * 44_100)
})

test('sound that sets in late keeps the time at which it does', async () => {
  const late = async function* () {
    for await (const block of blocksOf([coarse(8)])) yield { ...block, time: block.time + 1.5 }
  }
  const { pcm, start } = await blocksToPcm(late(), path('late'), 'late')
  assert.equal(start, 1.5)
  assert.equal(pcm.length, 22_050)
})

test('sound that changes its rate on the way is refused', async () => {
  const changing = async function* () {
    yield* blocksOf([coarse(8)])
    for await (const block of blocksOf([coarse(9)], 48_000)) yield { ...block, time: block.time + 0.5 }
  }
  await assert.rejects(
    blocksToPcm(changing(), path('two'), 'two'),
    refusal('MEDIA_DAMAGED', /44100 Hz to .*48000 Hz at 0\.500 s/),
  )
})

test('progress is told, and a signal ends it', async () => {
  const file = path('abort.wav')
  await writeMedia(file, { audio: { blocks: blocksOf([coarse(9, 5)]) } })
  const told: number[] = []
  await decodeToPcm(file, path('pcm'), { onProgress: (fraction) => told.push(fraction) })
  assert.ok(told.length > 4 && told.at(-1)! > 0.95 && told.every((value, i) => i === 0 || value >= told[i - 1]!))
  const controller = new AbortController()
  const stopped = decodeToPcm(file, path('pcm'), {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  })
  await assert.rejects(stopped, /enough/)
})

const folder = join(import.meta.dirname, '../../../../../shared/media/audio')
const skip = existsSync(folder) ? false : `no recordings in ${folder}`

test('a real recording is as long as its headers say', { skip }, async () => {
  const { pcm } = await decodeToPcm(join(folder, 'solo-trumpet.ogg'), path('pcm'))
  const { duration } = (await openMedia(join(folder, 'solo-trumpet.ogg'))).report
  assert.ok(Math.abs(pcm.length / pcm.sampleRate - duration!) < 0.01)
})
