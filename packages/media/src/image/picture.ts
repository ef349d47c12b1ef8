import type { Orientation } from '../geometry/orientation.ts'

/** File formats that pictures are read from and written to. */
export const pictureFormats = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const

export type PictureFormat = (typeof pictureFormats)[number]

/** Significant bits of a sample. 10 and 12 are found in AVIF. */
export type BitDepth = 8 | 10 | 12 | 16

/** How a picture was encoded in the file that it came from, as far as can be told. What is written goes by it. */
export interface Encoding {
  /** JPEG: the quality, 1 to 100, whose quantisation tables are the nearest to the file's. */
  readonly quality?: number
  /** JPEG and AVIF, e.g. `4:2:0`. Undefined for grey. */
  readonly chromaSubsampling?: string
  /** WebP and AVIF: whether the pixels were kept exactly. */
  readonly lossless?: boolean
  /** Whether the file shows a coarse picture first: progressive JPEG, interlaced PNG or GIF. */
  readonly progressive?: boolean
  /** Whether the pixels were numbers of a palette. */
  readonly palette?: boolean
  /** Frames or pages in the file, of which this is the first. */
  readonly frames: number
  /** The colours were CMYK and were converted to sRGB. */
  readonly cmyk?: true
}

/**
 * A still picture in memory.
 *
 * Samples are interleaved, rows from the top, pixels from the left, without gaps. Their range is that of the array: 0 to 255 in a
 * `Uint8Array` (bit depth 8), 0 to 65535 in a `Uint16Array` (bit depths 10, 12 and 16). Alpha comes last; the colours are not
 * multiplied by it. Colours are those of the profile in `icc`; without one they are taken as sRGB.
 */
export interface Picture {
  readonly width: number
  readonly height: number
  /** 1: grey; 2: grey and alpha; 3: red, green, blue; 4: red, green, blue, alpha. */
  readonly channels: 1 | 2 | 3 | 4
  readonly samples: Uint8Array | Uint16Array
  readonly bitDepth: BitDepth
  readonly premultiplied: false
  /** How the picture must be turned to be looked at: 1 if the samples are upright. */
  readonly orientation: Orientation
  /** ICC profile. */
  readonly icc?: Uint8Array
  /** EXIF, from its TIFF header on. Its orientation is that of the picture. */
  readonly exif?: Uint8Array
  /** An XMP packet, in UTF-8. */
  readonly xmp?: Uint8Array
  /** IPTC records (IIM). */
  readonly iptc?: Uint8Array
  /** Pixels an inch. */
  readonly density?: number
  /** The format that it came from, and is written in if no other is asked for. */
  readonly format: PictureFormat
  readonly encoding: Encoding
}

/** Whether a picture of so many channels has alpha. */
export const hasAlpha = (channels: number): boolean => channels === 2 || channels === 4
