import { determinant, type Matrix } from './matrix.ts'

/** How a copy lies over the picture that was marked. */
export interface Geometry {
  /** From canonical pixels of the mark to pixels of the copy. */
  readonly matrix: Matrix
  /** Degrees clockwise that the copy was turned by, 0 to 360, after any mirroring. */
  readonly rotation: number
  /** Whether the copy is mirrored, left to right. */
  readonly flipped: boolean
  /** Pixels of the copy to a canonical pixel, along the rows and down the columns of the marked picture. */
  readonly scaleX: number
  readonly scaleY: number
  /** Where a tile begins, in canonical pixels from the corner of the copy. */
  readonly offset: { readonly right: number; readonly down: number }
  /** Side of a tile in canonical pixels. */
  readonly tileSize: number
}

/** Reads a matrix as a mirroring, scaling and turn. */
export function geometryOf(matrix: Matrix, offset: { right: number; down: number }, tileSize: number): Geometry {
  const [xx, xy, yx, yy] = matrix
  const flipped = determinant(matrix) < 0
  const side = flipped ? -1 : 1
  // The turn that is nearest to both axes: that of the matrix without its mirroring.
  const angle = Math.atan2(side * yx - xy, side * xx + yy)
  const degrees = (angle * 180) / Math.PI
  return {
    matrix,
    rotation: degrees < 0 ? degrees + 360 : degrees,
    flipped,
    scaleX: Math.hypot(xx, yx),
    scaleY: Math.hypot(xy, yy),
    offset,
    tileSize,
  }
}
