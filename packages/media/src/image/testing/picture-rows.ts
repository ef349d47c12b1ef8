import type { PictureFormat } from '../picture.ts'
import {
  animated,
  avif,
  bilevelPng,
  described,
  type Fixture,
  gif,
  jpeg,
  losslessWebp,
  paint,
  painted,
  png,
  raw,
  tiff,
  turned,
  webp,
  withIptc,
} from './picture-files.ts'

/** What becomes of a property of a picture when it is decoded and written again in the same format. */
export type Kept = 'kept' | 'near' | 'lost' | 'converted'

/** A kind of picture, and what of it is still there after it was decoded, encoded in the same format and decoded again. */
export interface PictureRow {
  readonly format: PictureFormat
  readonly case: string
  /** Properties that the pictures have. `near`: within what the lossy format allows; `converted`: the same look in another form. */
  readonly kept: {
    readonly pixels: 'kept' | 'near' | 'converted'
    readonly bits: Kept
    readonly alpha?: Kept
    /** Whether grey stays one channel. */
    readonly grey?: Kept
    readonly icc?: Kept
    readonly exif?: Kept
    readonly xmp?: Kept
    readonly iptc?: Kept
    readonly density?: Kept
    readonly orientation?: Kept
  }
  readonly note?: string
  /** Makes files of this kind, with what they show where that is known to the bit. */
  readonly make: () => Promise<readonly Fixture[]>
}

const exact = { pixels: 'kept', bits: 'kept' } as const
const lossy = { pixels: 'near', bits: 'kept' } as const
const withAlpha = { ...exact, alpha: 'kept' } as const
const everything = { icc: 'kept', exif: 'kept', xmp: 'kept', density: 'kept' } as const

