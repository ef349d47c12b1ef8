import { asciiOf, viewOf } from '../read/bytes.ts'

const prefix = 'Exif\0\0'
const tags = { orientation: 0x0112, xResolution: 0x011a, yResolution: 0x011b, resolutionUnit: 0x0128 } as const
const perCentimetre = 3

/** EXIF from its TIFF header on. Some containers keep it behind the letters "Exif". */
export const withoutPrefix = (exif: Uint8Array): Uint8Array =>
  asciiOf(exif, 0, Math.min(6, exif.length)) === prefix ? exif.subarray(6) : exif

/** EXIF as libvips takes it. */
export const withPrefix = (exif: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(prefix, 'latin1'), withoutPrefix(exif)])

/** What is told beside the EXIF as well, and must not be contradicted by it. */
export interface Corrections {
  readonly orientation: number
  /** Pixels an inch. */
  readonly density?: number
}

/**
 * A copy of EXIF data with another orientation and density, where they have these tags. Data that cannot be read stay as they are.
 *
 * @param exif from its TIFF header on (EXIF 3.0, 4.5.2 and 4.6.4)
 */
export function corrected(exif: Uint8Array, { orientation, density }: Corrections): Uint8Array {
  const copy = new Uint8Array(exif)
  const view = viewOf(copy)
  const little = asciiOf(copy, 0, Math.min(2, copy.length)) === 'II'
  const entries = new Map(mainEntries(copy, little))
  const orientationAt = entries.get(tags.orientation)
  if (orientationAt !== undefined) view.setUint16(orientationAt + 8, orientation, little)
  const unitAt = entries.get(tags.resolutionUnit)
  const perUnit = unitAt !== undefined && view.getUint16(unitAt + 8, little) === perCentimetre ? 2.54 : 1
  for (const tag of [tags.xResolution, tags.yResolution]) {
    const at = entries.get(tag)
    const place = at === undefined ? copy.length : view.getUint32(at + 8, little)
    if (density === undefined || place + 8 > copy.length) continue
    const told = (view.getUint32(place, little) / view.getUint32(place + 4, little)) * perUnit
    // Densities are given in whole pixels an inch; what agrees with that may be more exact.
    if (Math.round(told) === Math.round(density)) continue
    view.setUint32(place, Math.round((density / perUnit) * 1000), little)
    view.setUint32(place + 4, 1000, little)
  }
  return copy
}

/** Tags of the main directory, and where their entries of 12 bytes begin. */
function* mainEntries(exif: Uint8Array, little: boolean): Generator<[tag: number, at: number]> {
  if (exif.length < 14 || (!little && asciiOf(exif, 0, 2) !== 'MM')) return
  const view = viewOf(exif)
  const directory = view.getUint32(4, little)
  if (directory + 2 > exif.length) return
  const end = directory + 2 + 12 * view.getUint16(directory, little)
  for (let at = directory + 2; at < end && at + 12 <= exif.length; at += 12) yield [view.getUint16(at, little), at]
}
