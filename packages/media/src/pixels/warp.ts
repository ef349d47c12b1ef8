import { checkPlanes, type Plane, strideOf } from '../measure/plane.ts'
import type { Flow } from '../measure/warping.ts'

/** Weights of the four pixels around a place, at `t` of the way from the second to the third (Catmull-Rom, Keys 1981). */
function cubicWeights(t: number, into: Float64Array): void {
  into[0] = ((-0.5 * t + 1) * t - 0.5) * t
  into[1] = (1.5 * t - 2.5) * t * t + 1
  into[2] = ((-1.5 * t + 2) * t + 0.5) * t
  into[3] = (0.5 * t - 0.5) * t * t
}

const across = new Float64Array(4)
const down = new Float64Array(4)

/**
 * The value between pixels, by bicubic interpolation; beyond the edges the outermost pixels go on.
 *
 * @param x, y in pixels; whole numbers are the pixels' centres
 */
export function sampleAt(plane: Plane, x: number, y: number): number {
  const { data, width, height, step = 1, offset = 0 } = plane
  const stride = strideOf(plane)
  const [left, top] = [Math.floor(x), Math.floor(y)]
  cubicWeights(x - left, across)
  cubicWeights(y - top, down)
  let sum = 0
  for (let row = 0; row < 4; row++) {
    const line = offset + Math.min(height - 1, Math.max(0, top + row - 1)) * stride
    let value = 0
    for (let column = 0; column < 4; column++)
      value += across[column]! * data[line + Math.min(width - 1, Math.max(0, left + column - 1)) * step]!
    sum += down[row]! * value
  }
  return sum
}

/**
 * Fetches every pixel from where a flow field says that it comes from: pixel `(x, y)` of the result is the plane at
 * `(x + u, y + v)`.
 *
 * @param flow of the plane's size
 * @returns rows of `width` numbers without gaps; not rounded and not cut off
 * @throws RangeError if the flow has another size
 */
export function warp(plane: Plane, flow: Flow): Float32Array {
  const { width, height } = plane
  checkPlanes(plane, { data: flow.u as Float32Array, width: flow.width, height: flow.height })
  const result = new Float32Array(width * height)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) result[at] = sampleAt(plane, x + flow.u[at]!, y + flow.v[at]!)
  return result
}