/** Every kind of picture that is tried, by the format. */
export const pictureRows: readonly PictureRow[] = [
  { format: 'jpeg', case: 'RGB, 4:2:0', kept: lossy, make: painted(3, 8, jpeg, false) },
  {
    format: 'jpeg',
    case: 'RGB, 4:4:4',
    kept: lossy,
    note: 'Quality and subsampling are read from the file and used again; 4:2:2 and others become 4:4:4.',
    make: painted(3, 8, (image) => image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }), false),
  },
  { format: 'jpeg', case: 'grey', kept: { ...lossy, grey: 'kept' }, make: painted(1, 8, jpeg, false) },
  {
    format: 'jpeg',
    case: 'progressive',
    kept: lossy,
    make: painted(3, 8, (image) => image.jpeg({ quality: 85, progressive: true }), false),
  },
  {
    format: 'jpeg',
    case: 'CMYK with its profile',
    kept: { pixels: 'converted', bits: 'kept', icc: 'converted' },
    note: 'CMYK becomes sRGB by its profile, or by a general one if it has none.',
    make: async () => [
      {
        bytes: await (await raw(paint(3, 8)))
          .toColourspace('cmyk')
          .withIccProfile('cmyk')
          .jpeg({ quality: 95 })
          .toBuffer(),
      },
    ],
  },
  {
    format: 'jpeg',
    case: 'Display P3, EXIF, XMP, density',
    kept: { ...lossy, ...everything },
    make: described(3, 8, jpeg),
  },
  { format: 'jpeg', case: 'IPTC', kept: { ...lossy, iptc: 'kept' }, make: withIptc },
  {
    format: 'jpeg',
    case: 'orientation 1 to 8',
    kept: { ...lossy, exif: 'kept', orientation: 'converted' },
    note: 'The pixels are turned upright and the orientation becomes 1, unless it is to be left.',
    make: turned((image) => image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }), false),
  },
  { format: 'png', case: 'grey, 8 bit', kept: { ...exact, grey: 'kept' }, make: painted(1, 8, png) },
  { format: 'png', case: 'grey, 16 bit', kept: { ...exact, grey: 'kept' }, make: painted(1, 16, png) },
  { format: 'png', case: 'grey and alpha, 8 bit', kept: { ...withAlpha, grey: 'kept' }, make: painted(2, 8, png) },
  { format: 'png', case: 'grey and alpha, 16 bit', kept: { ...withAlpha, grey: 'kept' }, make: painted(2, 16, png) },
  { format: 'png', case: 'RGB, 8 bit', kept: exact, make: painted(3, 8, png) },
  { format: 'png', case: 'RGB, 16 bit', kept: exact, make: painted(3, 16, png) },
  { format: 'png', case: 'RGBA, 8 bit', kept: withAlpha, make: painted(4, 8, png) },
  { format: 'png', case: 'RGBA, 16 bit', kept: withAlpha, make: painted(4, 16, png) },
  {
    format: 'png',
    case: 'interlaced, RGBA, 16 bit',
    kept: withAlpha,
    make: painted(4, 16, (image) => image.png({ progressive: true })),
  },
  {
    format: 'png',
    case: 'palette',
    kept: exact,
    note: 'Palettes are read as the colours that they stand for, and written as true colour.',
    make: painted(3, 8, (image) => image.png({ palette: true, colours: 256, dither: 0 }), true, paint(3, 8, 'ramp', 4)),
  },
  {
    format: 'png',
    case: 'grey, 1 bit',
    kept: { pixels: 'kept', bits: 'converted', grey: 'kept' },
    note: 'Samples of 1, 2 and 4 bits are given and written as 8.',
    make: bilevelPng,
  },
  {
    format: 'png',
    case: 'Display P3, EXIF, XMP, density, 16 bit',
    kept: { ...withAlpha, ...everything },
    make: described(4, 16, png),
  },
  {
    format: 'png',
    case: 'orientation 1 to 8',
    kept: { ...exact, exif: 'kept', orientation: 'converted' },
    make: turned(png, true),
  },
  { format: 'webp', case: 'lossy', kept: lossy, make: painted(3, 8, webp, false) },
  { format: 'webp', case: 'lossy with alpha', kept: { ...lossy, alpha: 'kept' }, make: painted(4, 8, webp, false) },
  { format: 'webp', case: 'lossless', kept: exact, make: painted(3, 8, losslessWebp) },
  {
    format: 'webp',
    case: 'lossless with alpha',
    kept: withAlpha,
    note: 'Colours under full transparency are kept too.',
    make: painted(4, 8, losslessWebp),
  },
  {
    format: 'webp',
    case: 'animation',
    kept: withAlpha,
    note: 'The first frame is read.',
    make: animated(4, losslessWebp, true),
  },
  {
    format: 'webp',
    case: 'Display P3, EXIF, XMP, density',
    kept: { ...exact, icc: 'kept', exif: 'kept', xmp: 'kept' },
    note: 'WebP has no density of its own. Grey is written as RGB; more than 8 bits are refused.',
    make: described(3, 8, losslessWebp),
  },
  {
    format: 'webp',
    case: 'orientation 1 to 8',
    kept: { ...exact, exif: 'kept', orientation: 'converted' },
    make: turned(losslessWebp, true),
  },
  {
    format: 'avif',
    case: 'lossy, 8 bit',
    kept: lossy,
    make: painted(3, 8, (image) => image.avif({ quality: 80, effort: 0 }), false),
  },
  {
    format: 'avif',
    case: 'lossy with alpha, 10 bit',
    kept: { ...lossy, alpha: 'kept' },
    make: painted(4, 10, (image) => image.avif({ quality: 80, bitdepth: 10, effort: 0 }), false),
  },
  { format: 'avif', case: 'lossless, 8 bit', kept: exact, make: painted(3, 8, avif(8)) },
  { format: 'avif', case: 'lossless, 10 bit', kept: exact, make: painted(3, 10, avif(10)) },
  { format: 'avif', case: 'lossless with alpha, 8 bit', kept: withAlpha, make: painted(4, 8, avif(8)) },
  { format: 'avif', case: 'lossless with alpha, 12 bit', kept: withAlpha, make: painted(4, 12, avif(12)) },
  {
    format: 'avif',
    case: 'Display P3, EXIF, XMP, density',
    kept: { ...lossy, icc: 'kept', exif: 'kept', xmp: 'kept' },
    note: 'AVIF has no density of its own. Grey is written as RGB; 16 bits are refused. That a file was lossless is told only where it has no profile.',
    make: described(3, 8, avif(8)),
  },
  {
    format: 'avif',
    case: 'orientation 1 to 8',
    kept: { ...exact, exif: 'kept' },
    note: 'Always read upright: the container says how the pixels are turned.',
    make: turned(avif(8), true),
  },
  { format: 'tiff', case: 'grey, 8 bit', kept: { ...exact, grey: 'kept' }, make: painted(1, 8, tiff) },
  { format: 'tiff', case: 'grey, 16 bit', kept: { ...exact, grey: 'kept' }, make: painted(1, 16, tiff) },
  { format: 'tiff', case: 'grey and alpha, 8 bit', kept: { ...withAlpha, grey: 'kept' }, make: painted(2, 8, tiff) },
  { format: 'tiff', case: 'grey and alpha, 16 bit', kept: { ...withAlpha, grey: 'kept' }, make: painted(2, 16, tiff) },
  {
    format: 'tiff',
    case: 'RGB, 8 bit',
    kept: exact,
    make: painted(3, 8, (image) => image.tiff({ compression: 'lzw' })),
  },
  {
    format: 'tiff',
    case: 'RGB, 16 bit',
    kept: exact,
    make: painted(3, 16, (image) => image.tiff({ compression: 'none' })),
  },
  { format: 'tiff', case: 'RGBA, 8 bit', kept: withAlpha, make: painted(4, 8, tiff) },
  {
    format: 'tiff',
    case: 'RGBA, 16 bit',
    kept: withAlpha,
    note: 'Colours that are stored multiplied by alpha are divided by it.',
    make: painted(4, 16, (image) => image.tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 })),
  },
  {
    format: 'tiff',
    case: 'grey, 1 bit',
    kept: { pixels: 'kept', bits: 'converted', grey: 'kept' },
    make: painted(1, 8, (image) => image.tiff({ bitdepth: 1, compression: 'ccittfax4' }), true, paint(1, 8, 'ramp', 2)),
  },
  {
    format: 'tiff',
    case: 'CMYK',
    kept: { pixels: 'converted', bits: 'kept' },
    make: async () => [
      { bytes: await (await raw(paint(3, 8))).toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer() },
    ],
  },
  {
    format: 'tiff',
    case: 'several pages',
    kept: exact,
    note: 'The first page is read.',
    make: animated(3, tiff, true),
  },
  {
    format: 'tiff',
    case: 'Display P3, XMP, density, 16 bit',
    kept: { ...exact, icc: 'kept', xmp: 'kept', density: 'kept' },
    note: 'EXIF in TIFF is not read, and neither EXIF nor IPTC is written.',
    make: described(3, 16, (image) => image.tiff({ compression: 'deflate', xres: 240 / 25.4, yres: 240 / 25.4 })),
  },
  {
    format: 'tiff',
    case: 'orientation 1 to 8',
    kept: { ...exact, orientation: 'converted' },
    make: turned(tiff, true),
  },
  {
    format: 'gif',
    case: 'up to 256 colours',
    kept: exact,
    note: 'More colours are reduced to 256. A profile other than sRGB is refused; EXIF, XMP and density are not held.',
    make: painted(3, 8, gif, true, paint(3, 8, 'ramp', 4)),
  },
  {
    format: 'gif',
    case: 'transparency',
    kept: withAlpha,
    note: 'A pixel is shown or not; alpha between is refused.',
    make: painted(4, 8, gif, false, paint(4, 8, 'bilevel', 4)),
  },
  {
    format: 'gif',
    case: 'interlaced',
    kept: exact,
    make: painted(3, 8, (image) => image.gif({ progressive: true, dither: 0 }), true, paint(3, 8, 'ramp', 4)),
  },
  { format: 'gif', case: 'animation', kept: exact, note: 'The first frame is read.', make: animated(3, gif, true) },
]
