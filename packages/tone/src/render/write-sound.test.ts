import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createFrame, openMedia, type SampleBlock, type VideoFrame, writeMedia } from '@colophon/media'
import { decodeToPcm } from '../pcm/decode-to-pcm.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { soundEncoding } from './sound-encoding.ts'
import { inFolder, noise, recordingOf, samplesOf, strokes } from './testing/sounds.ts'
import { writeSound } from './write-sound.ts'

const rate = 44_100

/** Sound whose samples have 24 bits. */
const sound = (folder: string, channels = 2): Pcm =>
  recordingOf(
    join(folder, 'sound.pcm'),
    Array.from({ length: channels }, (_, c) =>
      strokes(30_001, rate, c + 1).map((value) => Math.round(value * 2 ** 23) / 2 ** 23),
    ),
  )

const back = async (path: string, folder: string, stream?: number): Promise<Pcm> =>
  (await decodeToPcm(path, join(folder, 'back.pcm'), stream === undefined ? {} : { stream })).pcm

/** Tones, which codecs that lose something keep well. */
const tones = (length: number, seed: number, sampleRate = rate): Float32Array =>
  Float32Array.from({ length }, (_, i) => {
    const at = (2 * Math.PI * i) / sampleRate
    return 0.3 * Math.sin(at * (300 + 70 * seed)) + 0.2 * Math.sin(at * (1100 + 90 * seed) + seed)
  })

/** dB of the error over the sound. */
function errorOf(a: Pcm, b: Pcm): number {
  let [error, power] = [0, 0]
  const [first, second] = [samplesOf(a), samplesOf(b)]
  for (const [channel, samples] of first.entries())
    for (const [i, value] of samples.entries()) {
      error += (value - (second[channel]![i] ?? 0)) ** 2
      power += value ** 2
    }
  return 10 * Math.log10(error / power)
}

async function* blocksOf(channels: readonly Float32Array[], sampleRate: number): AsyncGenerator<SampleBlock> {
  const { length } = channels[0]!
  yield {
    time: 0,
    sampleRate,
    layout: channels.length === 1 ? 'mono' : 'stereo',
    channels: channels.map((one) => one.slice()),
    length,
  }
}

async function* pictures(count: number): AsyncGenerator<VideoFrame> {
  for (let index = 0; index < count; index++) {
    using frame = await createFrame({ width: 64, height: 48, format: 'yuv420p', time: index / 25, duration: 1 / 25 })
    for (const [plane, { data }] of frame.planes.entries()) data.fill(40 + 20 * plane + index)
    yield frame
  }
}

