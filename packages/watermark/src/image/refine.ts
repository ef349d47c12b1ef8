import type { TileSpectrum } from './fold.ts'
import { inverse, type Matrix } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import { Parts } from './refine-parts.ts'
import { findSync, type Sync, type TilePlace } from './sync.ts'
import type { TilePattern } from './tile.ts'

/** A picture read in parts. */
export interface Refined {
  /** From canonical pixels to pixels of the residual: the best affine map. */
  readonly matrix: Matrix
  /** What the parts hold together, as a tile that lies as `sync` says. */
  readonly spectrum: TileSpectrum
  readonly sync: Sync
  /** Whether the parts came together much better by a motion that no affine map has: perspective, bent paper, a lens. */
  readonly bent: boolean
}

/** What an affine motion must have come to before a bent one is looked for, in standard deviations: chance comes to 5 or 6. */
const worthBending = 6.5

/** What bending must add to the square of z: six more numbers that are chosen add six by chance, and hardly ever as much as this. */
const leastOfBending = 25

/**
 * Makes a geometry exact. The picture is read in parts, each by itself; then the motion of the parts against one another is looked for
 * by which all their known waves come together the best: an affine one, and one that is bent if that shows much more. It costs little more
 * than reading the picture once.
 *
 * It finds what is off by up to two or three canonical pixels at the picture's edge. What it finds fits chance better, too: how sure a
 * mark is must be told from the geometry that came in.
 *
 * @param matrix from canonical pixels to pixels of the residual
 * @param place how the tile lies with that matrix
 */
export function refine(residual: GreyPlane, matrix: Matrix, place: TilePlace, pattern: TilePattern): Refined {
  const parts = new Parts(residual, matrix, place, pattern)
  parts.climb(3)
  const affine = parts.motion.slice()
  const flat = parts.z
  let bent = false
  // Four parts have no more motion than an affine map, nearly.
  if (parts.count >= 6 && flat >= worthBending) {
    parts.climb(6)
    bent = parts.z ** 2 - flat ** 2 >= leastOfBending
    if (!bent) parts.motion.set(affine)
  }
  const { motion } = parts
  // Where parts lie -1 and -1 is the corner that tiles are counted from.
  const right = place.right + motion[0]! - motion[1]! - motion[2]!
  const down = place.down + motion[6]! - motion[7]! - motion[8]!
  const inverted = place.inverted ?? false
  // Between cells less would be seen of it: it is looked for where it begins at a corner.
  const found = findSync(parts.spectrum(), pattern)
  return {
    matrix: moved(matrix, motion, residual),
    spectrum: parts.spectrum({ right, down, inverted }),
    sync: {
      z: found.z,
      right: right + nearZero(found.right, pattern.size),
      down: down + nearZero(found.down, pattern.size),
      inverted: found.inverted !== inverted,
    },
    bent,
  }
}

/** The same place of a tile, within half a tile of its corner. */
const nearZero = (cells: number, size: number): number => (cells > size / 2 ? cells - size : cells)

/** The matrix of {@link refine} alone. */
export const refineMatrix = (residual: GreyPlane, matrix: Matrix, place: TilePlace, pattern: TilePattern): Matrix => {
  const parts = new Parts(residual, matrix, place, pattern)
  parts.climb(3)
  return moved(matrix, parts.motion, residual)
}

/** The matrix with the affine part of a motion taken back: parts lie from -1 to 1, half a side of the picture each way. */
function moved(matrix: Matrix, motion: Float64Array, { width, height }: GreyPlane): Matrix {
  const [ux, uy, vx, vy] = inverse(matrix)
  return inverse([
    ux - (2 * motion[1]!) / width,
    uy - (2 * motion[2]!) / height,
    vx - (2 * motion[7]!) / width,
    vy - (2 * motion[8]!) / height,
  ])
}
