import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ColophonError } from '@colophon/core'
import type { Sharp } from 'sharp'
import { PartialFile } from '../write/partial-file.ts'
import { alphaUse, type Background, flatten } from './alpha.ts'
import { type Carried, writeCarrier } from './carrier.ts'
import { toBitDepth } from './depth.ts'
import { corrected, withPrefix } from './exif.ts'
import { iccDescription, iccSpace } from './icc.ts'
import { iptcBlock } from './iptc.ts'
import { sharp } from './library.ts'
import { plainReason } from './open.ts'
import { type BitDepth, hasAlpha, type Picture, type PictureFormat } from './picture.ts'

export interface WritePictureOptions {
  /** Default: the picture's own. */
  readonly format?: PictureFormat
  /**
   * JPEG, WebP and AVIF: 1 to 100. Default: what a JPEG was encoded with when it is written as JPEG again; else 90, of AVIF 75.
   */
  readonly quality?: number
  /** WebP and AVIF: keep every sample exactly. Default: as the file it came from, where that is of the same format. */
  readonly lossless?: boolean
  /** PNG: 0 (none) to 9. TIFF: by name. Default 6 and `deflate`; both lose nothing. */
  readonly compression?: number | 'none' | 'lzw' | 'deflate' | 'packbits'
  /** JPEG and AVIF. Default: as the file it came from, if of the same format; else `4:2:0` below quality 90. */
  readonly chromaSubsampling?: '4:2:0' | '4:4:4'
  /** How hard to try for a small file: WebP 0 to 6 (default 4), AVIF 0 to 9 (default 4), GIF 1 to 10 (default 7). */
  readonly effort?: number
  /** JPEG: progressive; PNG and GIF: interlaced. Default: as the file it came from. */
  readonly progressive?: boolean
  /** Default: the picture's own. Fewer bits than it has are written only when asked for here. */
  readonly bitDepth?: BitDepth
  /** What shows through where alpha cannot be kept. Without it such a picture is refused. */
  readonly background?: Background
  /** Whether to put back profile, EXIF, XMP, IPTC and density. Default true. */
  readonly metadata?: boolean
  readonly signal?: AbortSignal
}

/** What was written, and what the format could not hold. */
export interface WrittenPicture {
  readonly format: PictureFormat
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly bitDepth: BitDepth
  /** Bytes of the file. */
  readonly size: number
  /** What lay beside the pixels and is not in the file. */
  readonly lost: readonly ('icc' | 'exif' | 'xmp' | 'iptc' | 'density')[]
}

interface Ability {
  readonly bitDepths: readonly BitDepth[]
  readonly alpha: 'none' | 'bilevel' | 'blended'
  /** Whether grey stays grey; else it is written as three equal channels. */
  readonly grey: boolean
  readonly orientation: boolean
  readonly keeps: readonly ('icc' | 'exif' | 'xmp' | 'iptc' | 'density')[]
}

/** What the formats hold, as sharp writes them. */
export const abilities: Readonly<Record<PictureFormat, Ability>> = {
  jpeg: {
    bitDepths: [8],
    alpha: 'none',
    grey: true,
    orientation: true,
    keeps: ['icc', 'exif', 'xmp', 'iptc', 'density'],
  },
  png: {
    bitDepths: [8, 16],
    alpha: 'blended',
    grey: true,
    orientation: true,
    keeps: ['icc', 'exif', 'xmp', 'density'],
  },
  webp: { bitDepths: [8], alpha: 'blended', grey: false, orientation: true, keeps: ['icc', 'exif', 'xmp'] },
  avif: { bitDepths: [8, 10, 12], alpha: 'blended', grey: false, orientation: false, keeps: ['icc', 'exif', 'xmp'] },
  tiff: { bitDepths: [8, 16], alpha: 'blended', grey: true, orientation: true, keeps: ['icc', 'xmp', 'density'] },
  gif: { bitDepths: [8], alpha: 'bilevel', grey: false, orientation: false, keeps: [] },
}

