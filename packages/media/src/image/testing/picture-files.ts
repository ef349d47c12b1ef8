import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, crc32, deflateSync } from 'node:zlib'
import type { Sharp } from 'sharp'
import { type Orientation, orientedSize, orientPixels } from '../../geometry/orientation.ts'
import { bytesFrom, u32 } from '../../testing/bytes.ts'
import { writeCarrier } from '../carrier.ts'
import { iptcBlock } from '../iptc.ts'
import { sharp } from '../library.ts'
import type { BitDepth, Picture } from '../picture.ts'

export interface Fixture {
  readonly bytes: Uint8Array
  /** What a reader must give. */
  readonly shows?: Painted
}

type Painted = Pick<Picture, 'width' | 'height' | 'channels' | 'samples' | 'bitDepth'>

const [width, height] = [40, 30]

/** Ramps, an edge and some texture; alpha runs from nothing to all. With `levels`, no more than so many of each channel. */
export function paint(
  channels: Picture['channels'],
  bitDepth: BitDepth,
  alpha: 'ramp' | 'bilevel' = 'ramp',
  levels = 65536,
): Painted {
  const wide = bitDepth > 8
  const samples = wide ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  const unused = wide ? 16 - bitDepth : 0
  const at = (x: number, y: number, channel: number): number => {
    if (channel === channels - 1 && channels % 2 === 0)
      return alpha === 'bilevel' ? Number((x ^ y) & 4) / 4 : Math.min(1, (x + y) / 60)
    const ramp = [x / width, y / height, (x + y) / (width + height)][channel]!
    return x > 25 && y > 12 ? 1 - ramp : ramp + 0.04 * (((x * 7 + y * 5) % 11) / 11)
  }
  const peak = 2 ** bitDepth - 1
  for (let i = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++, i++) {
        const share = Math.min(1, at(x, y, channel))
        const level = Math.round((Math.floor(share * (levels - 1)) / (levels - 1)) * peak)
        // Levels of 10 and 12 bits fill 16 by repeating their upper bits.
        samples[i] = unused ? (level << unused) | (level >> (bitDepth - unused)) : level
      }
  return { width, height, channels, samples, bitDepth }
}

export async function raw({ samples, channels }: Painted): Promise<Sharp> {
  const image = (await sharp())(samples, { raw: { width, height, channels } })
  const wide = samples instanceof Uint16Array
  return image.toColourspace(channels < 3 ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb')
}

type Encoder = (image: Sharp) => Sharp

/** One file of a painted picture; `exact` formats must show just that. */
export const painted =
  (channels: Picture['channels'], bits: BitDepth, encode: Encoder, exact = true, paintAs = paint(channels, bits)) =>
  async (): Promise<Fixture[]> => [
    { bytes: await encode(await raw(paintAs)).toBuffer(), ...(exact && { shows: paintAs }) },
  ]

const xmp =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'

/** A picture in Display P3 with EXIF, XMP and a density. */
export const described = (channels: 3 | 4, bits: BitDepth, encode: Encoder) => async (): Promise<Fixture[]> => {
  const image = (await raw(paint(channels, bits)))
    .withIccProfile('p3')
    .withExif({ IFD0: { Artist: 'A. Painter', ImageDescription: 'Ramps' }, IFD2: { ISOSpeedRatings: '200' } })
    .withXmp(xmp)
    .withDensity(240)
  return [{ bytes: await encode(image).toBuffer() }]
}

/** Eight files that show the same picture, each stored turned another way. */
export const turned = (encode: Encoder, exact: boolean) => async (): Promise<Fixture[]> => {
  const shows = paint(3, 8)
  // What turns a picture back is the orientation itself, except for quarter turns.
  const back = (orientation: Orientation): Orientation => (orientation === 6 ? 8 : orientation === 8 ? 6 : orientation)
  const folder = await mkdtemp(join(tmpdir(), 'colophon-media-'))
  try {
    const made: Fixture[] = []
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
      const size = orientedSize(shows, back(orientation))
      const samples = orientPixels(shows.samples as Uint8Array, shows, 3, back(orientation))
      const carrier = join(folder, `${orientation}`)
      await writeCarrier(carrier, { ...size, channels: 3, samples, orientation })
      const image = (await sharp())(carrier).keepMetadata()
      made.push({ bytes: await encode(image).toBuffer(), ...(exact && { shows }) })
    }
    return made
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A JPEG with IPTC records, which sharp does not write of itself. */
export async function withIptc(): Promise<Fixture[]> {
  const jpeg = await (await raw(paint(3, 8))).jpeg({ quality: 85 }).toBuffer()
  const block = iptcBlock(bytesFrom([0x1c, 2, 5, 0, 5], 'Ramps'))
  const size = Buffer.alloc(2)
  size.writeUInt16BE(block.length + 2)
  return [{ bytes: bytesFrom(jpeg.subarray(0, 2), [0xff, 0xed], size, block, jpeg.subarray(2)) }]
}

/** A PNG of 1-bit grey, which sharp does not write either. */
export async function bilevelPng(): Promise<Fixture[]> {
  const shows = paint(1, 8, 'ramp', 2)
  const rowBytes = Math.ceil(width / 8)
  const rows = Buffer.alloc(height * (1 + rowBytes))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (shows.samples[y * width + x]) rows[y * (1 + rowBytes) + 1 + (x >> 3)]! |= 0x80 >> (x & 7)
  const chunk = (type: string, content: Uint8Array) =>
    bytesFrom(u32(content.length), type, content, u32(crc32(bytesFrom(type, content))))
  const header = bytesFrom(u32(width), u32(height), [1, 0, 0, 0, 0])
  const data = deflateSync(rows, { level: constants.Z_BEST_COMPRESSION })
  const parts = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]
  return [{ bytes: bytesFrom([0x89], 'PNG\r\n\x1a\n', ...parts), shows }]
}

/** Several frames; the first is the picture. */
export const animated = (channels: 3 | 4, encode: Encoder, exact: boolean) => async (): Promise<Fixture[]> => {
  const first = paint(channels, 8, 'bilevel', 5)
  const other = {
    ...first,
    samples: first.samples.map((level, i) => (channels === 4 && i % 4 === 3 ? level : 255 - level)),
  }
  const frames = await Promise.all([first, other].map(async (frame) => (await raw(frame)).png().toBuffer()))
  const image = (await sharp())(frames, { join: { animated: true } })
  return [{ bytes: await encode(image).toBuffer(), ...(exact && { shows: first }) }]
}

export const png: Encoder = (image) => image.png()
export const jpeg: Encoder = (image) => image.jpeg({ quality: 85 })
export const webp: Encoder = (image) => image.webp({ quality: 85 })
export const losslessWebp: Encoder = (image) => image.webp({ lossless: true, exact: true })
export const avif =
  (bitdepth: 8 | 10 | 12): Encoder =>
  (image) =>
    image.avif({ lossless: true, bitdepth, effort: 0 })
export const tiff: Encoder = (image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' })
export const gif: Encoder = (image) => image.gif({ dither: 0 })
