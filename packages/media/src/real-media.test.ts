import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { file } from '@colophon/core'
import sharp from 'sharp'
import { probe, summaryOf } from './probe.ts'
import { thumbnail } from './thumbnail.ts'

/** Recordings that are not part of the repository, beside it. */
const folder = join(import.meta.dirname, '../../../../shared/media')
const skip = existsSync(folder) ? false : `no recordings in ${folder}`

test('real recordings are told as they are', { skip }, async () => {
  const summaries: Record<string, string> = {
    'images/coffee.png': 'png image, 600x400',
    'images/kodim19.png': 'png image, 512x768',
    'audio/vibe-ace.ogg': 'ogg audio, 61.46 s: vorbis 44100 Hz stereo',
    'audio/human-voice.mp3': 'mp3 audio, 58.72 s: mp3 44100 Hz stereo',
    'audio/break12.wav': 'wav audio, 8.00 s: pcm_s16le 44100 Hz stereo',
    'video/book.mkv': 'matroska video, 3.67 s: h264 640x480 at 30 fps',
    'video/car-detection.mp4': 'mp4 video, 30.16 s: h264 768x432 at 12.5 fps, aac 48000 Hz stereo',
  }
  for (const [name, summary] of Object.entries(summaries)) {
    const { report } = await probe({ file: file(join(folder, name)) })
    assert.equal(summaryOf(await report.value()), summary)
  }
})

test('thumbnails of real recordings show something', { skip }, async () => {
  for (const name of [
    'images/kodim19.png',
    'audio/vibe-ace.ogg',
    'video/book.mkv',
    'video/bottle-detection.mp4',
    'video/car-detection.mp4',
  ]) {
    const { image, report } = await thumbnail({ media: file(join(folder, name)), width: 160, height: 160 })
    const { width, height, source } = await report.value()
    assert.equal(Math.max(width, height), 160, name)
    assert.ok(Math.abs(width / height - source.width / source.height) < 0.02, name)
    const { entropy, channels } = await sharp(Buffer.from(await image.bytes())).stats()
    assert.ok(entropy > 5, `${name} has an entropy of ${entropy}`)
    assert.ok(
      channels.every(({ mean }) => mean > 20 && mean < 235),
      name,
    )
  }
})