/**
 * Writes a picture as JPEG, PNG, WebP, AVIF, TIFF or GIF. The file appears under its name when it is whole; one that has that name
 * is replaced.
 *
 * What a format cannot hold of the pixels is refused: more bits than it has (unless `bitDepth` asks for fewer), alpha (unless
 * `background` says what shows through, or nothing does), colours that mean something else without their profile. What it cannot
 * hold beside them is told in `lost`.
 *
 * @param target path of the file
 * @throws ColophonError MEDIA_NOT_WRITTEN, FILE_NOT_FOUND, FILE_IS_DIRECTORY
 */
export async function writePicture(
  picture: Picture,
  target: string,
  options: WritePictureOptions = {},
): Promise<WrittenPicture> {
  const format = options.format ?? picture.format
  const refuse = (why: string, cause?: unknown) =>
    new ColophonError('MEDIA_NOT_WRITTEN', { name: basename(target), why }, { cause })
  checkShape(picture)
  const { carried, bitDepth, lost } = fitted(picture, format, options, refuse)
  options.signal?.throwIfAborted()
  await using file = await PartialFile.for(target)
  const beside =
    carried.icc || carried.exif || carried.xmp || carried.iptc || carried.density || carried.orientation !== 1
  // Two files at once would be waste where there is nothing but samples.
  await using carrier = beside ? await PartialFile.for(target) : undefined
  try {
    if (carrier) await writeCarrier(carrier.path, carried)
    const image = await opened(carried, carrier?.path)
    await encoded(image, picture, carried, format, bitDepth, options).toFile(file.path)
  } catch (error) {
    throw refuse(plainReason(error as Error), error)
  }
  options.signal?.throwIfAborted()
  const { size } = await stat(file.path)
  await file.finish()
  const { width, height, channels } = carried
  return { format, width, height, channels, bitDepth, size, lost }
}

function checkShape({ width, height, channels, samples, bitDepth }: Picture): void {
  if (samples.length !== width * height * channels)
    throw new RangeError(
      `A picture of ${width}x${height} pixels and ${channels} channels has ${samples.length} samples.`,
    )
  if (samples instanceof Uint8Array !== (bitDepth === 8))
    throw new RangeError(`A picture of ${bitDepth} bits has its samples in a ${samples.constructor.name}.`)
}

type Refusal = (why: string) => ColophonError

/** The picture as the format can hold it. */
function fitted(picture: Picture, format: PictureFormat, options: WritePictureOptions, refuse: Refusal) {
  const ability = abilities[format]
  const { metadata = true, background } = options
  const bitDepth = options.bitDepth ?? picture.bitDepth
  if (!ability.bitDepths.includes(bitDepth))
    throw refuse(`${format} does not hold ${bitDepth} bits; ask for a bitDepth of ${ability.bitDepths.join(' or ')}`)
  const use = alphaUse(picture)
  const fits = use === 'none' || use === 'opaque' || ability.alpha === 'blended' || ability.alpha === use
  if (!fits && !background)
    throw refuse(`${format} does not hold its transparency; give a background that shows through instead`)
  const flat = hasAlpha(picture.channels) && (ability.alpha === 'none' || !fits)
  const samples = flat ? flatten(picture, background ?? [0, 0, 0]) : picture.samples
  const channels = (flat ? picture.channels - 1 : picture.channels) as Picture['channels']
  checkProfile(picture.icc, channels, format, metadata, refuse)
  if (picture.orientation !== 1 && !ability.orientation)
    throw refuse(`${format} does not hold an orientation; read the picture with its pixels turned upright`)
  const keeps = (item: Ability['keeps'][number]) => metadata && ability.keeps.includes(item)
  const { icc, exif, xmp, iptc, density, orientation, width, height } = picture
  const carried: Carried = {
    width,
    height,
    channels,
    samples: toBitDepth(samples, picture.bitDepth, bitDepth),
    orientation,
    ...(icc && keeps('icc') && { icc }),
    ...(exif && keeps('exif') && { exif: withPrefix(corrected(exif, picture)) }),
    ...(xmp && keeps('xmp') && { xmp }),
    ...(iptc && keeps('iptc') && { iptc: iptcBlock(iptc) }),
    ...(density && keeps('density') && { density }),
  }
  const beside = { icc, exif, xmp, iptc, density }
  const lost = (Object.keys(beside) as (keyof typeof beside)[]).filter((item) => beside[item] && !carried[item])
  return { carried, bitDepth, lost }
}

