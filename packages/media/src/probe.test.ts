import assert from 'node:assert/strict'
import test from 'node:test'
import { createStore, file } from '@colophon/core'
import sharp from 'sharp'
import type { AudioStreamReport, ImageReport, RecordingReport, VideoStreamReport } from './probe/report.ts'
import { probe, summaryOf } from './probe.ts'
import { encodeMedia, type Recipe } from './testing/encode.ts'
import { barsTrack, tone } from './testing/paint.ts'
import { scratch } from './testing/scratch.ts'

const path = scratch()

async function report<R>(name: string): Promise<R> {
  const { report } = await probe({ file: file(path(name)) })
  return (await report.value()) as R
}

async function recorded(name: string, recipe: Recipe): Promise<RecordingReport> {
  await encodeMedia(path(name), recipe)
  return report(name)
}

const picture = ({ streams }: RecordingReport) => streams.find(({ kind }) => kind === 'video') as VideoStreamReport
const sound = ({ streams }: RecordingReport) => streams.find(({ kind }) => kind === 'audio') as AudioStreamReport

test('an MP4 with picture and sound is told in full', async () => {
  const told = await recorded('clip.mp4', {
    muxer: 'mp4',
    video: barsTrack({ matrix: 'bt709', primaries: 1, transfer: 1 }),
    audio: tone('aac', { seconds: 2 }),
    tags: { title: 'Bars', artist: 'Nobody' },
  })
  assert.equal(told.kind, 'video')
  assert.equal(told.format, 'mp4')
  assert.equal(told.mediaType, 'video/mp4')
  assert.equal(told.tags.title, 'Bars')
  assert.ok(Math.abs(told.duration! - 2) < 0.05 && told.bitRate! > 1000)
  const { codec, width, height, displayWidth, rotation, pixelFormat, bitDepth, frameRate, frames, colour, hdr } =
    picture(told)
  assert.deepEqual(
    { codec, width, height, displayWidth, rotation, pixelFormat, bitDepth, frameRate, frames, hdr },
    {
      codec: 'h264',
      width: 128,
      height: 64,
      displayWidth: 128,
      rotation: 0,
      pixelFormat: 'yuv420p',
      bitDepth: 8,
      frameRate: 10,
      frames: 20,
      hdr: false,
    },
  )
  assert.deepEqual(colour, { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'limited' })
  assert.equal(picture(told).variableFrameRate, false)
  assert.deepEqual(picture(told).averageFrameRate, { num: 10, den: 1 })
  const { sampleRate, channels, layout } = sound(told)
  assert.deepEqual(
    { codec: sound(told).codec, sampleRate, channels, layout },
    { codec: 'aac', sampleRate: 48000, channels: 2, layout: 'stereo' },
  )
  assert.equal(summaryOf(told), `mp4 video, ${told.duration!.toFixed(2)} s: h264 128x64 at 10 fps, aac 48000 Hz stereo`)
})

test('rotation and oblong pixels are applied to the display size', async () => {
  const told = picture(
    await recorded('turned.mov', {
      muxer: 'mov',
      video: barsTrack({ turn: [0, 1, -1, 0], sampleAspectRatio: { num: 4, den: 3 } }),
    }),
  )
  const { width, height, displayWidth, displayHeight, rotation, mirrored, sampleAspectRatio } = told
  assert.deepEqual(
    { width, height, displayWidth, displayHeight, rotation, mirrored, sampleAspectRatio },
    {
      width: 128,
      height: 64,
      displayWidth: 64,
      displayHeight: 171,
      rotation: 90,
      mirrored: false,
      sampleAspectRatio: { num: 4, den: 3 },
    },
  )
})

test('high dynamic range in Matroska, and interlaced video in a transport stream', async () => {
  const options = { preset: 'ultrafast', 'x265-params': 'log-level=none:pools=none:frame-threads=1' }
  const hdr = picture(
    await recorded('hdr.mkv', {
      muxer: 'matroska',
      video: barsTrack({ encoder: 'libx265', bits: 10, matrix: 'bt2020', primaries: 9, transfer: 16, options }),
    }),
  )
  assert.deepEqual(
    [hdr.codec, hdr.profile, hdr.bitDepth, hdr.hdr, hdr.colour.transfer],
    ['hevc', 'Main 10', 10, true, 'smpte2084'],
  )
  const fields = picture(
    await recorded('fields.ts', {
      muxer: 'mpegts',
      video: barsTrack({ encoder: 'mpeg2video', rate: 25, interlaced: true, options: { flags: '+ildct+ilme' } }),
    }),
  )
  assert.deepEqual([fields.interlaced, fields.hdr], [true, false])
})

