import { RealFft2d } from '@colophon/media'
import { inverse, type Matrix } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import type { TilePattern } from './tile.ts'

/** What a picture holds at the frequencies of a tile: one complex number for each bin of its pattern. */
export interface TileSpectrum {
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Adds up all the tiles of a residual.
 *
 * @param matrix from canonical pixels to pixels of the residual; where the tiles begin does not matter
 * @param size side of the tile in canonical pixels, and of the result in numbers; a power of two
 */
export function fold(residual: GreyPlane, matrix: Matrix, size: number): Float64Array {
  const { data, width, height } = residual
  const [ux, uy, vx, vy] = inverse(matrix)
  const mask = size - 1
  const sums = new Float64Array(size * size)
  // Far enough from zero that truncation is rounding down.
  const beyond =
    size *
    Math.ceil(
      1 + (Math.abs(ux) + Math.abs(vx) + 1) * (width / size) + (Math.abs(uy) + Math.abs(vy) + 1) * (height / size),
    )
  for (let y = 0, at = 0; y < height; y++) {
    let u = (y + 0.5) * uy + 0.5 * ux - 0.5 + beyond
    let v = (y + 0.5) * vy + 0.5 * vx - 0.5 + beyond
    for (let x = 0; x < width; x++, at++, u += ux, v += vx) {
      const value = data[at]!
      const column = u | 0
      const row = v | 0
      const right = (u - column) * value
      const left = value - right
      const lower = v - row
      const top = (row & mask) * size
      const bottom = ((row + 1) & mask) * size
      const c0 = column & mask
      const c1 = (column + 1) & mask
      sums[top + c0]! += left - left * lower
      sums[top + c1]! += right - right * lower
      sums[bottom + c0]! += left * lower
      sums[bottom + c1]! += right * lower
    }
  }
  return sums
}

const plans = new Map<number, TilePlan>()

interface TilePlan {
  readonly fft: RealFft2d
  readonly re: Float64Array
  readonly im: Float64Array
}

function planOf(size: number): TilePlan {
  let plan = plans.get(size)
  if (!plan) {
    const fft = new RealFft2d(size, size)
    plan = { fft, re: new Float64Array(fft.bins * size), im: new Float64Array(fft.bins * size) }
    plans.set(size, plan)
  }
  return plan
}

/** The spectrum of a folded tile at all frequencies. */
export interface TileTransform {
  readonly re: Float64Array
  readonly im: Float64Array
  readonly bins: number
}

/** Transforms a folded tile. */
export function tileTransform(tile: Float64Array, size: number): TileTransform {
  const { fft, re, im } = planOf(size)
  fft.forward(tile, re, im)
  return { re: re.slice(), im: im.slice(), bins: fft.bins }
}

/** One of the eight ways in which a square lies upon itself. */
export type Symmetry = Matrix

const asItIs: Symmetry = [1, 0, 0, 1]

/**
 * What a tile holds at the bins of a pattern, `sum(tile * exp(-i ...))`.
 *
 * @param symmetry the tile is taken as if its picture's matrix had been multiplied by this from the right
 */
export function spectrumAt({ re, im, bins }: TileTransform, pattern: TilePattern, symmetry = asItIs): TileSpectrum {
  const { size, kx, ky, count } = pattern
  const outRe = new Float64Array(count)
  const outIm = new Float64Array(count)
  const [xx, xy, yx, yy] = symmetry
  for (let bin = 0; bin < count; bin++) {
    const x = xx * kx[bin]! + xy * ky[bin]!
    const y = yx * kx[bin]! + yy * ky[bin]!
    // A transform has waves across from 0 on; those of the other half are the conjugates of their opposites.
    const sign = x < 0 ? -1 : 1
    const at = ((sign * y + size) % size) * bins + sign * x
    outRe[bin] = re[at]!
    outIm[bin] = sign * im[at]!
  }
  return { re: outRe, im: outIm }
}

/** {@link spectrumAt} of a tile as it is. */
export const tileSpectrum = (tile: Float64Array, pattern: TilePattern): TileSpectrum =>
  spectrumAt(tileTransform(tile, pattern.size), pattern)

/** The tile whose spectrum has the given numbers at the pattern's bins: `sum(2 Re(c exp(i ...)))`. */
export function tileFrom(spectrum: TileSpectrum, pattern: TilePattern): Float64Array {
  const { size, kx, ky, count } = pattern
  const plan = planOf(size)
  const bins = plan.fft.bins
  plan.re.fill(0)
  plan.im.fill(0)
  const scale = size * size
  for (let bin = 0; bin < count; bin++) {
    const x = kx[bin]!
    const y = ky[bin]!
    const real = spectrum.re[bin]! * scale
    const imaginary = spectrum.im[bin]! * scale
    if (x >= 0) {
      plan.re[y * bins + x] = real
      plan.im[y * bins + x] = imaginary
    }
    if (x <= 0) {
      const opposite = ((size - y) % size) * bins - x
      plan.re[opposite] = real
      plan.im[opposite] = -imaginary
    }
  }
  const tile = new Float64Array(size * size)
  plan.fft.inverse(plan.re, plan.im, tile)
  return tile
}
