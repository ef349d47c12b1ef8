import type { Picture } from '@colophon/media'
import { peakOf, rounded, samplesLike, withSamples } from './samples.ts'

/** A 3x3 matrix by rows; it takes (x, y, 1) to (u w, v w, w). */
export type Homography = readonly [number, number, number, number, number, number, number, number, number]

/** What a picture is projected onto. */
export interface Projection {
  readonly width: number
  readonly height: number
  /** From pixels of the result to those of the picture; whole numbers are pixels' centres. */
  readonly inverse: Homography
  /** What stands where there is no picture: 0 black, 1 white. Alpha is 1 there. */
  readonly background: number
}

/**
 * Fetches every pixel from where a homography says that it comes from, by bicubic interpolation (Catmull-Rom, R. G. Keys, "Cubic
 * convolution interpolation for digital image processing", 1981). It is not widened: not for projections that make much smaller.
 */
export function project(picture: Picture, { width, height, inverse, background }: Projection): Picture {
  const { channels } = picture
  const peak = peakOf(picture)
  const result = samplesLike(picture, width * height * channels)
  const fetch = new PixelFetch(picture)
  const [a, b, c, d, e, f, g, h, i] = inverse
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += channels) {
      const w = g * x + h * y + i
      const inside = fetch.at((a * x + b * y + c) / w, (d * x + e * y + f) / w)
      for (let channel = 0; channel < channels; channel++)
        result[at + channel] = inside
          ? rounded(fetch.values[channel]!, peak)
          : channels % 2 === 0 && channel === channels - 1
            ? peak
            : background * peak
    }
  return withSamples(picture, result, width, height)
}

/** Values between pixels, of all channels at once. */
class PixelFetch {
  /** What was fetched last. */
  readonly values: Float64Array
  readonly #picture: Picture
  readonly #columns = new Int32Array(4)
  readonly #across = new Float64Array(4)
  readonly #down = new Float64Array(4)

  constructor(picture: Picture) {
    this.#picture = picture
    this.values = new Float64Array(picture.channels)
  }

  /** @returns whether the picture covers that place */
  at(u: number, v: number): boolean {
    const { width, height, channels, samples } = this.#picture
    if (!(u >= -0.5 && v >= -0.5 && u <= width - 0.5 && v <= height - 0.5)) return false
    const left = Math.floor(u)
    const top = Math.floor(v)
    weigh(u - left, this.#across)
    weigh(v - top, this.#down)
    for (let k = 0; k < 4; k++) this.#columns[k] = within(left - 1 + k, width) * channels
    const columns = this.#columns
    const across = this.#across
    // By name: they are used for every row and channel.
    const c0 = columns[0]!
    const c1 = columns[1]!
    const c2 = columns[2]!
    const c3 = columns[3]!
    const w0 = across[0]!
    const w1 = across[1]!
    const w2 = across[2]!
    const w3 = across[3]!
    this.values.fill(0)
    for (let k = 0; k < 4; k++) {
      const row = within(top - 1 + k, height) * width * channels
      const weight = this.#down[k]!
      for (let channel = 0, at = row; channel < channels; channel++, at++)
        this.values[channel]! +=
          weight * (w0 * samples[at + c0]! + w1 * samples[at + c1]! + w2 * samples[at + c2]! + w3 * samples[at + c3]!)
    }
    return true
  }
}

/** The four weights of Catmull and Rom for a place between the second and the third of four pixels. */
function weigh(s: number, weights: Float64Array): void {
  weights[0] = ((-0.5 * s + 1) * s - 0.5) * s
  weights[1] = (1.5 * s - 2.5) * s * s + 1
  weights[2] = ((-1.5 * s + 2) * s + 0.5) * s
  weights[3] = (0.5 * s - 0.5) * s * s
}

const within = (at: number, length: number): number => (at < 0 ? 0 : at >= length ? length - 1 : at)
