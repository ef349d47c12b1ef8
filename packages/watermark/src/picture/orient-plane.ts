import { orientationAxes, orientedSize, type Picture } from '@colophon/media'
import type { GreyPlane } from '../image/plane.ts'

type Orientation = Picture['orientation']

/** The orientation that undoes another: the quarter turns undo each other, every other one undoes itself. */
export const undoing = (orientation: Orientation): Orientation =>
  orientation === 6 ? 8 : orientation === 8 ? 6 : orientation

/** A plane turned as it is to be looked at; the same one where nothing is to be done. */
export function orientPlane(plane: GreyPlane, orientation: Orientation): GreyPlane {
  if (orientation === 1) return plane
  const { data, width, height } = plane
  const shown = orientedSize({ width, height }, orientation)
  const [a, b, c, d] = orientationAxes[orientation]
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
