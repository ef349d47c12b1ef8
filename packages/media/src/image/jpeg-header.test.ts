import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { bytesOf } from '../read/bytes.ts'
import { bytesFrom } from '../testing/bytes.ts'
import { jpegHeader } from './jpeg-header.ts'

const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: '#842' } })

test('the quality of a JPEG is read out of its quantisation tables', async () => {
  for (const quality of [1, 5, 10, 25, 49, 50, 51, 75, 80, 90, 95, 99, 100])
    assert.equal((await jpegHeader(bytesOf(await picture.clone().jpeg({ quality }).toBuffer()))).quality, quality)
})

test('tables of another make are told by the nearest quality', async () => {
  const own = await picture.clone().jpeg({ quality: 80, quantisationTable: 3 }).toBuffer()
  const { quality } = await jpegHeader(bytesOf(own))
  assert.ok(quality! > 55 && quality! < 90, `${quality}`)
})

test('the subsampling of a JPEG is read out of its frame header', async () => {
  for (const chromaSubsampling of ['4:4:4', '4:2:0'] as const) {
    const jpeg = await picture.clone().jpeg({ chromaSubsampling }).toBuffer()
    assert.equal((await jpegHeader(bytesOf(jpeg))).chromaSubsampling, chromaSubsampling)
    const progressive = await picture.clone().jpeg({ chromaSubsampling, progressive: true }).toBuffer()
    assert.equal((await jpegHeader(bytesOf(progressive))).chromaSubsampling, chromaSubsampling)
  }
  const frame = (luma: number) =>
    bytesFrom([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 9, 0, 9, 3, 1, luma, 0, 2, 0x11, 1, 3, 0x11, 1])
  for (const [luma, name] of [
    [0x21, '4:2:2'],
    [0x12, '4:4:0'],
    [0x41, '4:1:1'],
    [0x31, 'other'],
  ] as const)
    assert.equal((await jpegHeader(bytesOf(frame(luma)))).chromaSubsampling, name)
  const grey = await picture.clone().toColourspace('b-w').jpeg().toBuffer()
  assert.equal((await jpegHeader(bytesOf(grey))).chromaSubsampling, undefined)
})

test('a damaged header tells nothing and does no harm', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      await jpegHeader(bytesOf(bytesFrom([0xff, 0xd8, 0xff, 0xdb], noise)))
      await jpegHeader(bytesOf(bytesFrom([0xff, 0xd8, 0xff, 0xc0], noise)))
    }),
  )
})
