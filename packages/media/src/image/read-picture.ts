import type { Metadata, Sharp } from 'sharp'
import { damaged, notRecognised, renamed } from '../failures.ts'
import type { Orientation } from '../geometry/orientation.ts'
import { fillLowBits } from './depth.ts'
import { encodingOf } from './encoding-of.ts'
import { corrected, withoutPrefix } from './exif.ts'
import { iptcRecords } from './iptc.ts'
import { sharp } from './library.ts'
import { type ImageSource, imageHeader, plainReason } from './open.ts'
import { type BitDepth, hasAlpha, type Picture } from './picture.ts'
import { nameOf, type PictureSource, withPicture } from './source.ts'

export interface ReadPictureOptions {
  /** Whether to turn the pixels upright as the file's orientation says. Default true. */
  readonly orient?: boolean
  /** `srgb`: convert the colours from the file's profile to sRGB. Default: leave them as they are. */
  readonly to?: 'srgb'
}

/** Colour spaces of libvips that become a picture as they are: how many channels their colours have, and how many bits. */
const spaces: Readonly<Record<string, { colours: 1 | 3; bits: 8 | 16 }>> = {
  'b-w': { colours: 1, bits: 8 },
  grey16: { colours: 1, bits: 16 },
  srgb: { colours: 3, bits: 8 },
  rgb16: { colours: 3, bits: 16 },
}

/**
 * Reads a still picture: JPEG, PNG, WebP, AVIF, TIFF or GIF; of several frames or pages the first.
 *
 * Nothing is rounded: 16-bit samples stay 16-bit, and colours stay in the file's own space with its profile beside them. Two things
 * cannot stay: CMYK becomes sRGB, by the file's profile or, if it has none, a general one; and colours multiplied by their alpha
 * (in TIFF) are divided by it. Palettes and bi-level pictures are given as the 8-bit samples they stand for.
 *
 * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, MEDIA_WRONG_KIND
 */
export async function readPicture(source: PictureSource, options: ReadPictureOptions = {}): Promise<Picture> {
  try {
    return await withPicture(source, async (file, bytes, format) => {
      const header = await imageHeader(file)
      const { bits, ...decoded } = await decode(file, header, options)
      const bitDepth = bits === 16 && format === 'avif' ? depthOfAvif(header) : bits
      if (bitDepth === 10 || bitDepth === 12) fillLowBits(decoded.samples as Uint16Array, bitDepth)
      const turned = options.orient ?? true
      return {
        ...decoded,
        bitDepth,
        premultiplied: false as const,
        orientation: turned ? 1 : ((header.orientation ?? 1) as Orientation),
        ...metadataOf(header, turned, decoded.converted),
        format,
        encoding: await encodingOf(bytes, format, header),
      } satisfies Picture & { converted: boolean }
    }).then(({ converted: _, ...picture }) => picture)
  } catch (error) {
    throw renamed(error, nameOf(source))
  }
}

/** What lies beside the pixels, as it is to be kept with them. */
function metadataOf(header: Metadata, turned: boolean, converted: boolean) {
  const { icc, exif, xmp, iptc, density } = header
  const plainExif = exif && copyOf(withoutPrefix(exif))
  const records = iptc && iptcRecords(iptc)
  return {
    ...(icc && !converted && { icc: copyOf(icc) }),
    ...(plainExif && { exif: turned ? corrected(plainExif, { orientation: 1 }) : plainExif }),
    ...(xmp && { xmp: copyOf(xmp) }),
    ...(records && { iptc: copyOf(records) }),
    ...(density !== undefined && { density }),
  }
}

const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

const depthOfAvif = (header: Metadata): BitDepth => (header.bitsPerSample === 10 ? 10 : 12)

async function decode(file: ImageSource, header: Metadata, { orient = true, to }: ReadPictureOptions) {
  const { colours, bits, space, image } = await pipeline(file, header, to)
  const oriented = orient ? image.autoOrient() : image
  const { data, info } = await oriented
    .toColourspace(space)
    .raw({ depth: bits === 8 ? 'uchar' : 'ushort' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw damaged(`its pixels cannot be decoded (${plainReason(error)})`, error)
    })
  const all =
    bits === 8
      ? new Uint8Array(data.buffer, data.byteOffset, data.length)
      : new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
  const alpha = header.hasAlpha ? 1 : 0
  const channels = (colours + alpha) as Picture['channels']
  const { width, height } = info
  const samples = onlyChannels(all, width * height, channels)
  const converted = to === 'srgb' || header.space === 'cmyk'
  return { width, height, channels, samples, bits, converted }
}

/** The steps that lead to samples in the wanted space, without one that rounds. */
async function pipeline(file: ImageSource, header: Metadata, to: 'srgb' | undefined) {
  const library = await sharp()
  const open = (ignoreIcc: boolean): Sharp =>
    library(file, {
      page: 0,
      pages: 1,
      failOn: 'error',
      limitInputPixels: false,
      limitInputChannels: 5,
      sequentialRead: true,
      ignoreIcc,
    })
  const wide = header.depth === 'ushort'
  if (header.depth !== 'uchar' && !wide)
    throw notRecognised(`its samples are ${header.depth}; pictures of whole numbers of 8 or 16 bits are read`)
  if (header.space === 'cmyk' && header.channels <= 5) {
    if (!wide) return { colours: 3 as const, bits: 8 as const, space: 'srgb', image: open(false) }
    // Elsewhere in its pipeline sharp converts CMYK to 8 bits only.
    return { colours: 3 as const, bits: 16 as const, space: 'rgb16', image: open(false).pipelineColourspace('rgb16') }
  }
  const found = spaces[header.space]
  if (!found || found.bits !== (wide ? 16 : 8) || header.channels !== found.colours + (header.hasAlpha ? 1 : 0))
    throw notRecognised(`its ${header.channels} channels of colour space "${header.space}" are no grey, RGB or CMYK`)
  if (to === 'srgb' && header.icc) return { ...converting(header, found.bits, open(false)), bits: found.bits }
  // Of 8-bit grey with alpha, sharp would give the grey alone; as RGB it gives both.
  const space = found.bits === 8 && header.channels === 2 ? 'srgb' : header.space
  return { ...found, space, image: open(true) }
}

function converting(header: Metadata, bits: 8 | 16, image: Sharp) {
  if (header.space === 'grey16')
    throw notRecognised('16-bit grey with a colour profile cannot be converted to sRGB; read it without converting')
  if (bits === 8) return { colours: 3 as const, space: 'srgb', image }
  // sharp takes 16-bit colours through Display P3, which holds all of sRGB.
  return { colours: 3 as const, space: 'rgb16', image: image.withIccProfile('srgb', { attach: false }) }
}

/** Drops the channels that came along only because sharp gives RGB for grey. */
function onlyChannels(all: Uint8Array | Uint16Array, pixels: number, channels: number): Uint8Array | Uint16Array {
  const given = all.length / pixels
  if (given === channels) return all
  const kept = all instanceof Uint8Array ? new Uint8Array(pixels * channels) : new Uint16Array(pixels * channels)
  // Grey and alpha: the first and the last of four.
  for (let pixel = 0, to = 0; pixel < pixels; pixel++) {
    kept[to++] = all[pixel * given]!
    if (hasAlpha(channels)) kept[to++] = all[pixel * given + given - 1]!
  }
  return kept
}
