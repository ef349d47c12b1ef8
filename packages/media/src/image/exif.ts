import { asciiOf, viewOf } from '../read/bytes.ts'

const prefix = 'Exif\0\0'
const orientationTag = 0x0112

/** EXIF from its TIFF header on. Some containers keep it behind the letters "Exif". */
export const withoutPrefix = (exif: Uint8Array): Uint8Array =>
  asciiOf(exif, 0, Math.min(6, exif.length)) === prefix ? exif.subarray(6) : exif

/** EXIF as libvips takes it. */
export const withPrefix = (exif: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(prefix, 'latin1'), withoutPrefix(exif)])

/**
 * A copy of EXIF data with another orientation. Data without that tag, or that cannot be read, stay as they are.
 *
 * @param exif from its TIFF header on (EXIF 3.0, 4.5.2)
 */
export function withOrientation(exif: Uint8Array, orientation: number): Uint8Array {
  const at = orientationAt(exif)
  if (!at) return exif
  const copy = exif.slice()
  viewOf(copy).setUint16(at.value, orientation, at.littleEndian)
  return copy
}

function orientationAt(exif: Uint8Array): { value: number; littleEndian: boolean } | undefined {
  if (exif.length < 14) return undefined
  const order = asciiOf(exif, 0, 2)
  if (order !== 'II' && order !== 'MM') return undefined
  const littleEndian = order === 'II'
  const view = viewOf(exif)
  const directory = view.getUint32(4, littleEndian)
  if (directory + 2 > exif.length) return undefined
  const entries = view.getUint16(directory, littleEndian)
  for (let at = directory + 2; at < directory + 2 + 12 * entries && at + 12 <= exif.length; at += 12)
    if (view.getUint16(at, littleEndian) === orientationTag) return { value: at + 8, littleEndian }
  return undefined
}
