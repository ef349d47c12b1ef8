import { checkPlanes, type Plane, strideOf } from '../measure/plane.ts'
import type { Flow } from '../measure/warping.ts'

/**
 * The value between pixels, by bicubic interpolation (Catmull-Rom, Keys 1981); beyond the edges the outermost pixels go on.
 *
 * @param x, y in pixels; whole numbers are the pixels' centres
 */
export function sampleAt(plane: Plane, x: number, y: number): number {
  const { data, width, height, step = 1, offset = 0 } = plane
  const stride = strideOf(plane)
  // Further out nothing changes any more, and whole numbers stay within 32 bits.
  const px = Math.min(Math.max(x, -2), width + 1)
  const py = Math.min(Math.max(y, -2), height + 1)
  const left = Math.floor(px) | 0
  const top = Math.floor(py) | 0
  const s = px - left
  const t = py - top
  // Written out without arrays: this is done for every pixel of a frame.
  const c0 = clamped(left - 1, width) * step
  const c1 = clamped(left, width) * step
  const c2 = clamped(left + 1, width) * step
  const c3 = clamped(left + 2, width) * step
  const w0 = ((-0.5 * s + 1) * s - 0.5) * s
  const w1 = (1.5 * s - 2.5) * s * s + 1
  const w2 = ((-1.5 * s + 2) * s + 0.5) * s
  const w3 = (0.5 * s - 0.5) * s * s
  let line = offset + clamped(top - 1, height) * stride
  const above = w0 * data[line + c0]! + w1 * data[line + c1]! + w2 * data[line + c2]! + w3 * data[line + c3]!
  line = offset + clamped(top, height) * stride
  const first = w0 * data[line + c0]! + w1 * data[line + c1]! + w2 * data[line + c2]! + w3 * data[line + c3]!
  line = offset + clamped(top + 1, height) * stride
  const second = w0 * data[line + c0]! + w1 * data[line + c1]! + w2 * data[line + c2]! + w3 * data[line + c3]!
  line = offset + clamped(top + 2, height) * stride
  const below = w0 * data[line + c0]! + w1 * data[line + c1]! + w2 * data[line + c2]! + w3 * data[line + c3]!
  return (
    ((-0.5 * t + 1) * t - 0.5) * t * above +
    ((1.5 * t - 2.5) * t * t + 1) * first +
    ((-1.5 * t + 2) * t + 0.5) * t * second +
    (0.5 * t - 0.5) * t * t * below
  )
}

const clamped = (at: number, length: number): number => (at < 0 ? 0 : at >= length ? length - 1 : at)

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
