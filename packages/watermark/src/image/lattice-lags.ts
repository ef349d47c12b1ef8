import { fftPlan, type PowerSpectrum } from './lattice-power.ts'

/** A ring of frequencies, in cycles per pixel. */
export interface FrequencyRing {
  readonly lowest: number
  readonly highest: number
}

/**
 * How alike a picture is to itself when it is moved: the correlation of a band of it, in standard deviations of chance, by lag.
 * A lag and its opposite are the same.
 */
export class LagMap {
  /** Correlations of lags across and down from 0 on, the negative ones behind, `rows` rows of `columns`. */
  readonly data: Float32Array
  readonly columns: number
  readonly rows: number
  /** Pixels from one number to the next. */
  readonly step: number
  /** Sides of the picture in pixels. */
  readonly width: number
  readonly height: number

  /** Longest lags that may be asked for, in pixels. */
  readonly mostAcross: number
  readonly mostDown: number

  constructor(
    data: Float32Array,
    { columns, rows, step }: { columns: number; rows: number; step: number },
    { width, height }: PowerSpectrum,
    most: number,
  ) {
    this.data = data
    this.columns = columns
    this.rows = rows
    this.step = step
    this.width = width
    this.height = height
    this.mostAcross = Math.min(most, (columns / 2 - 2) * step)
    this.mostDown = Math.min(most, (rows / 2 - 2) * step)
  }

  /** The correlation at a lag in pixels, between the numbers by a cubic (Catmull-Rom). */
  at(x: number, y: number): number {
    const { data, columns, rows, step } = this
    const left = Math.floor(x / step)
    const top = Math.floor(y / step)
    const fx = x / step - left
    const fy = y / step - top
    const wx0 = ((-0.5 * fx + 1) * fx - 0.5) * fx
    const wx1 = (1.5 * fx - 2.5) * fx * fx + 1
    const wx2 = ((-1.5 * fx + 2) * fx + 0.5) * fx
    const wx3 = (0.5 * fx - 0.5) * fx * fx
    const wy0 = ((-0.5 * fy + 1) * fy - 0.5) * fy
    const wy1 = (1.5 * fy - 2.5) * fy * fy + 1
    const wy2 = ((-1.5 * fy + 2) * fy + 0.5) * fy
    const wy3 = (0.5 * fy - 0.5) * fy * fy
    const c0 = (left - 1) & (columns - 1)
    const c1 = left & (columns - 1)
    const c2 = (left + 1) & (columns - 1)
    const c3 = (left + 2) & (columns - 1)
    let sum = 0
    for (let row = 0; row < 4; row++) {
      const from = ((top - 1 + row) & (rows - 1)) * columns
      const weight = row === 0 ? wy0 : row === 1 ? wy1 : row === 2 ? wy2 : wy3
      sum +=
        weight * (wx0 * data[from + c0]! + wx1 * data[from + c1]! + wx2 * data[from + c2]! + wx3 * data[from + c3]!)
    }
    return sum
  }

  /**
   * How much a mark shows at a lag, as a share of how much it would if the moved picture lay over all of itself: pixels that lie
   * over one another, by the root of those that chance comes from (a circular correlation has those that come in from the other side, too).
   */
  showing(x: number, y: number): number {
    const across = this.width - Math.abs(x)
    const down = this.height - Math.abs(y)
    if (across <= 0 || down <= 0) return 0
    return ((across * down) / (this.width * this.height)) * this.#steadied(x, y)
  }

  #steadied(x: number, y: number): number {
    const across = circular(Math.abs(x), this.width, this.columns * this.step)
    const down = circular(Math.abs(y), this.height, this.rows * this.step)
    return Math.sqrt((this.width * this.height) / (across * down))
  }
}

/** Pixels of a side that lie over others when it is moved by `lag` in a circle of `period`. */
const circular = (lag: number, side: number, period: number): number =>
  Math.max(1, Math.max(0, side - lag) + Math.max(0, side - (period - lag)))

/** Lags that are kept, in longest vectors of a lattice. */
const farthest = 6

/** Highest frequency in cycles per number of a lag map: three numbers and more for a wave. */
const finest = 0.31

