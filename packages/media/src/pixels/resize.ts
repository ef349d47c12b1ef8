import { type Plane, strideOf } from '../measure/plane.ts'

/** How pixels between pixels are found, from plain to fine. */
export type ResizeFilter = 'box' | 'bilinear' | 'bicubic' | 'lanczos3'

interface Kernel {
  /** Pixels to either side that have a weight. */
  readonly support: number
  readonly weight: (distance: number) => number
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

/** Of the bicubic family: Catmull-Rom (Keys 1981), which goes through the pixels. */
const a = -0.5

const kernels: Readonly<Record<ResizeFilter, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight: (distance) => {
      const x = Math.abs(distance)
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    },
  },
  lanczos3: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** For each pixel of a line that is made: from which pixel on of the old line, and with which weights. */
interface Taps {
  readonly count: number
  readonly first: Int32Array
  readonly weights: Float64Array
}

/**
 * The weights of one direction. Where a line gets shorter the kernel is widened by as much, so that nothing is left out; at the ends
 * the weights that there are make up the whole.
 */
function tapsOf(from: number, to: number, { support, weight }: Kernel): Taps {
  const scale = from / to
  const widened = Math.max(1, scale)
  const reach = support * widened
  const count = Math.ceil(reach) * 2 + 1
  const first = new Int32Array(to)
  const weights = new Float64Array(to * count)
  for (let index = 0; index < to; index++) {
    const centre = (index + 0.5) * scale
    const begin = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.min(from, Math.floor(centre + reach + 0.5))
    let sum = 0
    for (let at = begin; at < end; at++) {
      const value = weight((at - centre + 0.5) / widened)
      weights[index * count + at - begin] = value
      sum += value
    }
    for (let tap = 0; tap < end - begin; tap++) weights[index * count + tap]! /= sum
    first[index] = begin
  }
  return { count, first, weights }
}

/**
 * Resizes one plane of a picture, with the pixels' centres at halves as everywhere in images: across first, then down.
 *
 * @param filter `bicubic` (Catmull-Rom) by default
 * @returns rows of `width` numbers without gaps, not rounded and not cut off: fine filters overshoot at edges
 * @throws RangeError for sizes that are none
 */
export function resize(plane: Plane, width: number, height: number, filter: ResizeFilter = 'bicubic'): Float32Array {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0))
    throw new RangeError(`A plane has a width and a height in whole pixels, not ${width}x${height}.`)
  const across = resizeAcross(plane, tapsOf(plane.width, width, kernels[filter]), width)
  return resizeDown(across, width, tapsOf(plane.height, height, kernels[filter]), height)
}

function resizeAcross(plane: Plane, { count, first, weights }: Taps, width: number): Float32Array {
  const { height, step = 1, offset = 0 } = plane
  const stride = strideOf(plane)
  const result = new Float32Array(width * height)
  // One kind of array in the inner loop, whatever the plane holds.
  const line = new Float32Array(plane.width + count)
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = offset + y * stride; x < plane.width; x++, at += step) line[x] = plane.data[at]!
    for (let x = 0; x < width; x++) {
      let sum = 0
      const from = first[x]!
      for (let tap = 0, at = x * count; tap < count; tap++, at++) sum += weights[at]! * line[from + tap]!
      result[y * width + x] = sum
    }
  }
  return result
}

function resizeDown(rows: Float32Array, width: number, { count, first, weights }: Taps, height: number): Float32Array {
  const result = new Float32Array(width * height)
  const sums = new Float64Array(width)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[y * count + tap]!
      if (weight === 0) continue
      const from = (first[y]! + tap) * width
      for (let x = 0; x < width; x++) sums[x]! += weight * rows[from + x]!
    }
    result.set(sums, y * width)
  }
  return result
}
