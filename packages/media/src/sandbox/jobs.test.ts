import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import test from 'node:test'
import sharp from 'sharp'
import { encodeMedia } from '../testing/encode.ts'
import { barsTrack, tone } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { thumbnailParams } from '../thumbnail/report.ts'
import { decodeFile, probeFile, thumbnailFile } from './jobs.ts'

// Here in this process; `untrusted.test.ts` has them done in a child.
const path = scratch()
const everything = { frames: Number.POSITIVE_INFINITY, samples: Number.POSITIVE_INFINITY }

test('all of a recording is counted, stream by stream', async () => {
  await encodeMedia(path('clip.mkv'), { muxer: 'matroska', video: barsTrack(), audio: tone('pcm_s16le') })
  const parts: number[] = []
  const { report, streams } = await decodeFile(path('clip.mkv'), everything, { progress: (part) => parts.push(part) })
  assert.deepEqual(report, await probeFile(path('clip.mkv')))
  assert.deepEqual(streams, [
    { index: 0, kind: 'video', count: 20, end: 1.9 },
    { index: 1, kind: 'audio', count: 48000, end: streams[1]!.end },
  ])
  // Matroska counts in milliseconds.
  assert.ok(Math.abs(streams[1]!.end! - 1) < 1e-3)
  assert.deepEqual(parts, [0.5, 1])
  const some = await decodeFile(path('clip.mkv'), { frames: 2, samples: 100 }, { progress() {} })
  assert.equal(some.streams[0]!.count, 2)
})

test('a picture is one frame, and a damaged one is none', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const png = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#483', noise } })
    .png()
    .toBuffer()
  writeFileSync(path('whole.png'), png)
  writeFileSync(path('spoilt.png'), png.fill(0x55, 200, 2000))
  const whole = await decodeFile(path('whole.png'), everything, { progress() {} })
  assert.deepEqual(whole.streams, [{ index: 0, kind: 'video', count: 1, end: 0 }])
  const spoilt = await decodeFile(path('spoilt.png'), everything, { progress() {} })
  assert.equal(spoilt.streams[0]!.error?.code, 'MEDIA_DAMAGED')
})

test('a thumbnail is written where it is to be', async () => {
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#123' } }).toFile(path('picture.png'))
  const params = thumbnailParams.parse({ width: 20 })
  await thumbnailFile(path('picture.png'), path('small.jpg'), params, { progress() {} })
  assert.equal((await sharp(path('small.jpg')).metadata()).width, 20)
})
