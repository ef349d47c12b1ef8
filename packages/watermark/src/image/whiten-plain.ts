import { RealFft2d } from '@colophon/media'
import type { GreyPlane } from './plane.ts'

/** Side of the blocks, which begin every half of it. */
export const blockSide = 16

/** Rows and columns of a block are weighed by a sine; squared, those of blocks that overlap add up to 1. */
export const blockWindow = Float64Array.from({ length: blockSide }, (_, at) =>
  Math.sin((Math.PI * (at + 0.5)) / blockSide),
)

/** Power that is added to that of each wave of a block: that of noise below which nothing is made louder. */
export const floorPower = 43.2

/** What the kernel is held to: see {@link whitened}. */
export function plainWhitened({ data, width, height }: GreyPlane): GreyPlane {
  const side = blockSide
  const half = side / 2
  const fft = new RealFft2d(side, side)
  const { bins } = fft
  const out = new Float32Array(width * height)
  const re = new Float64Array(bins * side)
  const im = new Float64Array(bins * side)
  const block = new Float64Array(side * side)
  const power = new Float64Array(bins * side)
  const columns = Float64Array.from(power)
  for (let top = -half; top < height; top += half) {
    for (let left = -half; left < width; left += half) {
      for (let y = 0; y < side; y++) {
        const row = reflected(top + y, height) * width
        for (let x = 0; x < side; x++)
          block[y * side + x] = data[row + reflected(left + x, width)]! * blockWindow[x]! * blockWindow[y]!
      }
      fft.forward(block, re, im)
      for (let at = 0; at < power.length; at++) power[at] = re[at]! * re[at]! + im[at]! * im[at]!
      sumsOfThree(power, columns, bins, side)
      for (let at = 0; at < power.length; at++) {
        const gain = 1 / Math.sqrt(power[at]! / 9 + floorPower)
        re[at]! *= gain
        im[at]! *= gain
      }
      fft.inverse(re, im, block)
      for (let y = Math.max(0, -top); y < side && top + y < height; y++) {
        const row = (top + y) * width
        for (let x = Math.max(0, -left); x < side && left + x < width; x++)
          out[row + left + x]! += block[y * side + x]! * blockWindow[x]! * blockWindow[y]!
      }
    }
  }
  return { data: out, width, height }
}

export const reflected = (at: number, length: number): number => {
  const inside = at < 0 ? -1 - at : at >= length ? 2 * length - 1 - at : at
  return inside < 0 ? 0 : inside >= length ? length - 1 : inside
}

/** The sum of each wave's power and those of its eight neighbours, in place; a spectrum goes on beyond its edges. */
function sumsOfThree(power: Float64Array, between: Float64Array, bins: number, side: number): void {
  for (let row = 0; row < side; row++) {
    const above = ((row + side - 1) % side) * bins
    const below = ((row + 1) % side) * bins
    for (let x = 0; x < bins; x++)
      between[row * bins + x] = power[above + x]! + power[row * bins + x]! + power[below + x]!
  }
  for (let row = 0; row < side; row++) {
    const start = row * bins
    // Waves across of -1 and of half the side + 1 are the conjugates of their opposites.
    const opposite = ((side - row) % side) * bins
    for (let x = 0; x < bins; x++) {
      const before = x === 0 ? between[opposite + 1]! : between[start + x - 1]!
      const after = x === bins - 1 ? between[opposite + bins - 2]! : between[start + x + 1]!
      power[start + x] = before + between[start + x]! + after
    }
  }
}
