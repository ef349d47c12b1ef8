import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test, { after } from 'node:test'
import sharp from 'sharp'
import { readReport } from '../probe/read-report.ts'
import { encodeMedia } from '../testing/encode.ts'
import { barsTrack, tone } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { Sandbox } from './sandbox.ts'
import { decodeUntrusted, probeUntrusted, thumbnailUntrusted } from './untrusted.ts'

const path = scratch()
const sandbox = new Sandbox({ write: [path('.')] })
after(() => sandbox[Symbol.asyncDispose]())

test('an untrusted file is probed, decoded and made a thumbnail of as any other', async () => {
  await encodeMedia(path('clip.mp4'), { muxer: 'mp4', video: barsTrack(), audio: tone('aac') })
  const report = await probeUntrusted(sandbox, path('clip.mp4'))
  assert.deepEqual(report, await readReport({ path: async () => path('clip.mp4') }))
  const decoded = await decodeUntrusted(sandbox, path('clip.mp4'))
  assert.deepEqual(decoded.report, report)
  assert.deepEqual(
    decoded.streams.map(({ kind, count, error }) => [kind, count, error]),
    [
      ['video', 20, undefined],
      ['audio', 48000, undefined],
    ],
  )
  assert.ok(Math.abs(decoded.streams[0]!.end! - 1.9) < 1e-6)
  const { width, height } = await thumbnailUntrusted(sandbox, path('clip.mp4'), path('clip.jpg'), {
    params: { width: 64 },
  })
  assert.deepEqual([width, height], [64, 32])
  assert.equal((await sharp(readFileSync(path('clip.jpg'))).metadata()).width, 64)
})

test('it is enough after as many frames and samples as are asked for', async () => {
  await encodeMedia(path('long.mkv'), { muxer: 'matroska', video: barsTrack(), audio: tone('pcm_s16le') })
  const { streams } = await decodeUntrusted(sandbox, path('long.mkv'), { frames: 3, samples: 5000 })
  assert.equal(streams[0]!.count, 3)
  assert.ok(streams[1]!.count >= 5000 && streams[1]!.count < 48000)
})

test('pictures are decoded too', async () => {
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#123' } }).toFile(path('picture.png'))
  const { report, streams } = await decodeUntrusted(sandbox, path('picture.png'))
  assert.equal(report.format, 'png')
  assert.deepEqual(streams, [{ index: 0, kind: 'video', count: 1, end: 0 }])
})

test('what is wrong is told with the name of the file, or beside the stream that it concerns', async () => {
  writeFileSync(path('text.mp4'), 'This is text.\n')
  for (const read of [probeUntrusted, decodeUntrusted])
    await assert.rejects(read(sandbox, path('text.mp4')), {
      code: 'MEDIA_NOT_RECOGNISED',
      message: /^text\.mp4 is not a media file/,
    })
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const png = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#483', noise } })
    .png()
    .toBuffer()
  png.fill(0x55, 200, 2000)
  writeFileSync(path('spoilt.png'), png)
  const { streams } = await decodeUntrusted(sandbox, path('spoilt.png'), { name: 'upload 7' })
  assert.equal(streams[0]!.count, 0)
  assert.match(streams[0]!.error!.message, /^upload 7 is damaged or cut short: its pixels/)
})
