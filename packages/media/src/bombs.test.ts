import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test, { after } from 'node:test'
import { ColophonError, type ErrorCode } from '@colophon/core'
import sharp from 'sharp'
import { readReport } from './probe/read-report.ts'
import { Sandbox } from './sandbox/sandbox.ts'
import { decodeUntrusted, thumbnailUntrusted } from './sandbox/untrusted.ts'
import {
  coverBomb,
  emptyIndex,
  flacBomb,
  flacCover,
  fragmentBomb,
  gifBomb,
  jpegBomb,
  manyTracks,
  matroskaBomb,
  matroskaClaim,
  mp4Bomb,
  nestedBoxes,
  pngBomb,
  profileBomb,
  repeatedSamples,
  tagBomb,
  textBomb,
  theoraBomb,
  tiffBomb,
  wavBomb,
  webpBomb,
} from './testing/bombs.ts'
import { box, bytesFrom, element, u32 } from './testing/bytes.ts'
import { encodeMedia } from './testing/encode.ts'
import { barsTrack, tone } from './testing/paint.ts'
import { scratch } from './testing/scratch.ts'

const path = scratch()
const MiB = 2 ** 20
// A child has about 140 MiB when it has loaded its libraries.
const sandbox = new Sandbox({ memory: 384 * MiB, timeout: 30, write: [path('.')] })
after(() => sandbox[Symbol.asyncDispose]())

await encodeMedia(path('sound.mp3'), { muxer: 'mp3', audio: tone('libmp3lame', { seconds: 0.1 }) })
await encodeMedia(path('video.mp4'), { muxer: 'mp4', video: barsTrack({ frames: 2 }) })
await encodeMedia(path('video.avi'), { muxer: 'avi', video: barsTrack({ encoder: 'mpeg4', frames: 2, options: {} }) })
const mp3 = readFileSync(path('sound.mp3'))

/** A file in which the two numbers that a size consists of are exchanged for others. */
function resized(file: string, after: string, offset: number, write: (bytes: Buffer, at: number) => void): Buffer {
  const bytes = readFileSync(path(file))
  write(bytes, bytes.indexOf(after) + offset)
  return bytes
}

const avif = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#483' } })
  .avif()
  .toBuffer()
const vastAvif = (): Buffer => {
  const bytes = Buffer.from(avif)
  bytes.writeUInt32BE(60_000, bytes.indexOf('ispe') + 8)
  bytes.writeUInt32BE(60_000, bytes.indexOf('ispe') + 12)
  return bytes
}

