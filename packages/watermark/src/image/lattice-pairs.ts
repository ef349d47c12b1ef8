import type { CombField } from './lattice-combs.ts'
import type { LagMap } from './lattice-lags.ts'

/** Two lags that may be a basis of a lattice, in pixels. */
export interface LagPair {
  readonly ax: number
  readonly ay: number
  readonly bx: number
  readonly by: number
  /** What speaks for it; comparable among pairs of one map. */
  readonly score: number
}

/** Which lattices are looked for. */
export interface PairLimits {
  /** Area between the two lags, in pixels. */
  readonly leastArea: number
  readonly mostArea: number
  /** Ratio of the singular values of the two as a matrix. */
  readonly stretch: number
}

const order = (a: LagPair, b: LagPair) => b.score - a.score || a.ax - b.ax || a.ay - b.ay || a.bx - b.bx || a.by - b.by

/** A pair of lags by what they and their multiples, their sum and their difference show. */
const pairOf = (map: LagMap, ax: number, ay: number, bx: number, by: number, combs: number): LagPair => {
  const score = 2 * combs + map.at(ax + bx, ay + by) + map.at(ax - bx, ay - by)
  return { ax, ay, bx, by, score }
}

/** Pairs of any lags that stand out, the best first. */
export function anyPairs(map: LagMap, peaks: Float64Array, limits: PairLimits, count: number): LagPair[] {
  const { leastArea, mostArea, stretch } = limits
  // The ratio of singular values is `stretch` when the sum of the squared lengths is this much of the area.
  const most = stretch + 1 / stretch
  const pairs: LagPair[] = []
  for (let first = 0; first < peaks.length; first += 3) {
    const ax = peaks[first]!
    const ay = peaks[first + 1]!
    const length = ax * ax + ay * ay
    for (let second = first + 3; second < peaks.length; second += 3) {
      const bx = peaks[second]!
      const by = peaks[second + 1]!
      const area = Math.abs(ax * by - ay * bx)
      if (area < leastArea || area > mostArea || length + bx * bx + by * by > most * area) continue
      pairs.push(pairOf(map, ax, ay, bx, by, peaks[first + 2]! + peaks[second + 2]!))
    }
  }
  return pairs.sort(order).slice(0, count)
}

/** Pairs at right angles and of one length, the best first: of pictures that were turned and resized but not stretched. */
export function squarePairs(map: LagMap, field: CombField, limits: PairLimits, count: number): LagPair[] {
  const pairs: LagPair[] = []
  const { step, aside, down } = field
  const [least, most] = [limits.leastArea / step ** 2, limits.mostArea / step ** 2]
  // Up to 45 degrees to either side of the horizontal: the other lag is in the other half.
  for (let j = 0; j <= down; j++)
    for (let i = j === 0 ? 1 : -aside; i <= aside; i++) {
      const area = i * i + j * j
      if (area < least || area > most || j > Math.abs(i)) continue
      const combs = field.at(i, j) + field.at(-j, i)
      if (combs < leastCombs) continue
      pairs.push(pairOf(map, i * step, j * step, -j * step, i * step, combs))
    }
  return apart(pairs, count, 2 * map.step)
}

/** Pairs along the rows and columns, the best first: of pictures that were cut, resized or stretched but not turned. */
export function uprightPairs(map: LagMap, field: CombField, limits: PairLimits, count: number): LagPair[] {
  const pairs: LagPair[] = []
  const { step, aside, down } = field
  const [least, most] = [limits.leastArea / step ** 2, limits.mostArea / step ** 2]
  for (let j = 1; j <= down; j++)
    for (let i = 1; i <= aside; i++) {
      if (i * j < least || i * j > most || i > limits.stretch * j || j > limits.stretch * i) continue
      const combs = field.at(i, 0) + field.at(0, j)
      if (combs < leastCombs) continue
      pairs.push(pairOf(map, i * step, 0, 0, j * step, combs))
    }
  return apart(pairs, count, 2 * map.step)
}

/** Pairs along the rows and columns and of one length, the best first: of pictures that were cut or resized and nothing else. */
export function plainPairs(map: LagMap, field: CombField, limits: PairLimits, count: number): LagPair[] {
  const pairs: LagPair[] = []
  const { step, aside, down } = field
  for (let i = 1; i <= Math.min(aside, down); i++) {
    const length = i * step
    if (length ** 2 < limits.leastArea || length ** 2 > limits.mostArea) continue
    pairs.push(pairOf(map, length, 0, 0, length, field.at(i, 0) + field.at(0, i)))
  }
  return apart(pairs, count, 2 * map.step)
}

/** What two combs show together at the least. */
const leastCombs = 1.5

/** The best pairs that are not beside better ones. */
function apart(pairs: LagPair[], count: number, distance: number): LagPair[] {
  const kept: LagPair[] = []
  for (const pair of pairs.sort(order)) {
    if (kept.length === count) break
    const beside = kept.some(
      ({ ax, ay, bx, by }) =>
        Math.abs(ax - pair.ax) < distance &&
        Math.abs(ay - pair.ay) < distance &&
        Math.abs(bx - pair.bx) < distance &&
        Math.abs(by - pair.by) < distance,
    )
    if (!beside) kept.push(pair)
  }
  return kept
}
