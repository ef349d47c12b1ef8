import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import test from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { mse, psnrOf } from '../measure/psnr.ts'
import { probeImage } from '../probe/image.ts'
import { formats } from '../read/formats.ts'
import { scratch } from '../testing/scratch.ts'
import { alphaUse, flatten } from './alpha.ts'
import { hasAlpha, type Picture } from './picture.ts'
import { readPicture } from './read-picture.ts'
import { exifTags } from './testing/exif-tags.ts'
import type { Fixture } from './testing/picture-files.ts'
import { type Kept, type PictureRow, pictureRows } from './testing/picture-rows.ts'
import { writePicture } from './write-picture.ts'

const path = scratch()

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined && b !== undefined && Buffer.from(a).equals(Buffer.from(b))

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Likeness of all samples, in dB. */
function likeness(a: Picture, b: Picture): number {
  const plane = ({ samples }: Picture) => ({ data: samples, width: samples.length, height: 1 })
  return psnrOf(mse(plane(a), plane(b)), a.bitDepth === 8 ? 255 : 65535)
}

/** What the file is found to keep, in the words of the table. */
async function observed(row: PictureRow, fixture: Fixture, index: number): Promise<PictureRow['kept']> {
  const [from, to] = [path(`${row.format}-${index}-from`), path(`${row.format}-${index}-to`)]
  writeFileSync(from, fixture.bytes)
  const before = await probeImage(from, formats[row.format])
  const picture = await readPicture(from)
  const report = await writePicture(picture, to)
  const after = await probeImage(to, formats[row.format])
  const again = await readPicture(to)
  assert.deepEqual([after.displayWidth, after.displayHeight], [before.displayWidth, before.displayHeight])
  assert.equal(after.orientation, 1)
  assert.deepEqual([report.width, report.height, report.format], [after.width, after.height, after.format])
  const found: Record<string, Kept> = {}
  const cmyk = before.colourSpace === 'cmyk'
  const decibels = likeness(picture, again)
  // A lossy format may happen to keep all.
  const all = decibels === Number.POSITIVE_INFINITY && row.kept.pixels !== 'near'
  found.pixels = cmyk ? 'converted' : all ? 'kept' : 'near'
  assert.ok(decibels > 32, `${decibels} dB after it was written again`)
  const bits = row.format === 'gif' ? 8 : (before.bitDepth ?? 8)
  found.bits = again.bitDepth === bits ? 'kept' : again.bitDepth > bits ? 'converted' : 'lost'
  if (alphaUse(picture) !== 'none' && alphaUse(picture) !== 'opaque')
    found.alpha = hasAlpha(again.channels) ? 'kept' : 'lost'
  if (['b-w', 'grey16'].includes(before.colourSpace)) found.grey = again.channels < 3 ? 'kept' : 'converted'
  if (cmyk && before.iccProfile) found.icc = again.icc ? 'lost' : 'converted'
  for (const item of ['icc', 'xmp', 'iptc'] as const)
    if (picture[item]) found[item] = same(picture[item], again[item]) ? 'kept' : 'lost'
  // The bytes of EXIF may be laid out anew.
  if (picture.exif) {
    const tags = exifTags(picture.exif)
    assert.ok(tags.size > 0)
    // The size of the picture, as it is now: it may have been turned.
    for (const [tag, value] of [
      ['a002', picture.width],
      ['a003', picture.height],
    ] as const)
      if (tags.has(`exif ${tag} 4`))
        tags.set(`exif ${tag} 4`, Buffer.from(Uint32Array.of(value).buffer).toString('hex'))
    found.exif = again.exif && isDeepStrictEqual(exifTags(again.exif), tags) ? 'kept' : 'lost'
  }
  if (before.hasExif) found.exif ??= 'lost'
  if (before.hasXmp) found.xmp ??= 'lost'
  // 72 is what libvips takes where a file says nothing.
  if (picture.density !== undefined && picture.density !== 72)
    found.density = again.density === picture.density ? 'kept' : 'lost'
  if (before.orientation !== 1) found.orientation = 'converted'
  if (fixture.shows) {
    const { samples, channels, ...shape } = fixture.shows
    assert.deepEqual({ ...picture, ...shape }, picture)
    // GIF has alpha even where all is opaque.
    const opaque = picture.channels === channels + 1 && alphaUse(picture) === 'opaque'
    const seen = opaque ? flatten(picture, [0, 0, 0]) : picture.samples
    assert.ok(same(bytesOf(seen), bytesOf(samples)), 'it shows what was painted')
  }
  return found as unknown as PictureRow['kept']
}

for (const row of pictureRows) {
  test(`${row.format}, ${row.case}: what the table says is kept`, async () => {
    const fixtures = await row.make()
    assert.ok(fixtures.length > 0)
    const { orientation, exif, ...kept } = row.kept
    for (const [index, fixture] of fixtures.entries()) {
      const { orientation: turned, exif: found, ...rest } = await observed(row, fixture, index)
      assert.deepEqual(rest, kept)
      // The upright one of a series has no orientation to convert.
      if (index > 0 || fixtures.length === 1) assert.deepEqual({ turned, found }, { turned: orientation, found: exif })
    }
  })
}