/** Colours mean something else without their profile, or with one for other channels. */
function checkProfile(
  icc: Uint8Array | undefined,
  channels: number,
  format: PictureFormat,
  metadata: boolean,
  refuse: Refusal,
): void {
  if (!icc) return
  const kept = metadata && abilities[format].keeps.includes('icc')
  if (!kept && !/srgb/i.test(iccDescription(icc) ?? ''))
    throw refuse('its colours would mean something else without their profile; read the picture with { to: "srgb" }')
  const grey = iccSpace(icc) === 'GRAY'
  if (kept && grey && !abilities[format].grey)
    throw refuse(`${format} does not hold grey with a profile; read the picture with { to: "srgb" }`)
  if (kept && grey !== channels < 3)
    throw refuse(`its profile is for ${grey ? 'grey' : 'colours'} and its pixels are not; leave the profile out`)
}

async function opened({ samples, width, height, channels }: Carried, path: string | undefined): Promise<Sharp> {
  const library = await sharp()
  const limits = { limitInputPixels: false, limitInputChannels: 5, sequentialRead: true } as const
  if (path) return library(path, limits).keepMetadata()
  return library(samples, { ...limits, raw: { width, height, channels } })
}

function encoded(
  image: Sharp,
  { encoding, format: original }: Picture,
  carried: Carried,
  format: PictureFormat,
  bitDepth: BitDepth,
  options: WritePictureOptions,
): Sharp {
  const same = original === format ? encoding : undefined
  const { progressive = encoding.progressive ?? false } = options
  const lossless = options.lossless ?? same?.lossless ?? false
  const quality = options.quality ?? same?.quality ?? (format === 'avif' ? 75 : 90)
  const chromaSubsampling = options.chromaSubsampling ?? subsamplingFor(same?.chromaSubsampling, quality)
  const wide = carried.samples instanceof Uint16Array
  const grey = carried.channels < 3
  const inPlace = image.toColourspace(wide ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb')
  switch (format) {
    case 'jpeg':
      return inPlace.jpeg({ quality, chromaSubsampling, progressive, optimiseCoding: true })
    case 'png':
      return inPlace.png({ compressionLevel: numberOf(options.compression) ?? 6, progressive, adaptiveFiltering: true })
    case 'webp':
      // Colours under full transparency are kept only when exact.
      return inPlace.webp({ quality, lossless, exact: lossless, effort: options.effort ?? 4 })
    case 'avif':
      return inPlace.avif({
        quality,
        lossless,
        chromaSubsampling: lossless ? '4:4:4' : chromaSubsampling,
        effort: options.effort ?? 4,
        bitdepth: bitDepth as 8 | 10 | 12,
      })
    case 'tiff':
      return inPlace.tiff({
        compression: typeof options.compression === 'string' ? options.compression : 'deflate',
        predictor: 'horizontal',
        // libtiff counts to 4 GiB otherwise.
        bigtiff: carried.samples.byteLength > 2 ** 32 - 2 ** 26,
        ...(carried.density && { xres: carried.density / 25.4, yres: carried.density / 25.4, resolutionUnit: 'inch' }),
      })
    case 'gif':
      return inPlace.gif({ effort: options.effort ?? 7, progressive })
  }
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** sharp writes these two. Where the source had something between, nothing is lost by keeping all. */
const subsamplingFor = (original: string | undefined, quality: number): '4:2:0' | '4:4:4' =>
  original === undefined ? (quality < 90 ? '4:2:0' : '4:4:4') : original === '4:2:0' ? '4:2:0' : '4:4:4'