test('WebM, and sound in WAV, FLAC, MP3, M4A and Ogg', async () => {
  const webm = await recorded('clip.webm', {
    muxer: 'webm',
    video: barsTrack({ encoder: 'libvpx-vp9', options: { deadline: 'realtime', 'cpu-used': '8' } }),
    audio: tone('libopus', { seconds: 2 }),
  })
  assert.deepEqual([webm.format, picture(webm).codec, sound(webm).codec], ['webm', 'vp9', 'opus'])
  const recordings: [name: string, muxer: string, encoder: string, format: string, bitDepth: number | undefined][] = [
    ['tone.wav', 'wav', 'pcm_s16le', 'wav', 16],
    ['tone.flac', 'flac', 'flac', 'flac', 16],
    ['tone.mp3', 'mp3', 'libmp3lame', 'mp3', undefined],
    ['tone.m4a', 'ipod', 'aac', 'mp4', undefined],
    ['tone.ogg', 'ogg', 'libvorbis', 'ogg', undefined],
  ]
  for (const [name, muxer, encoder, format, bitDepth] of recordings) {
    const told = await recorded(name, { muxer, audio: tone(encoder) })
    assert.deepEqual([told.kind, told.format, sound(told).bitDepth], ['audio', format, bitDepth])
    assert.ok(Math.abs(told.duration! - 1) < 0.1, name)
    assert.match(told.mediaType, /^audio\//)
  }
})

test('cover art does not make a recording a video', async () => {
  const cover = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#c33' } })
    .jpeg()
    .toBuffer()
  for (const [name, muxer, encoder] of [
    ['cover.mp3', 'mp3', 'libmp3lame'],
    ['cover.flac', 'flac', 'flac'],
    ['cover.m4a', 'ipod', 'aac'],
  ] as const) {
    const told = await recorded(name, { muxer, audio: tone(encoder), cover, coverSize: { width: 40, height: 40 } })
    assert.equal(told.kind, 'audio', name)
    assert.deepEqual([picture(told).cover, picture(told).width], [true, 40])
    assert.doesNotMatch(summaryOf(told), /40x40/)
  }
})

test('pictures are told with orientation, depth, transparency, profile and pages', async () => {
  const create = { width: 60, height: 40, channels: 4, background: { r: 200, g: 10, b: 10, alpha: 0.5 } } as const
  await sharp({ create })
    .removeAlpha()
    .withMetadata({ orientation: 6, density: 300 })
    .withIccProfile('p3')
    .jpeg()
    .toFile(path('turned.jpg'))
  const turned = await report<ImageReport>('turned.jpg')
  const { kind, format, width, height, displayWidth, displayHeight, orientation, bitDepth, alpha, density, frames } =
    turned
  assert.deepEqual(
    { kind, format, width, height, displayWidth, displayHeight, orientation, bitDepth, alpha, density, frames },
    {
      kind: 'image',
      format: 'jpeg',
      width: 60,
      height: 40,
      displayWidth: 40,
      displayHeight: 60,
      orientation: 6,
      bitDepth: 8,
      alpha: false,
      density: 300,
      frames: 1,
    },
  )
  assert.match(turned.iccProfile!, /P3/)
  await sharp({ create }).toColourspace('rgb16').png().toFile(path('deep.png'))
  const deep = await report<ImageReport>('deep.png')
  assert.deepEqual([deep.bitDepth, deep.alpha, deep.channels], [16, true, 4])
  const frame = (background: string) =>
    sharp({ create: { ...create, background } })
      .png()
      .toBuffer()
  const frames3 = await Promise.all(['#f00', '#0f0', '#00f'].map(frame))
  await sharp(frames3, { join: { animated: true } })
    .gif({ delay: [100, 200, 300] })
    .toFile(path('moving.gif'))
  const moving = await report<ImageReport>('moving.gif')
  assert.deepEqual([moving.frames, moving.duration, moving.height], [3, 0.6, 40])
  assert.equal(summaryOf(moving), 'gif image, 60x40, 3 frames')
})

test('a blob carries its facts, and is probed once in a store', async () => {
  const store = await createStore()
  await encodeMedia(path('facts.mp4'), { muxer: 'mp4', video: barsTrack(), audio: tone('aac') })
  const states: string[] = []
  for (let time = 0; time < 2; time++)
    await store.run(async () => probe({ file: file(path('facts.mp4')) }), { onStep: ({ state }) => states.push(state) })
  assert.deepEqual(states, ['computed', 'cached'])
  const { facts } = await store.run(async () => store.put(file(path('facts.mp4'))))
  assert.ok(facts)
  await store.close()
})
