import { resize } from '@colophon/media'
import type { GreyPlane } from './plane.ts'
import { canonicalScale } from './tile.ts'

/** A picture at the scale that it is marked at. */
export interface Canonical {
  readonly luma: GreyPlane
  /** Pixels of the picture to one of `luma`, across and down: 1 for small pictures. */
  readonly scaleX: number
  readonly scaleY: number
}

/** Brings a picture's short side down to the canonical one; smaller pictures stay as they are. */
export function canonicalOf(luma: GreyPlane): Canonical {
  const scale = canonicalScale(luma.width, luma.height)
  return resized(luma, Math.round(luma.width / scale), Math.round(luma.height / scale))
}

/** A picture of another size, and the scales between them. */
export function resized(luma: GreyPlane, width: number, height: number): Canonical {
  if (width === luma.width && height === luma.height) return { luma, scaleX: 1, scaleY: 1 }
  // The finest waves of a mark are 3.3 pixels long, so what bilinear filters take of them does no harm to what is read.
  const data = resize(luma, width, height, 'bilinear')
  return { luma: { data, width, height }, scaleX: luma.width / width, scaleY: luma.height / height }
}
