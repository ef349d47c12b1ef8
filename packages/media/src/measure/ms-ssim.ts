import { checkPlanes, type Plane, strideOf } from './plane.ts'
import { ssimParts, ssimWindow } from './ssim.ts'

/** Exponents of the scales, the finest first (Wang, Simoncelli, Bovik 2003, section 4). */
const exponents = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const

/** The least width and height: the coarsest of the five scales still holds one window. */
export const msSsimSize = (ssimWindow - 1) * 2 ** (exponents.length - 1) + 1

/**
 * Multi-scale structural similarity of two planes: 1 if they are the same.
 *
 * Wang, Simoncelli, Bovik, "Multi-scale structural similarity for image quality assessment", Asilomar 2003: contrast and structure
 * at five scales, luminance at the coarsest, each to its exponent. From scale to scale two by two pixels are averaged; a last odd
 * row or column counts twice. A negative mean of structure, which has no real power, counts as 0.
 *
 * @param peak the range of the samples: 255 for 8 bits
 * @throws RangeError if the sizes differ, or are below 161x161
 */
export function msSsim(a: Plane, b: Plane, peak = 255): number {
  checkPlanes(a, b)
  const { msSsim } = ssimAndMsSsim(a, b, peak)
  if (msSsim === undefined)
    throw new RangeError(
      `MS-SSIM needs planes of at least ${msSsimSize}x${msSsimSize}; these have ${a.width}x${a.height}.`,
    )
  return msSsim
}

/**
 * {@link ssim} and {@link msSsim} of two planes in one go, as the first is part of the second.
 *
 * @returns `msSsim` is undefined for planes below 161x161
 * @throws RangeError if the sizes differ, or are below 11x11
 */
export function ssimAndMsSsim(a: Plane, b: Plane, peak = 255): { ssim: number; msSsim: number | undefined } {
  const finest = ssimParts(a, b, peak)
  if (Math.min(a.width, a.height) < msSsimSize) return { ssim: finest.ssim, msSsim: undefined }
  let [fine, other, parts] = [a, b, finest]
  let product = 1
  for (const [scale, exponent] of exponents.entries()) {
    if (scale > 0) {
      ;[fine, other] = [halved(fine), halved(other)]
      parts = ssimParts(fine, other, peak)
    }
    const coarsest = scale === exponents.length - 1
    product *= Math.max(0, coarsest ? parts.ssim : parts.structure) ** exponent
  }
  return { ssim: finest.ssim, msSsim: product }
}

/** A plane of half the size, rounded up, whose pixels are means of four. */
export function halved(plane: Plane): Plane {
  const { data, width, height, step = 1, offset = 0 } = plane
  const stride = strideOf(plane)
  const half = { width: (width + 1) >> 1, height: (height + 1) >> 1 }
  const means = new Float64Array(half.width * half.height)
  for (let y = 0, to = 0; y < half.height; y++) {
    const upper = offset + 2 * y * stride
    const lower = 2 * y + 1 < height ? upper + stride : upper
    for (let x = 0; x < half.width; x++, to++) {
      const left = 2 * x * step
      const right = 2 * x + 1 < width ? left + step : left
      means[to] = (data[upper + left]! + data[upper + right]! + data[lower + left]! + data[lower + right]!) / 4
    }
  }
  return { data: means, ...half }
}