/**
 * Correlates a picture with itself through a ring of its whitened power.
 *
 * @param power as `whitened` gives it
 * @param least the shortest vector of a lattice in pixels @param most the longest: chance is measured between them
 */
export function lagMap(
  spectrum: PowerSpectrum,
  power: Float32Array,
  ring: FrequencyRing,
  least: number,
  most: number,
): LagMap {
  const step =
    ring.highest <= finest / 2 ? 2 : ring.highest <= finest || spectrum.columns * spectrum.rows >= 1 << 19 ? 1 : 0.5
  const columns = spectrum.columns / step
  const rows = spectrum.rows / step
  const plan = fftPlan(columns, rows)
  const re = new Float32Array(plan.bins * rows)
  fillRing(spectrum, power, ring, re, plan.bins, rows)
  const data = new Float32Array(columns * rows)
  plan.inverse(re, new Float32Array(re.length), data)
  const map = new LagMap(data, { columns, rows, step }, spectrum, farthest * most)
  standardise(map, least, most)
  return map
}

/** Copies a ring of the power, less its mean, into a spectrum of another size. */
function fillRing(
  spectrum: PowerSpectrum,
  power: Float32Array,
  { lowest, highest }: FrequencyRing,
  out: Float32Array,
  outBins: number,
  outRows: number,
): void {
  const { columns, rows, bins } = spectrum
  const half = Math.min(rows, outRows) >> 1
  const [low, high] = [lowest * lowest, highest * highest]
  let sum = 0
  let count = 0
  for (let pass = 0; pass < 2; pass++) {
    const mean = sum / Math.max(1, count)
    for (let row = -half + 1; row < half; row++) {
      const down = (row / rows) ** 2
      if (down > high) continue
      const from = ((row + rows) % rows) * bins
      const to = ((row + outRows) % outRows) * outBins
      const first = down >= low ? 0 : Math.ceil(Math.sqrt(low - down) * columns)
      const last = Math.min(bins - 2, outBins - 2, Math.floor(Math.sqrt(high - down) * columns))
      if (pass === 0) {
        for (let bin = first; bin <= last; bin++) sum += power[from + bin]!
        count += Math.max(0, last - first + 1)
      } else for (let bin = first; bin <= last; bin++) out[to + bin] = power[from + bin]! - mean
    }
  }
}

/** Divides correlations by their deviation, as measured over the lags between `least` and `most`, as far as they are looked at. */
function standardise(map: LagMap, least: number, most: number): void {
  const { data, columns, rows, step } = map
  const reachAcross = Math.min(columns / 2, Math.ceil(map.mostAcross / step) + 3)
  const reachDown = Math.min(rows / 2, Math.ceil(map.mostDown / step) + 3)
  const across = steadying(map.width, columns, step)
  const down = steadying(map.height, rows, step)
  let sum = 0
  let count = 0
  // A lag and its opposite are the same: half of them is enough.
  for (let row = 0; row < Math.min(reachDown, most / step); row++)
    for (let lag = -reachAcross; lag < reachAcross; lag++) {
      const distance = (lag * lag + row * row) * step * step
      if (distance < least * least || distance > most * most) continue
      const column = lag & (columns - 1)
      const value = data[row * columns + column]! * across[column]! * down[row]!
      sum += value * value
      count++
    }
  const scale = sum > 0 ? Math.sqrt(count / sum) : 0
  for (let lag = -reachDown; lag < reachDown; lag++) {
    const row = lag & (rows - 1)
    const factor = down[row]! * scale
    const from = row * columns
    for (let at = from; at < from + reachAcross; at++) data[at]! *= factor * across[at - from]!
    for (let at = from + columns - reachAcross; at < from + columns; at++) data[at]! *= factor * across[at - from]!
  }
}

/** What correlations of each lag along a side are multiplied by, so that chance makes them equally high. */
function steadying(side: number, numbers: number, step: number): Float64Array {
  const result = new Float64Array(numbers)
  for (let at = 0; at < numbers; at++)
    result[at] = 1 / Math.sqrt(circular(Math.min(at, numbers - at) * step, side, numbers * step))
  return result
}
