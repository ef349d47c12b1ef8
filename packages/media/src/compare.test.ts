import assert from 'node:assert/strict'
import test from 'node:test'
import { type ColophonError, createStore, file } from '@colophon/core'
import sharp from 'sharp'
import type { CompareReport } from './compare/report.ts'
import { compare, likenessSummary } from './compare.ts'
import { encodeMedia } from './testing/encode.ts'
import { barsTrack, texture, tone } from './testing/paint.ts'
import { scratch } from './testing/scratch.ts'

const path = scratch()

async function compared(reference: string, other: string, quick = false): Promise<CompareReport> {
  const { report } = await compare({ reference: file(path(reference)), test: file(path(other)), quick })
  return report.value()
}

const painted = (width: number, height: number, channels: 1 | 3 | 4 = 3) =>
  sharp(
    Uint8Array.from({ length: width * height * channels }, (_, i) => (i / channels + (i >> 9) * 11) % 200),
    {
      raw: { width, height, channels },
    },
  )

/** Lossless, so that what is put in is what is compared. */
const exact = { encoder: 'ffv1', options: {}, width: 176, height: 168, frames: 6 } as const

test('a picture and its JPEG are measured in each channel and in all', async () => {
  await painted(180, 170).png().toFile(path('photo.png'))
  await painted(180, 170).jpeg({ quality: 60 }).toFile(path('photo.jpg'))
  const { kind, identical, picture, notes } = await compared('photo.png', 'photo.jpg')
  assert.deepEqual([kind, identical, notes], ['image', false, []])
  assert.deepEqual([picture!.width, picture!.height, picture!.format], [180, 170, 'rgb, 8 bit'])
  assert.deepEqual(
    picture!.planes.map(({ plane }) => plane),
    ['r', 'g', 'b'],
  )
  const { psnr, ssim, msSsim, blockSsim } = picture!.all
  assert.ok(psnr! > 15 && psnr! < 45)
  for (const likeness of [ssim, msSsim, blockSsim]) assert.ok(likeness! > 0.3 && likeness! < 1, `${likeness}`)
  const means = picture!.planes.reduce((sum, plane) => sum + plane.ssim! / 3, 0)
  assert.ok(Math.abs(means - ssim!) < 1e-9)
  const quick = await compared('photo.png', 'photo.jpg', true)
  assert.deepEqual(quick.picture!.all, { psnr, blockSsim })
})

test('the same picture in another lossless format is identical, at any depth', async () => {
  await painted(20, 12, 4).png().toFile(path('same.png'))
  await painted(20, 12, 4).tiff({ compression: 'lzw' }).toFile(path('same.tiff'))
  const report = await compared('same.png', 'same.tiff')
  assert.equal(report.identical, true)
  assert.equal(report.picture!.all.psnr, null)
  assert.equal(report.picture!.all.ssim, 1)
  assert.equal(report.picture!.all.msSsim, undefined, 'too small for five scales')
  assert.equal(likenessSummary(report), 'identical')
  await painted(20, 12, 3).png().toFile(path('flat.png'))
  await painted(20, 12, 3).toColourspace('rgb16').png().toFile(path('deep.png'))
  const { picture, notes } = await compared('flat.png', 'deep.png')
  assert.match(notes.join(), /One has 8 bits and the other 16/)
  assert.ok(picture!.all.psnr === null || picture!.all.psnr > 45)
  const alpha = await compared('flat.png', 'same.png')
  assert.ok(alpha.picture!.planes.some(({ plane }) => plane === 'a'))
})

test('videos are measured by plane, and the worst frame is told with its time', async () => {
  const spoiltAt = 4
  const paint = (spoilt: boolean) => (rgb: Uint8Array, index: number) => {
    texture(176)(rgb, index)
    if (spoilt && index === spoiltAt) rgb.fill(90, 0, rgb.length / 3)
  }
  await encodeMedia(path('master.mkv'), { muxer: 'matroska', video: barsTrack({ ...exact, paint: paint(false) }) })
  await encodeMedia(path('spoilt.mkv'), { muxer: 'matroska', video: barsTrack({ ...exact, paint: paint(true) }) })
  const { picture, identical, kind, notes } = await compared('master.mkv', 'spoilt.mkv')
  assert.deepEqual([kind, identical, notes], ['video', false, []])
  assert.deepEqual([picture!.frames, picture!.left, picture!.right, picture!.format], [6, 0, 0, 'yuv420p'])
  assert.deepEqual([picture!.worst!.frame, picture!.worst!.time], [spoiltAt, 0.4])
  assert.deepEqual(
    picture!.planes.map(({ plane }) => plane),
    ['y', 'u', 'v'],
  )
  assert.equal(picture!.planes[1]!.msSsim, undefined, 'chroma of 88x84 is too small')
  assert.ok(picture!.planes[0]!.msSsim! < 1)
  // Five frames are the same: the mean is what the worst one lacks.
  assert.ok(Math.abs(6 * (1 - picture!.all.ssim!) - (1 - picture!.worst!.ssim!)) < 1e-9)
  const same = await compared('master.mkv', 'master.mkv')
  assert.equal(same.identical, true)
  assert.deepEqual(same.picture!.all, { psnr: null, ssim: 1, blockSsim: 1 })
})

