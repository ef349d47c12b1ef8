import { iccDescription } from '../image/icc.ts'
import { imageHeader } from '../image/open.ts'
import { withBytes } from '../read/bytes.ts'
import type { Format } from '../read/formats.ts'
import type { ImageReport } from './report.ts'

/** Bits by libvips's names of number formats. */
const depths: Readonly<Record<string, number>> = { uchar: 8, char: 8, ushort: 16, short: 16, uint: 32, int: 32 }

/**
 * Everything that the header of a picture tells.
 *
 * @throws ColophonError MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function probeImage(path: string, format: Format): Promise<ImageReport> {
  const header = await imageHeader(path)
  const bitDepth = header.bitsPerSample ?? depths[header.depth]
  const iccProfile = header.icc && iccDescription(header.icc)
  const frames = header.pages ?? 1
  const delay = header.delay?.reduce((sum, milliseconds) => sum + milliseconds, 0) ?? 0
  return {
    kind: 'image',
    format: format.name,
    mediaType: format.mediaType,
    size: await withBytes(path, async ({ size }) => size),
    width: header.width,
    height: header.height,
    displayWidth: header.autoOrient.width,
    displayHeight: header.autoOrient.height,
    orientation: header.orientation ?? 1,
    colourSpace: header.space,
    channels: header.channels,
    ...(bitDepth !== undefined && { bitDepth }),
    alpha: header.hasAlpha,
    ...(iccProfile && { iccProfile }),
    ...(header.chromaSubsampling && { chromaSubsampling: header.chromaSubsampling }),
    progressive: header.isProgressive,
    ...(header.density !== undefined && { density: header.density }),
    frames,
    ...(frames > 1 && delay > 0 && { duration: delay / 1000 }),
    hasExif: header.exif !== undefined,
    hasXmp: header.xmp !== undefined,
  }
}
