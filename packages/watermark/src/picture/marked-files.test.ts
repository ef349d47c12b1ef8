import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BlobRef } from '@colophon/core'
import { type Picture, readPicture, writePicture } from '@colophon/media'
import { addLuma } from './add-luma.ts'
import { pictureLuma } from './picture-luma.ts'
import { picturePsnr } from './quality.ts'
import { checkStill, readMarkable } from './read-markable.ts'
import { markedDepth, markedFormat, writeMarked } from './write-marked.ts'

const folder = mkdtempSync(join(tmpdir(), 'colophon-marked-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const [width, height] = [48, 40]

/** Smooth ramps, so that coding with loss changes little. */
function ramps(channels: Picture['channels'], wide = false): Picture {
  const peak = wide ? 65535 : 255
  const samples = new (wide ? Uint16Array : Uint8Array)(width * height * channels)
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let channel = 0; channel < channels; channel++) {
      const [x, y] = [(pixel % width) / width, Math.floor(pixel / width) / height]
      const value =
        channel === 3 || (channels === 2 && channel === 1) ? Math.min(1, 2 * x) : 0.3 + 0.4 * (channel % 2 ? y : x)
      samples[pixel * channels + channel] = Math.round(value * peak)
    }
  const common = { premultiplied: false, orientation: 1, format: 'png', encoding: { frames: 1 } } as const
  return { width, height, channels, samples, bitDepth: wide ? 16 : 8, ...common }
}

const wave = {
  data: Float32Array.from({ length: width * height }, (_, at) => 3 * Math.sin((at % width) / 2) + 0.3),
  width,
  height,
}

/** A blob as far as reading a picture needs one. */
const blobOf = (path: string, format: string): BlobRef =>
  Object.assign(Object.create(BlobRef.prototype) as BlobRef, { path: async () => path }) &&
  ({ path: async () => path, facts: { format }, name: 'it.png' } as never)

test('what is added is in the file: in every format, of grey and colours, with alpha and 16 bits', async () => {
  const rows: [Parameters<typeof writeMarked>[2]['format'], Picture, number][] = [
    ['png', ramps(1), 0],
    ['png', ramps(2), 0],
    ['png', ramps(3), 0],
    ['png', ramps(4), 0],
    ['png', ramps(3, true), 0],
    ['png', ramps(4, true), 0],
    ['tiff', ramps(3, true), 0],
    ['tiff', ramps(4), 0],
    ['jpeg', ramps(3), 1.5],
    ['jpeg', ramps(1), 1.5],
    ['webp', ramps(3), 2],
    ['avif', ramps(3), 2],
  ]
  for (const [index, [format, picture, off]] of rows.entries()) {
    const path = join(folder, `row${index}.${format}`)
    const marked = addLuma(picture, wave)
    await writeMarked(marked, path, { format, name: 'it' })
    const again = await readPicture(path)
    assert.equal(again.bitDepth, picture.bitDepth)
    const [wanted, found] = [pictureLuma(marked).data, pictureLuma(again).data]
    const worst = wanted.reduce((most, value, at) => Math.max(most, Math.abs(value - found[at]!)), 0)
    assert.ok(worst <= off + 4, `${format} ${picture.channels}: ${worst}`)
    const psnr = picturePsnr(marked, again)
    assert.ok(off === 0 ? psnr === null : psnr === null || psnr > 44, `${format} ${picture.channels}: ${psnr} dB`)
  }
})

test('the file keeps orientation, profile, EXIF and density, and is marked as it is looked at', async () => {
  const source = join(folder, 'turned.jpg')
  await writePicture({ ...ramps(3), orientation: 6, density: 300 }, source, { format: 'jpeg', quality: 97 })
  const picture = await readMarkable(blobOf(source, 'jpeg'), undefined)
  assert.deepEqual([picture.orientation, picture.width, picture.height], [6, width, height])
  const luma = pictureLuma(picture)
  assert.deepEqual([luma.width, luma.height], [height, width])
  const target = join(folder, 'turned-marked.jpg')
  const added = { ...luma, data: luma.data.map(() => 2) }
  await writeMarked(addLuma(picture, added), target, { format: 'jpeg', name: 'it' })
  const again = await readPicture(target, { orient: false })
  assert.deepEqual([again.orientation, again.density, again.encoding.quality], [6, 300, 97])
  // AVIF cannot say how it is to be turned: its pixels are.
  assert.equal((await readMarkable(blobOf(source, 'jpeg'), 'avif')).orientation, 1)
})

test('a JPEG is written with the quality it had, or better', async () => {
  for (const [own, asked, written] of [
    [95, undefined, 95],
    [60, undefined, 80],
    [60, 70, 70],
  ] as const) {
    const source = join(folder, `quality${own}.jpg`)
    await writePicture(ramps(3), source, { format: 'jpeg', quality: own })
    const picture = await readMarkable(blobOf(source, 'jpeg'), undefined)
    const target = join(folder, `quality${own}-marked.jpg`)
    await writeMarked(picture, target, { format: 'jpeg', quality: asked, name: 'it' })
    assert.equal((await readPicture(target)).encoding.quality, written)
  }
})

test('the format is that which was asked for, and the depth the nearest that it holds', () => {
  assert.deepEqual([markedFormat('webp', undefined), markedFormat('png', 'avif')], ['webp', 'avif'])
  const depths = [markedDepth('jpeg', 16), markedDepth('png', 10), markedDepth('avif', 16), markedDepth('tiff', 8)]
  assert.deepEqual(depths, [8, 16, 12, 8])
})

test('what a format cannot hold is an error that names the picture', async () => {
  const target = join(folder, 'refused.jpg')
  await assert.rejects(writeMarked(ramps(4), target, { format: 'jpeg', name: 'logo.png' }), {
    code: 'MEDIA_NOT_WRITTEN',
    message: /^The marked logo\.png was not written: jpeg does not hold its transparency/,
  })
})

test('animations, several pages and CMYK are refused, each by its name', async () => {
  const many = (format: Picture['format']) => ({ ...ramps(3), format, encoding: { frames: 12 } })
  assert.throws(() => checkStill(many('webp'), 'a.webp'), {
    code: 'MEDIA_WRONG_KIND',
    message: 'a.webp is an animation of 12 frames, and a single still picture is wanted.',
  })
  assert.throws(() => checkStill(many('tiff'), 'a.tif'), { message: /^a\.tif is a file of 12 pages, and/ })
  checkStill(ramps(3), 'a.png')
})