test('a video that ends early is compared as far as it goes', async () => {
  const video = (frames: number) => barsTrack({ ...exact, frames })
  await encodeMedia(path('long.mkv'), { muxer: 'matroska', video: video(6), audio: tone('pcm_s16le') })
  await encodeMedia(path('short.mkv'), { muxer: 'matroska', video: video(4) })
  const report = await compared('long.mkv', 'short.mkv', true)
  assert.deepEqual([report.picture!.frames, report.picture!.left, report.picture!.right], [4, 2, 0])
  assert.equal(report.picture!.all.psnr, null)
  assert.equal(report.identical, false)
  assert.match(report.notes.join(), /Only one of them has sound/)
  assert.match(likenessSummary(report), /4 frames in common, 2 in one alone/)
  assert.deepEqual((await compared('short.mkv', 'long.mkv', true)).picture!.right, 2)
})

test('another pixel format is converted to that of the reference, and told', async () => {
  await encodeMedia(path('eight.mkv'), { muxer: 'matroska', video: barsTrack(exact) })
  await encodeMedia(path('ten.mkv'), { muxer: 'matroska', video: barsTrack({ ...exact, bits: 10 }) })
  const { picture, notes } = await compared('eight.mkv', 'ten.mkv', true)
  assert.match(notes.join(), /converted from yuv420p10le to yuv420p/)
  assert.ok(picture!.all.psnr === null || picture!.all.psnr > 45, `${picture!.all.psnr}`)
})

test('sound recordings are measured by channel, however their samples are cut into frames', async () => {
  const sound = (loudness: number) => ({
    ...tone('pcm_s16le'),
    sample: (time: number, channel: number) => 0.5 * Math.sin(2 * Math.PI * (300 + 100 * channel) * time) * loudness,
  })
  await encodeMedia(path('sound.wav'), { muxer: 'wav', audio: sound(1) })
  await encodeMedia(path('sound.flac'), { muxer: 'flac', audio: { ...sound(1), encoder: 'flac' } })
  await encodeMedia(path('quiet.wav'), { muxer: 'wav', audio: sound(0.9) })
  const same = await compared('sound.wav', 'sound.flac')
  assert.deepEqual([same.kind, same.identical, same.sound!.snr], ['audio', true, null])
  const { sound: measured, identical } = await compared('sound.wav', 'quiet.wav')
  assert.equal(identical, false)
  // A tenth of the amplitude is missing: 20 dB.
  assert.ok(Math.abs(measured!.snr! - 20) < 0.05, `${measured!.snr}`)
  // In every bin that is above the floor, 0.915 dB are missing.
  assert.ok(measured!.lsd! > 0 && measured!.lsd! < 0.93, `${measured!.lsd}`)
  assert.equal(same.sound!.lsd, 0)
  assert.equal(measured!.channels.length, tone('pcm_s16le').channels)
  await encodeMedia(path('half.wav'), { muxer: 'wav', audio: { ...sound(1), seconds: sound(1).seconds / 2 } })
  const half = await compared('sound.wav', 'half.wav')
  assert.equal(half.identical, false)
  assert.ok(Math.abs(half.sound!.left - sound(1).seconds / 2) < 1e-3)
})

test('what has no common size, rate or kind is refused by name', async () => {
  const refused = (reference: string, other: string, message: RegExp) =>
    assert.rejects(compared(reference, other), (error: ColophonError) => {
      assert.equal(error.code, 'MEDIA_WRONG_KIND')
      assert.match(error.message, message)
      return true
    })
  await painted(30, 20).png().toFile(path('large.png'))
  await painted(20, 12).png().toFile(path('small.png'))
  await encodeMedia(path('clip.mkv'), { muxer: 'matroska', video: barsTrack(exact) })
  await encodeMedia(path('wide.mkv'), { muxer: 'matroska', video: barsTrack({ ...exact, width: 184 }) })
  await encodeMedia(path('fast.mkv'), { muxer: 'matroska', video: barsTrack({ ...exact, rate: 25 }) })
  await encodeMedia(path('tone.wav'), { muxer: 'wav', audio: tone('pcm_s16le') })
  await encodeMedia(path('slow.wav'), { muxer: 'wav', audio: { ...tone('pcm_s16le'), sampleRate: 16_000 } })
  await refused(
    'large.png',
    'small.png',
    /small\.png is a picture of 20x12, and one of 30x20, as the reference has, is/,
  )
  await refused('large.png', 'clip.mkv', /clip\.mkv is a video, and a picture, as the reference is, is wanted/)
  await refused('clip.mkv', 'wide.mkv', /wide\.mkv is a video of 184x168, and one of 176x168/)
  await refused('clip.mkv', 'fast.mkv', /fast\.mkv is a video of 25 frames a second, and one of 10/)
  await refused('tone.wav', 'slow.wav', /slow\.wav is a recording of \d channels? at 16000 Hz, and one of/)
})

test('a comparison is made once, with its numbers as metrics', async () => {
  await painted(40, 40).png().toFile(path('one.png'))
  await painted(40, 40).jpeg().toFile(path('one.jpg'))
  const store = await createStore()
  try {
    for (let time = 0; time < 2; time++)
      await store.run(() => compare({ reference: file(path('one.png')), test: file(path('one.jpg')) }))
    assert.equal((await store.stats()).results, 1)
    const { psnr, ssim, snr } = compare.declaration.metrics
    const report = await compared('one.png', 'one.jpg')
    const from = (metric: typeof psnr) => metric!.from({ report } as never)
    assert.equal(from(psnr), report.picture!.all.psnr)
    assert.equal(from(ssim), report.picture!.all.ssim)
    assert.equal(from(snr), undefined)
    assert.match(compare.declaration.outcome!({ report } as never).summary, /^PSNR \d+\.\d\d dB, SSIM 0\.\d{4}/)
  } finally {
    await store.close()
  }
})
