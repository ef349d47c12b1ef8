import type { Picture } from '@colophon/media'
import type { GreyPlane } from '../image/plane.ts'

type Orientation = Picture['orientation']

/** Where the axes of the stored picture point in the shown one, by EXIF's number: [a, b, c, d] with x' = ax + cy, y' = bx + dy. */
const axes: Readonly<Record<Orientation, readonly [number, number, number, number]>> = {
  1: [1, 0, 0, 1],
  2: [-1, 0, 0, 1],
  3: [-1, 0, 0, -1],
  4: [1, 0, 0, -1],
  5: [0, 1, 1, 0],
  6: [0, 1, -1, 0],
  7: [0, -1, -1, 0],
  8: [0, -1, 1, 0],
}

/** The orientation that undoes another: the quarter turns undo each other, every other one undoes itself. */
export const undoing = (orientation: Orientation): Orientation =>
  orientation === 6 ? 8 : orientation === 8 ? 6 : orientation

/** A plane turned as it is to be looked at; the same one where nothing is to be done. */
export function orientPlane(plane: GreyPlane, orientation: Orientation): GreyPlane {
  if (orientation === 1) return plane
  const { data, width, height } = plane
  const swapped = orientation >= 5
  const shown = { width: swapped ? height : width, height: swapped ? width : height }
  const [a, b, c, d] = axes[orientation]
  const left = a + c < 0 ? shown.width - 1 : 0
  const top = b + d < 0 ? shown.height - 1 : 0
  const right = b * shown.width + a
  const down = d * shown.width + c
  const turned = new Float32Array(data.length)
  for (let y = 0, from = 0; y < height; y++) {
    let to = top * shown.width + left + y * down
    for (let x = 0; x < width; x++, to += right) turned[to] = data[from++]!
  }
  return { data: turned, ...shown }
}
