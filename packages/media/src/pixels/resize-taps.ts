/**
 * How pixels between pixels are found, from plain to fine: `box`, the mean of an area; `bilinear`; two of the bicubic family,
 * `mitchell`, which hardly overshoots at edges, and `bicubic` (Catmull-Rom), which goes through the pixels; `lanczos3`.
 */
export type ResizeFilter = 'box' | 'bilinear' | 'mitchell' | 'bicubic' | 'lanczos3'

interface Kernel {
  /** Pixels to either side that have a weight. */
  readonly support: number
  readonly weight: (distance: number) => number
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

/** The family of D. P. Mitchell, A. N. Netravali, Reconstruction filters in computer graphics, SIGGRAPH 1988, equation 8. */
const cubic = (b: number, c: number): Kernel => ({
  support: 2,
  weight: (distance) => {
    const x = Math.abs(distance)
    if (x < 1) return (((12 - 9 * b - 6 * c) * x + (-18 + 12 * b + 6 * c)) * x * x + (6 - 2 * b)) / 6
    if (x >= 2) return 0
    return (((-b - 6 * c) * x + (6 * b + 30 * c)) * x * x + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6
  },
})

const kernels: Readonly<Record<ResizeFilter, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  mitchell: cubic(1 / 3, 1 / 3),
  bicubic: cubic(0, 1 / 2),
  lanczos3: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** For each pixel of a line that is made: from which pixel on of the old line, and with which weights. */
export interface Taps {
  /** Weights of each pixel; the last of them may be 0 and reach beyond the old line. */
  readonly count: number
  readonly first: Int32Array
  readonly weights: Float64Array
}

/**
 * The weights of one direction. Where a line gets shorter the kernel is widened by as much, so that nothing is left out; at the ends
 * the weights that there are make up the whole.
 */
export function tapsOf(from: number, to: number, filter: ResizeFilter): Taps {
  const { support, weight } = kernels[filter]
  const scale = from / to
  const widened = Math.max(1, scale)
  const reach = support * widened
  const count = Math.min(from, Math.ceil(reach) * 2 + 1)
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