/** What is refused before anything is decoded, and the words that say why. */
const refused: readonly (readonly [name: string, file: () => Uint8Array, code: ErrorCode, why: RegExp])[] = [
  ['vast.png', () => pngBomb(100_000, 100_000), 'MEDIA_TOO_LARGE', /10000000000 pixels/],
  ['hollow.png', () => pngBomb(16_000, 16_000), 'MEDIA_DAMAGED', /announces 256000000 bytes of pixels/],
  ['vast.gif', () => gifBomb(65_535, 65_535), 'MEDIA_TOO_LARGE', /4294836225 pixels/],
  ['vast.jpg', () => jpegBomb(65_000, 65_000), 'MEDIA_TOO_LARGE', /4225000000 pixels/],
  ['vaster.jpg', () => jpegBomb(65_535, 65_535), 'MEDIA_DAMAGED', /dimension/],
  ['vast.tif', () => tiffBomb(100_000, 100_000), 'MEDIA_TOO_LARGE', /10000000000 pixels/],
  ['vast.webp', () => webpBomb(65_535, 65_535), 'MEDIA_DAMAGED', /header/],
  ['vast.avif', vastAvif, 'MEDIA_TOO_LARGE', /3600000000 pixels/],
  [
    'vast.mp4',
    () =>
      resized('video.mp4', 'avc1\0\0\0\0', 28, (bytes, at) => {
        bytes.writeUInt16BE(30_000, at)
        bytes.writeUInt16BE(30_000, at + 2)
      }),
    'MEDIA_TOO_LARGE',
    /900000000 pixels in a frame/,
  ],
  [
    'vast.avi',
    () =>
      resized('video.avi', 'strf', 12, (bytes, at) => {
        bytes.writeUInt32LE(30_000, at)
        bytes.writeUInt32LE(30_000, at + 4)
      }),
    'MEDIA_TOO_LARGE',
    /900000000 pixels in a frame/,
  ],
  ['wide.mkv', () => matroskaClaim(100_000, 48), 'MEDIA_TOO_LARGE', /100000 pixels in a frame's longer side/],
  ['vast.mkv', () => matroskaClaim(30_000, 30_000), 'MEDIA_TOO_LARGE', /900000000 pixels in a frame/],
  ['vast.ogv', () => theoraBomb(2_000, 2_000), 'MEDIA_TOO_LARGE', /1024000000 pixels in a frame/],
  ['settings.mkv', () => matroskaClaim(64, 64, 20 * MiB), 'MEDIA_TOO_LARGE', /20971520 bytes of codec settings/],
  ['tracks.mkv', () => manyTracks(1000), 'MEDIA_TOO_LARGE', /streams/],
  ['channels.wav', () => wavBomb(1000, 48_000), 'MEDIA_TOO_LARGE', /1000 channels, more than the limit of 64/],
  ['rate.wav', () => wavBomb(1, 100_000_000), 'MEDIA_TOO_LARGE', /100000000 samples a second/],
  ['faster.wav', () => wavBomb(1, 4_000_000_000), 'MEDIA_DAMAGED', /header/],
  ['endless.flac', () => flacBomb(1, 2n ** 36n - 1n), 'MEDIA_TOO_LARGE', /19088744 hours/],
  ['cover.mp3', () => coverBomb(pngBomb(16_000, 16_000), mp3), 'MEDIA_TOO_LARGE', /256000000 pixels in an attached/],
  ['cover.flac', () => flacCover(pngBomb(16_000, 16_000)), 'MEDIA_TOO_LARGE', /256000000 pixels in an attached/],
  ['jpeg.mp3', () => coverBomb(jpegBomb(16_000, 16_000), mp3), 'MEDIA_TOO_LARGE', /256000000 pixels in an attached/],
  ['gif.mp3', () => coverBomb(gifBomb(16_000, 16_000), mp3), 'MEDIA_TOO_LARGE', /256000000 pixels in an attached/],
  ['tag.mp3', () => tagBomb(80 * MiB, mp3), 'MEDIA_TOO_LARGE', /bytes in its compressed tags/],
  ['fragment.mp4', () => mp4Bomb(emptyIndex(), [fragmentBomb(60_000_000)]), 'MEDIA_DAMAGED', /60000000 samples/],
  [
    'fragments.mp4',
    () =>
      mp4Bomb(
        emptyIndex(),
        Array.from({ length: 100 }, () => fragmentBomb(1_000)),
      ),
    'MEDIA_DAMAGED',
    /fragments announce/,
  ],
  ['no-samples.mp4', () => mp4Bomb(repeatedSamples(2 ** 31 - 1, 0)), 'MEDIA_DAMAGED', /header/],
  [
    'nested.mp4',
    () => bytesFrom(box('ftyp', 'isom', u32(0), 'isom'), nestedBoxes('moov', 100_000)),
    'MEDIA_DAMAGED',
    /header/,
  ],
  ['nested.mkv', () => nestedElements(10_000), 'MEDIA_DAMAGED', /./],
]

/** What may be read, as far as it is true, with little memory. */
const harmless: readonly (readonly [name: string, file: () => Uint8Array])[] = [
  ['text.png', () => pngBomb(10, 10, textBomb(80 * MiB))],
  ['profile.png', () => pngBomb(10, 10, profileBomb(80 * MiB))],
  ['packets.mkv', () => matroskaBomb(80 * MiB)],
  ['samples.mp4', () => mp4Bomb(repeatedSamples(2 ** 31 - 1, 1))],
  ['more-samples.mp4', () => mp4Bomb(repeatedSamples(100_000_000, 1))],
]

function nestedElements(depth: number): Buffer {
  let inner: Buffer = Buffer.alloc(0)
  for (let level = 0; level < depth; level++) inner = element('b6', inner)
  return bytesFrom(element('1a45dfa3', element('4282', 'matroska')), element('18538067', element('1043a770', inner)))
}

for (const [name, file, code, why] of refused)
  test(`${name} is refused for what its header says`, async () => {
    writeFileSync(path(name), file())
    await assert.rejects(readReport({ path: async () => path(name) }), (error) => {
      assert.ok(error instanceof ColophonError, String(error))
      assert.equal(error.code, code, error.message)
      assert.match(error.message, why)
      return true
    })
    // With a third of a gigabyte, Node and libraries included, and for all that is done with a file.
    for (const read of [decodeUntrusted, (...args: [Sandbox, string]) => thumbnailUntrusted(...args, path('t.jpg'))])
      await assert.rejects(read(sandbox, path(name)), { code })
  })

for (const [name, file] of harmless)
  test(`${name} is read without the memory that it asks for`, async () => {
    writeFileSync(path(name), file())
    const { streams } = await decodeUntrusted(sandbox, path(name))
    assert.equal(streams.length, 1)
    assert.ok(streams[0]!.count <= 1)
  })

test('what is within the limits is not refused', async () => {
  const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#483' } })
    .png()
    .toBuffer()
  for (const [name, bytes] of [
    ['fine-cover.mp3', coverBomb(picture, mp3)],
    ['fine-tag.mp3', tagBomb(1000, mp3)],
    ['fine.wav', wavBomb(64, 48_000)],
  ] as const) {
    writeFileSync(path(name), bytes)
    const report = await readReport({ path: async () => path(name) })
    assert.equal(report.kind, 'audio')
  }
})
