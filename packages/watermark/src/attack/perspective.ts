import type { Picture } from '@colophon/media'
import { type Homography, project } from './project.ts'
import type { SeededRandom } from './random.ts'

/** A place in a picture. */
type Corner = readonly [number, number]

/**
 * Shows the quadrangle whose corners lie inwards of the picture's, each by up to a share of the sides left to chance, as the whole
 * picture.
 */
export function changePerspective(picture: Picture, share: number, random: SeededRandom): Picture {
  const { width, height } = picture
  const [right, bottom] = [width - 1, height - 1]
  const inward = (): Corner => [random.uniform() * share * width, random.uniform() * share * height]
  const [a, b, c, d] = [inward(), inward(), inward(), inward()]
  const corners: readonly [Corner, Corner, Corner, Corner] = [
    [a[0], a[1]],
    [right - b[0], b[1]],
    [right - c[0], bottom - c[1]],
    [d[0], bottom - d[1]],
  ]
  return project(picture, { width, height, inverse: fromRectangle(right, bottom, corners), background: 0 })
}

/**
 * The homography that takes the rectangle from (0, 0) to (right, bottom) to a quadrangle, given from the upper left corner clockwise.
 * P. S. Heckbert, "Fundamentals of texture mapping and image warping", 1989, section 2.2.3.
 */
export function fromRectangle(
  right: number,
  bottom: number,
  [[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: readonly [Corner, Corner, Corner, Corner],
): Homography {
  const [dx1, dy1] = [x1 - x2, y1 - y2]
  const [dx2, dy2] = [x3 - x2, y3 - y2]
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const whole = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / whole
  const h = (dx1 * sy - sx * dy1) / whole
  return [
    (x1 - x0 + g * x1) / right,
    (x3 - x0 + h * x3) / bottom,
    x0,
    (y1 - y0 + g * y1) / right,
    (y3 - y0 + h * y3) / bottom,
    y0,
    g / right,
    h / bottom,
    1,
  ]
}
