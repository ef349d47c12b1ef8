import type { LagMap } from './lattice-lags.ts'

/** How many multiples of a lag are looked at. */
const multiples = 4

/** Heights that are not looked at. */
const leastHeight = 0.8

/** What is given for lags that are not looked at. */
const nothing = -1e3

/**
 * What every lag shows together with its multiples, in standard deviations of chance, finely enough for the last multiple: in a weak
 * mark chance hides every third point of the lattice, but not all those of a comb.
 */
export class CombField {
  /** Heights in a grid, `2 aside + 1` a row, from lags of `-aside` steps across and -1 step down on. */
  readonly #heights: Float32Array
  readonly #columns: number
  /** Pixels from one lag to the next: half the map's. */
  readonly step: number
  /** Longest lags in steps: to either side, and down. */
  readonly aside: number
  readonly down: number

  /** @param shortest in pixels, as `longest` is: other lags are not looked at */
  constructor(map: LagMap, shortest: number, longest: number) {
    this.step = map.step / 2
    this.aside = Math.floor(Math.min(longest, map.mostAcross) / this.step)
    this.down = Math.floor(Math.min(longest, map.mostDown) / this.step)
    this.#columns = 2 * this.aside + 1
    this.#heights = new Float32Array(this.#columns * (this.down + 2)).fill(nothing)
    this.#fill(map, (shortest / this.step) ** 2, (longest / this.step) ** 2)
  }

  /** The height of a lag in steps, of any sign; very low where it was not looked at. */
  at(i: number, j: number): number {
    const across = j < 0 ? -i : i
    const down = j < 0 ? -j : j
    if (across > this.aside || across < -this.aside || down > this.down) return nothing
    return this.#heights[(down + 1) * this.#columns + this.aside + across]!
  }

  /**
   * Lags that stand out, the highest first: across, down (not negative: a lag and its opposite are the same), both in pixels, and the height,
   * three numbers each.
   *
   * @param count how many at the most
   */
  peaks(count: number): Float64Array {
    const heights = this.#heights
    const columns = this.#columns
    const found: number[] = []
    for (let row = 1; row <= this.down; row++)
      for (let column = row === 1 ? this.aside + 1 : 1; column < columns - 1; column++) {
        const here = row * columns + column
        if (heights[here]! >= leastHeight && isPeak(heights, here, columns)) found.push(here)
      }
    found.sort((a, b) => heights[b]! - heights[a]! || a - b)
    const result = new Float64Array(3 * Math.min(count, found.length))
    for (let rank = 0; 3 * rank < result.length; rank++) {
      const here = found[rank]!
      const height = heights[here]!
      const across = (here % columns) - this.aside + top(heights[here - 1]!, height, heights[here + 1]!)
      const down = Math.floor(here / columns) - 1 + top(heights[here - columns]!, height, heights[here + columns]!)
      result.set([across * this.step, down * this.step, height], 3 * rank)
    }
    return result
  }

  #fill(map: LagMap, low: number, high: number): void {
    const { data, columns: mapColumns, rows: mapRows } = map
    const { aside, down, step } = this
    const heights = this.#heights
    const columns = this.#columns
    // What shows at a lag is a product of what shows across and down.
    const across = new Float64Array(multiples * (aside + 1))
    const downwards = new Float64Array(multiples * (down + 1))
    for (let k = 1; k <= multiples; k++) {
      for (let i = 0; i <= aside; i++)
        if (k * i * step <= map.mostAcross) across[(k - 1) * (aside + 1) + i] = map.showing(k * i * step, 0)
      for (let j = 0; j <= down; j++)
        if (k * j * step <= map.mostDown) downwards[(k - 1) * (down + 1) + j] = map.showing(0, k * j * step)
    }
    for (let j = 0; j <= down; j++)
      for (let i = j === 0 ? 1 : -aside; i <= aside; i++) {
        const distance = i * i + j * j
        if (distance < low || distance > high) continue
        let sum = 0
        let squares = 0
        for (let k = 1; k <= multiples; k++) {
          const weight = across[(k - 1) * (aside + 1) + (i < 0 ? -i : i)]! * downwards[(k - 1) * (down + 1) + j]!
          if (weight === 0) break
          // The grid is twice as fine as the map: between two numbers of it lies their mean.
          const column = (k * i) >> 1
          const row = (k * j) >> 1
          const left = column & (mapColumns - 1)
          const right = (column + ((k * i) & 1)) & (mapColumns - 1)
          const upper = (row & (mapRows - 1)) * mapColumns
          const lower = ((row + ((k * j) & 1)) & (mapRows - 1)) * mapColumns
          sum +=
            weight * 0.25 * (data[upper + left]! + data[upper + right]! + data[lower + left]! + data[lower + right]!)
          squares += weight * weight
        }
        const height = squares > 0 ? sum / Math.sqrt(squares) : 0
        heights[(j + 1) * columns + aside + i] = height
        // A lag and its opposite are the same, so that the row above the first is the one below it, turned round.
        if (j === 0) heights[columns + aside - i] = height
        if (j === 1) heights[aside - i] = height
      }
  }
}

function isPeak(heights: Float32Array, here: number, columns: number): boolean {
  const value = heights[here]!
  const above = here - columns
  const below = here + columns
  return (
    value >= heights[here - 1]! &&
    value > heights[here + 1]! &&
    value >= heights[above]! &&
    value > heights[below]! &&
    value >= heights[above - 1]! &&
    value >= heights[above + 1]! &&
    value > heights[below - 1]! &&
    value > heights[below + 1]!
  )
}

/** Where between its neighbours a peak is, by a parabola, -0.5 to 0.5. */
function top(before: number, peak: number, after: number): number {
  const bend = before - 2 * peak + after
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0
}
