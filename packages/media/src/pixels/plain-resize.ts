import { type Plane, strideOf } from '../measure/plane.ts'
import type { Taps } from './resize-taps.ts'

/** Resizing without a kernel, which `ResizePlan` is held to: the same sums in the same order. */
export function plainResize(plane: Plane, across: Taps, down: Taps): Float32Array {
  const [width, height] = [across.first.length, down.first.length]
  const rows = plainAcross(plane, across, width)
  const result = new Float32Array(width * height)
  const sums = new Float64Array(width)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    for (let tap = 0; tap < down.count; tap++) {
      const weight = down.weights[y * down.count + tap]!
      if (weight === 0) continue
      const from = (down.first[y]! + tap) * width
      for (let x = 0; x < width; x++) sums[x]! += weight * rows[from + x]!
    }
    result.set(sums, y * width)
  }
  return result
}

function plainAcross(plane: Plane, { count, first, weights }: Taps, width: number): Float32Array {
  const { height, step = 1, offset = 0 } = plane
  const stride = strideOf(plane)
  const result = new Float32Array(width * height)
  const line = new Float32Array(plane.width + count)
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = offset + y * stride; x < plane.width; x++, at += step) line[x] = plane.data[at]!
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let tap = 0; tap < count; tap++) sum += weights[x * count + tap]! * line[first[x]! + tap]!
      result[y * width + x] = sum
    }
  }
  return result
}
