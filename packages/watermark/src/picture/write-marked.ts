import { ColophonError } from '@colophon/core'
import { type BitDepth, type Picture, type WrittenPicture, writePicture } from '@colophon/media'
import type { MarkedFormat } from '../params.ts'

/** Bit depths that formats hold. */
const depths: Readonly<Record<MarkedFormat, readonly BitDepth[]>> = {
  jpeg: [8],
  png: [8, 16],
  webp: [8],
  avif: [8, 10, 12],
  tiff: [8, 16],
  gif: [8],
}

/** Quality of an encoder below which nothing is written unless it is asked for. */
export const leastQuality = 80

/** The format that a marked picture is written in: what was asked for, or its own. */
export const markedFormat = (own: Picture['format'], asked: MarkedFormat | undefined): MarkedFormat => asked ?? own

/** The bit depth of the picture, or the nearest that the format holds. */
export const markedDepth = (format: MarkedFormat, own: BitDepth): BitDepth =>
  depths[format].find((depth) => depth >= own) ?? depths[format].at(-1)!

export interface WriteMarkedOptions {
  readonly format: MarkedFormat
  readonly quality?: number | undefined
  readonly signal?: AbortSignal
  /** What errors call the picture. */
  readonly name: string
}

/**
 * Writes a marked picture as its source was encoded, or better.
 *
 * @throws ColophonError MEDIA_NOT_WRITTEN; the signal's reason
 */
export async function writeMarked(
  picture: Picture,
  target: string,
  options: WriteMarkedOptions,
): Promise<WrittenPicture> {
  const { format, quality, signal, name } = options
  const usual = picture.format === format ? picture.encoding.quality : undefined
  try {
    return await writePicture(picture, target, {
      format,
      bitDepth: markedDepth(format, picture.bitDepth),
      quality: quality ?? Math.max(leastQuality, usual ?? 92),
      ...(signal && { signal }),
    })
  } catch (error) {
    if (!(error instanceof ColophonError) || error.code !== 'MEDIA_NOT_WRITTEN') throw error
    const { why } = error.details as { why: string }
    throw new ColophonError('MEDIA_NOT_WRITTEN', { name: `The marked ${name}`, why }, { cause: error })
  }
}
