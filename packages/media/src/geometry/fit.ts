export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The largest size with the proportions of `source` that lies within `box`, in whole pixels and at least 1 x 1.
 *
 * @param enlarge whether a source smaller than the box grows to touch it
 */
export function fitInside(source: Size, box: Size, enlarge = false): Size {
  const scale = Math.min(box.width / source.width, box.height / source.height, enlarge ? Number.POSITIVE_INFINITY : 1)
  const side = (length: number, most: number) => Math.max(1, Math.min(most, Math.round(length * scale)))
  return { width: side(source.width, box.width), height: side(source.height, box.height) }
}

/** A ratio of two whole numbers, as media files write frame rates and pixel shapes. */
export interface Ratio {
  readonly num: number
  readonly den: number
}

/**
 * Size of a picture with square pixels, from its coded size and the shape of its pixels (sample aspect ratio). The height stays, as
 * players do. A missing or absurd shape (beyond 16 to 1, only in damaged files) counts as square.
 */
export function squarePixels(coded: Size, shape: Ratio): Size {
  const ratio = shape.num / shape.den
  if (!(ratio >= 1 / 16 && ratio <= 16)) return coded
  return { width: Math.max(1, Math.round(coded.width * ratio)), height: coded.height }
}
