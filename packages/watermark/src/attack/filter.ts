import type { Picture } from '@colophon/media'
import { coloursOf, peakOf, rounded, withSamples } from './samples.ts'

/**
 * Gaussian blur of the colours, over four standard deviations to either side; beyond the edges the outermost pixels go on.
 *
 * @param sigma in pixels
 */
export function blur(picture: Picture, sigma: number): Picture {
  const weights = gaussian(sigma)
  const { width, height, channels, samples } = picture
  const colours = coloursOf(picture)
  const peak = peakOf(picture)
  const blurred = samples.slice()
  const across = new Float32Array(width * height)
  for (let colour = 0; colour < colours; colour++) {
    const plane = new Float32Array(width * height)
    for (let pixel = 0, at = colour; pixel < plane.length; pixel++, at += channels) plane[pixel] = samples[at]!
    for (let y = 0; y < height; y++) convolve(plane, across, { from: y * width, step: 1, count: width }, weights)
    for (let x = 0; x < width; x++) convolve(across, plane, { from: x, step: width, count: height }, weights)
    for (let pixel = 0, at = colour; pixel < plane.length; pixel++, at += channels)
      blurred[at] = rounded(plane[pixel]!, peak)
  }
  return withSamples(picture, blurred)
}

function gaussian(sigma: number): Float64Array {
  const radius = Math.ceil(4 * sigma)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** One row or column. */
function convolve(
  source: Float32Array,
  target: Float32Array,
  { from, step, count }: { readonly from: number; readonly step: number; readonly count: number },
  weights: Float64Array,
): void {
  const radius = weights.length >> 1
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let k = -radius; k <= radius; k++) {
      const at = i + k < 0 ? 0 : i + k >= count ? count - 1 : i + k
      sum += weights[k + radius]! * source[from + at * step]!
    }
    target[from + i * step] = sum
  }
}

/** The median of the 3x3 pixels around each, of each colour on its own; beyond the edges the outermost pixels go on. */
export function median3(picture: Picture): Picture {
  const { width, height, channels, samples } = picture
  const colours = coloursOf(picture)
  const smoothed = samples.slice()
  const nine = picture.samples instanceof Uint8Array ? new Uint8Array(9) : new Uint16Array(9)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let colour = 0; colour < colours; colour++) {
        for (let k = 0, dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++, k++) {
            const px = Math.min(Math.max(x + dx, 0), width - 1)
            const py = Math.min(Math.max(y + dy, 0), height - 1)
            nine[k] = samples[(py * width + px) * channels + colour]!
          }
        smoothed[(y * width + x) * channels + colour] = fifthOf(nine)
      }
  return withSamples(picture, smoothed)
}

/** The middle of nine numbers, by insertion: they are too few for anything cleverer. */
function fifthOf(nine: Uint8Array | Uint16Array): number {
  for (let i = 1; i < 9; i++) {
    const value = nine[i]!
    let at = i
    for (; at > 0 && nine[at - 1]! > value; at--) nine[at] = nine[at - 1]!
    nine[at] = value
  }
  return nine[4]!
}
