import type { ChromaSiting } from './colour-format.ts'
import { type Component, halvings } from './colour-planes.ts'

/** Chroma lies on pixels, not between them. */
export const onColumn = (siting: ChromaSiting): boolean => siting !== 'centre'
export const onRow = (siting: ChromaSiting): boolean => siting === 'top-left'

/** Weights of the samples from `first` on, relative to the sample that a pixel belongs to; together the same for all pixels. */
export interface Taps {
  readonly first: number
  readonly weights: readonly number[]
}

export const sum = (weights: readonly number[]): number => weights.reduce((total, weight) => total + weight, 0)

/** Linear interpolation to each of the pixels that share a sample. */
export function finer(halved: number, cosited: boolean): readonly Taps[] {
  const count = 2 ** halved
  if (count === 1) return [{ first: 0, weights: [1, 0] }]
  return Array.from({ length: count }, (_, pixel) => {
    if (cosited) return { first: 0, weights: [count - pixel, pixel] }
    const past = 2 * pixel + 1 - count
    return past < 0
      ? { first: -1, weights: [-past, 2 * count + past] }
      : { first: 0, weights: [2 * count - past, past] }
  })
}

/** The mean of the pixels that share a sample, or a triangle over those around it where it lies on one: 1 2 1 for two. */
export function coarser(halved: number, cosited: boolean): Taps {
  const count = 2 ** halved
  if (!cosited) return { first: 0, weights: new Array(count).fill(1) }
  return {
    first: 1 - count,
    weights: Array.from({ length: 2 * count - 1 }, (_, at) => count - Math.abs(at + 1 - count)),
  }
}

const clamp = (at: number, length: number): number => Math.max(0, Math.min(length - 1, at))

/**
 * Rows of chroma brought to the width and height of luma, by linear interpolation between the places where its samples lie. Beyond
 * the edges the last sample goes on. Numbers are whole: `total` times as great as those of the plane.
 */
export class FinerChroma {
  readonly total: number
  readonly #chroma: Component
  readonly #shift: number
  readonly #across: readonly Taps[]
  readonly #down: readonly Taps[]
  readonly #narrow: Int32Array
  readonly #wide: Int32Array

  /** @param shift bits that the plane's numbers are shifted up by */
  constructor(chroma: Component, luma: Component, siting: ChromaSiting, shift: number) {
    this.#chroma = chroma
    this.#shift = shift
    const [across, down] = halvings(luma, chroma)
    this.#across = finer(across, onColumn(siting))
    this.#down = finer(down, onRow(siting))
    this.total = sum(this.#across[0]!.weights) * sum(this.#down[0]!.weights)
    this.#narrow = new Int32Array(chroma.width + 2)
    this.#wide = new Int32Array(chroma.width * this.#across.length)
  }

  /** Row `y` of luma's. The array is used again for the next row. */
  row(y: number): Int32Array {
    const { data, width, height, stride, step, offset } = this.#chroma
    const count = this.#down.length
    const { first, weights } = this.#down[y % count]!
    const [a, b] = [weights[0]!, weights[1]!]
    const sample = Math.floor(y / count) + first
    let above = offset + clamp(sample, height) * stride
    let below = offset + clamp(sample + 1, height) * stride
    const narrow = this.#narrow
    const shift = this.#shift
    for (let x = 1; x <= width; x++) {
      narrow[x] = a * (data[above]! >> shift) + b * (data[below]! >> shift)
      above += step
      below += step
    }
    narrow[0] = narrow[1]!
    narrow[width + 1] = narrow[width]!
    const wide = this.#wide
    const across = this.#across
    for (let pixel = 0; pixel < across.length; pixel++) {
      const { first, weights } = across[pixel]!
      const [c, d] = [weights[0]!, weights[1]!]
      for (let x = first + 1, at = pixel; at < wide.length; x++, at += across.length)
        wide[at] = c * narrow[x]! + d * narrow[x + 1]!
    }
    return wide
  }
}

/**
 * Rows of red, green and blue brought to the width and height of chroma: the mean of the pixels that a sample stands for or, where it
 * lies on one of them, a triangle (1 2 1 for half as many). Beyond the edges the last pixel goes on.
 */
export class CoarserRgb {
  readonly #width: number
  readonly #height: number
  readonly #across: Taps
  readonly #down: Taps
  readonly #counts: readonly [across: number, down: number]
  readonly #tall: Float64Array
  readonly #result: Float64Array

  constructor(width: number, height: number, chroma: Component, siting: ChromaSiting) {
    const [across, down] = halvings({ width, height }, chroma)
    this.#width = width
    this.#height = height
    this.#counts = [2 ** across, 2 ** down]
    this.#across = coarser(across, onColumn(siting))
    this.#down = coarser(down, onRow(siting))
    this.#tall = new Float64Array(3 * width)
    this.#result = new Float64Array(3 * chroma.width)
  }

  /**
   * Row `y` of chroma's, pixel after pixel. The array is used again for the next row.
   *
   * @param rowOf gives a row of pixels; it may use the same array each time
   */
  row(y: number, rowOf: (y: number) => Float64Array): Float64Array {
    const tall = this.#tall.fill(0)
    const { first, weights } = this.#down
    for (const [tap, weight] of weights.entries()) {
      const row = rowOf(clamp(y * this.#counts[1] + first + tap, this.#height))
      for (let at = 0; at < tall.length; at++) tall[at]! += weight * row[at]!
    }
    const result = this.#result.fill(0)
    const share = 1 / (sum(weights) * sum(this.#across.weights))
    for (const [tap, weight] of this.#across.weights.entries()) {
      const factor = weight * share
      let pixel = this.#across.first + tap
      for (let at = 0; at < result.length; at += 3, pixel += this.#counts[0]) {
        const from = 3 * clamp(pixel, this.#width)
        result[at]! += factor * tall[from]!
        result[at + 1]! += factor * tall[from + 1]!
        result[at + 2]! += factor * tall[from + 2]!
      }
    }
    return result
  }
}