describe('sound is written', () => {
  for (const name of ['out.wav', 'out.flac', 'out.aiff', 'out.caf', 'out.w64'])
    it(`into ${name} without any loss in 24 bits`, () =>
      inFolder(async (folder) => {
        const pcm = sound(folder)
        const { samples } = await writeSound(pcm, { target: join(folder, name) })
        const again = await back(join(folder, name), folder)
        assert.equal(samples, pcm.length)
        assert.deepEqual({ ...again, path: '' }, { ...pcm, path: '' })
        assert.deepEqual(samplesOf(again), samplesOf(pcm))
      }))

  it('into WAV as floats without any loss at all', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in'), [noise(5000, 1, 3)])
      await writeSound(pcm, { target: join(folder, 'out.wav'), float: true })
      assert.deepEqual(samplesOf(await back(join(folder, 'out.wav'), folder)), samplesOf(pcm))
    }))

  for (const name of ['out.mp3', 'out.m4a', 'out.ogg', 'out.mka'])
    it(`into ${name}, as long as it was`, () =>
      inFolder(async (folder) => {
        const pcm = recordingOf(join(folder, 'sound.pcm'), [tones(120_001, 1), tones(120_001, 2)])
        await writeSound(pcm, { target: join(folder, name) })
        const again = await back(join(folder, name), folder)
        assert.deepEqual({ ...again, path: '' }, { ...pcm, path: '' })
        assert.ok(errorOf(pcm, again) < -20)
      }))

  it('into Opus, at a rate that it has', () =>
    inFolder(async (folder) => {
      const { codec, sampleRate, samples } = await writeSound(sound(folder), { target: join(folder, 'out.opus') })
      assert.deepEqual([codec, sampleRate, samples], ['opus', 48_000, Math.ceil((30_001 * 48_000) / rate)])
      assert.equal((await back(join(folder, 'out.opus'), folder)).length, samples)
    }))

  it('with six channels', () =>
    inFolder(async (folder) => {
      const pcm = sound(folder, 6)
      for (const name of ['out.wav', 'out.flac', 'out.m4a']) {
        await writeSound(pcm, { target: join(folder, name) })
        const again = await back(join(folder, name), folder)
        assert.equal(again.layout.replace('(side)', ''), '5.1')
        assert.equal(again.length, pcm.length)
      }
      await assert.rejects(writeSound(pcm, { target: join(folder, 'out.mp3') }), { code: 'MEDIA_NOT_WRITTEN' })
      assert.ok(!existsSync(join(folder, 'out.mp3')))
    }))

  it('with the tags that it had', () =>
    inFolder(async (folder) => {
      const source = join(folder, 'source.flac')
      const pcm = sound(folder)
      await writeMedia(source, {
        audio: { blocks: blocksOf(samplesOf(pcm), rate) },
        tags: { title: 'A song', artist: 'Someone' },
      })
      for (const name of ['out.wav', 'out.flac', 'out.mp3', 'out.m4a', 'out.ogg']) {
        await writeSound(pcm, { source, target: join(folder, name) })
        const { report } = await openMedia(join(folder, name))
        const tags = { ...report.streams[0]!.tags, ...report.tags }
        const found = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]))
        assert.equal(found.title, 'A song')
        assert.equal(found.artist, 'Someone')
      }
    }))

  it('into a video in the place of the track that it stands for, and all else stays', () =>
    inFolder(async (folder) => {
      const source = join(folder, 'source.mp4')
      const old = [noise(44_100, 3, 0.3), noise(44_100, 4, 0.3)]
      await writeMedia(source, {
        video: { frames: pictures(25), encoding: { codec: 'h264', quality: 30 } },
        audio: { blocks: blocksOf(old, rate) },
        tags: { title: 'A film' },
      })
      const heard = await back(source, folder)
      const pcm = recordingOf(join(folder, 'new'), [tones(heard.length, 7), tones(heard.length, 8)])
      const target = join(folder, 'out.mp4')
      const { copied, left, samples } = await writeSound(pcm, { source, target, track: 1 })
      assert.deepEqual([copied.map(({ kind }) => kind), left, samples], [['video'], [], heard.length])
      const again = await back(target, folder)
      assert.equal(again.length, heard.length)
      assert.ok(errorOf(pcm, again) < -20)
      assert.equal((await openMedia(target)).report.tags.title, 'A film')
      // Packets are the same once more.
      const once = await writeSound(pcm, { source: target, target: join(folder, 'again.mkv') })
      assert.equal(once.copied[0]!.sha256, copied[0]!.sha256)
      // Into a sound file goes the sound alone, and that is said.
      const alone = await writeSound(pcm, { source, target: join(folder, 'out.flac') })
      assert.deepEqual(
        alone.left.map(({ kind }) => kind),
        ['video'],
      )
    }))

  it('or not at all: what was interrupted leaves nothing, and what was there stays', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in.pcm'), [noise(900_000, 1)])
      const before = readdirSync(folder).length
      for (const name of ['out.wav', 'out.mp3']) {
        const target = join(folder, name)
        writeFileSync(target, 'of before')
        const stop = new AbortController()
        const onProgress = (): void => stop.abort(new Error('enough'))
        await assert.rejects(writeSound(pcm, { target, signal: stop.signal, onProgress }), { message: 'enough' })
        assert.equal(readFileSync(target, 'utf8'), 'of before')
      }
      assert.equal(readdirSync(folder).length, before + 2)
    }))
})

describe('the encoding of sound', () => {
  it('is that of the source where the file can have it, and no worse', () => {
    const encodingFor = (extension: string, codec: string, bitRate: number) =>
      soundEncoding(extension, 44_100, 2, { codec, bitRate }).encoding
    assert.deepEqual(encodingFor('.mkv', 'mp3', 64_000), { codec: 'mp3', bitRate: 256_000 })
    assert.deepEqual(encodingFor('.mp3', 'mp3', 320_000), { codec: 'mp3', bitRate: 320_000 })
    assert.equal(encodingFor('.mp4', 'pcm_s16le', 0).codec, 'aac')
    assert.equal(encodingFor('.mov', 'pcm_s16le', 0).codec, 'pcm_s16le')
  })

  it('has a rate that the codec takes, or another codec does', () => {
    assert.equal(soundEncoding('.mp3', 96_000, 2, undefined).sampleRate, 48_000)
    assert.equal(soundEncoding('.opus', 8000, 1, undefined).sampleRate, 8000)
    assert.deepEqual(soundEncoding('.webm', 44_100, 2, { codec: 'aac' }).encoding.codec, 'vorbis')
    assert.equal(soundEncoding('.flac', 96_000, 2, undefined).sampleRate, 96_000)
  })
})

const video = join(import.meta.dirname, '../../../../../shared/media/video/car-detection.mp4')
const skip = existsSync(video) ? false : `no ${video}`

it('a real video gets another sound, and keeps every picture', { skip }, () =>
  inFolder(async (folder) => {
    const { pcm } = await decodeToPcm(video, join(folder, 'in.pcm'))
    const made = recordingOf(join(folder, 'new'), [tones(pcm.length, 1, 48_000), tones(pcm.length, 2, 48_000)], 48_000)
    const target = join(folder, 'out.mp4')
    const { copied } = await writeSound(made, { source: video, target })
    assert.equal(copied[0]!.packets, 377)
    const again = await back(target, folder)
    assert.equal(again.length, pcm.length)
    assert.ok(errorOf(made, again) < -20)
    const [before, after] = [(await openMedia(video)).report, (await openMedia(target)).report]
    assert.equal(after.duration, before.duration)
    assert.equal(after.streams[0]!.frames, before.streams[0]!.frames)
  }),
)
