import type { LagMap } from './lattice-lags.ts'

/** Lags that look like vectors of a lattice, the best first. */
export interface Combs {
  readonly count: number
  /** In pixels; `y` is not negative: a lag and its opposite are the same. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** What the lag and its multiples show together, in standard deviations of chance. */
  readonly height: Float64Array
}

/** How many multiples of a lag are looked at. */
const multiples = 4

/** Heights that are not looked at. */
const leastHeight = 0.8

/**
 * Finds lags that show together with their multiples, each at least `shortest` and at most `longest` pixels long. All lags are gone
 * through, finely enough for the last multiple: in a weak mark chance hides every third point of the lattice, not those of a whole comb.
 *
 * @param count how many at the most
 */
export function findCombs(map: LagMap, shortest: number, longest: number, count: number): Combs {
  const step = map.step / 2
  const aside = Math.floor(Math.min(longest, map.mostAcross) / step)
  const down = Math.floor(Math.min(longest, map.mostDown) / step)
  const columns = 2 * aside + 1
  const heights = combHeights(map, aside, down, (shortest / step) ** 2, (longest / step) ** 2)
  const at: number[] = []
  for (let row = 0; row < down; row++)
    for (let column = 1; column < columns - 1; column++) {
      const here = (row + 1) * columns + column
      const value = heights[here]!
      if (value < leastHeight || (row === 0 && column <= aside)) continue
      if (isPeak(heights, here, columns, value)) at.push(here)
    }
  at.sort((a, b) => heights[b]! - heights[a]! || a - b)
  const kept = Math.min(count, at.length)
  const [x, y, height] = [new Float64Array(kept), new Float64Array(kept), new Float64Array(kept)]
  for (let rank = 0; rank < kept; rank++) {
    const here = at[rank]!
    const value = heights[here]!
    height[rank] = value
    x[rank] = ((here % columns) - aside + top(heights[here - 1]!, value, heights[here + 1]!)) * step
    y[rank] = (Math.floor(here / columns) - 1 + top(heights[here - columns]!, value, heights[here + columns]!)) * step
  }
  return { count: kept, x, y, height }
}

function isPeak(heights: Float32Array, here: number, columns: number, value: number): boolean {
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

/**
 * Heights of combs whose first lags lie in a grid of half the map's step, `2 aside + 1` a row from `-aside` on, rows from -1 to `down`;
 * very low where the square of the length in steps of the grid is not between `low` and `high`.
 */
function combHeights(map: LagMap, aside: number, down: number, low: number, high: number): Float32Array {
  const { data, columns: mapColumns, rows: mapRows } = map
  const columns = 2 * aside + 1
  const heights = new Float32Array(columns * (down + 2)).fill(-1e3)
  const step = map.step / 2
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
        const c0 = column & (mapColumns - 1)
        const c1 = (column + ((k * i) & 1)) & (mapColumns - 1)
        const top = (row & (mapRows - 1)) * mapColumns
        const bottom = ((row + ((k * j) & 1)) & (mapRows - 1)) * mapColumns
        sum += weight * 0.25 * (data[top + c0]! + data[top + c1]! + data[bottom + c0]! + data[bottom + c1]!)
        squares += weight * weight
      }
      const height = squares > 0 ? sum / Math.sqrt(squares) : 0
      heights[(j + 1) * columns + aside + i] = height
      // The row above the first is the first, turned: a lag and its opposite are the same.
      if (j === 1) heights[aside - i] = height
      if (j === 0) heights[columns + aside - i] = height
    }
  return heights
}
