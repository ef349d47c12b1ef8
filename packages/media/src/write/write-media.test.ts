import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import test from 'node:test'
import { createFrame } from '../stream/create-frame.ts'
import { openMedia } from '../stream/open-media.ts'
import type { SampleBlock } from '../stream/samples.ts'
import type { VideoFrame } from '../stream/video-frame.ts'
import { scratch } from '../testing/scratch.ts'
import { containers } from './containers.ts'
import { writeMedia } from './write-media.ts'

const path = scratch()

/** Frames of one grey each. */
async function* greys(count: number, format = 'yuv420p'): AsyncGenerator<VideoFrame> {
  for (let index = 0; index < count; index++) {
    using frame = await createFrame({ width: 64, height: 48, format, time: index / 20, duration: 1 / 20 })
    for (const plane of frame.planes) plane.data.fill(plane.holds === 'y' ? 30 + index * 4 : 128)
    yield frame
  }
}

async function* noise(seconds: number, channels = 2, layout = 'stereo', sampleRate = 48_000) {
  for (let at = 0; at < seconds * sampleRate; at += 1000) {
    const samples = Array.from({ length: channels }, (_, channel) =>
      Float32Array.from({ length: 1000 }, (_, i) =>
        Math.fround(((((at + i) * 7919 + channel * 31) % 2001) - 1000) / 2000),
      ),
    )
    yield { time: at / sampleRate, sampleRate, layout, channels: samples, length: 1000 } satisfies SampleBlock
  }
}

test('pictures and sound become a file of the kind that its name says', async () => {
  for (const [name, format, codecs] of [
    ['new.mp4', 'mp4', ['h264', 'aac']],
    ['new.mkv', 'matroska', ['h264', 'aac']],
    ['new.webm', 'webm', ['vp9', 'opus']],
    ['new.mov', 'mov', ['h264', 'aac']],
  ] as const) {
    const written = await writeMedia(path(name), {
      video: { frames: greys(20), frameRate: 20, encoding: { preset: name === 'new.webm' ? '8' : 'ultrafast' } },
      audio: { blocks: noise(1) },
      tags: { title: 'New' },
    })
    assert.deepEqual(written, { container: format, frames: 20, samples: 48_000 })
    const media = await openMedia(path(name))
    assert.equal(media.report.format, format)
    assert.deepEqual(
      media.report.streams.map(({ codec }) => codec),
      codecs,
    )
    assert.equal(media.report.tags.title ?? media.report.tags.TITLE, 'New')
    let index = 0
    for await (const { time, planes } of media.frames()) {
      assert.ok(Math.abs(time - index / 20) < 0.002, `${name}: ${time}`)
      assert.ok(Math.abs(planes[0]!.data[700]! - (30 + index * 4)) <= 4)
      index++
    }
    assert.equal(index, 20)
  }
})

test('lossless sound is kept to the bit, in every width and layout', async () => {
  for (const [name, codec, channels, layout, precision] of [
    ['a.wav', 'pcm_s24le', 2, 'stereo', 2 ** -23],
    ['b.wav', 'pcm_f32le', 1, 'mono', 0],
    ['c.flac', 'flac', 6, '5.1', 2 ** -23],
    ['d.wav', 'pcm_s16le', 8, '7.1', 2 ** -16],
  ] as const) {
    await writeMedia(path(name), { audio: { blocks: noise(0.5, channels, layout), encoding: { codec } } })
    const media = await openMedia(path(name))
    const wanted: number[][] = Array.from({ length: channels }, () => [])
    for await (const block of noise(0.5, channels, layout))
      block.channels.forEach((all, at) => void wanted[at]!.push(...all))
    let at = 0
    for await (const block of media.samples()) {
      assert.equal(block.layout, layout)
      for (const [channel, samples] of block.channels.entries())
        for (const [index, value] of samples.entries())
          assert.ok(Math.abs(value - wanted[channel]![at + index]!) <= precision, `${name}, channel ${channel}`)
      at += block.length
    }
    assert.equal(at, 24_000)
  }
})

test('frames and samples that change in kind are refused, and the change is named', async () => {
  async function* grow() {
    yield* greys(2)
    using frame = await createFrame({ width: 96, height: 48, format: 'yuv420p', time: 0.1 })
    yield frame
  }
  async function* deepen() {
    yield* greys(2)
    yield* greys(1, 'yuv422p')
  }
  async function* join(...parts: AsyncIterable<SampleBlock>[]) {
    for (const part of parts) yield* part
  }
  const refused = (message: RegExp) => ({ code: 'MEDIA_NOT_WRITTEN', message })
  await assert.rejects(
    writeMedia(path('bad.mp4'), { video: { frames: grow() } }),
    refused(/from 64x48 yuv420p to 96x48 yuv420p/),
  )
  await assert.rejects(
    writeMedia(path('bad.mp4'), { video: { frames: deepen() } }),
    refused(/from 64x48 yuv420p to 64x48 yuv422p/),
  )
  for (const [other, message] of [
    [noise(0.1, 1, 'mono'), /from 2 channels at 48000 Hz to 1 channel at 48000 Hz/],
    [noise(0.1, 6, '5.1'), /to 6 channels/],
    [noise(0.1, 2, 'stereo', 44_100), /to 2 channels at 44100 Hz/],
  ] as const)
    await assert.rejects(writeMedia(path('bad.wav'), { audio: { blocks: join(noise(0.1), other) } }), refused(message))
})

test('nothing stays of a file whose frames fail or that cannot be', async () => {
  async function* failing() {
    yield* greys(3)
    throw new Error('no more paint')
  }
  async function* none(): AsyncGenerator<VideoFrame> {}
  const video = (frames: AsyncIterable<VideoFrame>) => ({ video: { frames } })
  await assert.rejects(writeMedia(path('bad.mp4'), video(failing())), { message: 'no more paint' })
  await assert.rejects(writeMedia(path('bad.mp4'), video(none())), { code: 'MEDIA_NOT_WRITTEN', message: /no frames/ })
  await assert.rejects(writeMedia(path('bad.txt'), video(greys(2))), { code: 'MEDIA_NOT_WRITTEN', message: /bad\.txt/ })
  await assert.rejects(writeMedia(path('bad.webm'), { audio: { blocks: noise(1), encoding: { codec: 'mp3' } } }), {
    code: 'MEDIA_NOT_WRITTEN',
  })
  const stop = new AbortController()
  stop.abort(new Error('stop'))
  await assert.rejects(writeMedia(path('bad.mp4'), { ...video(greys(2)), signal: stop.signal }), { message: 'stop' })
  await assert.rejects(createFrame({ width: 0, height: 9, format: 'gray', time: 0 }), RangeError)
  await assert.rejects(createFrame({ width: 9, height: 9, format: 'pal8', time: 0 }), RangeError)
  await assert.rejects(createFrame({ width: 30_000, height: 30_000, format: 'gray', time: 0 }), {
    code: 'MEDIA_TOO_LARGE',
  })
  assert.deepEqual(
    (await readdir(dirname(path('x')))).filter((name) => /bad|part$/.test(name)),
    [],
  )
})

test('the same sound gives the same bytes, whatever the container', async () => {
  // MPEG's has no sound that is encoded here.
  const extensions = containers.filter(({ name }) => name !== 'mpeg').flatMap((container) => container.extensions)
  for (const extension of extensions) {
    const files = await Promise.all(
      ['one', 'other'].map(async (name) => {
        await writeMedia(path(name + extension), { audio: { blocks: noise(0.2) } })
        return readFile(path(name + extension))
      }),
    )
    assert.ok(files[0]!.equals(files[1]!), extension)
  }
})
