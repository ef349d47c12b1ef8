import { powersPerSecond } from '../measure/k-power.ts'
import { powerOf } from './curves.ts'
import { levelOf, windowedPower } from './transfers.ts'

/** dB below the mean where levels no longer count: pauses, not music. */
export const levelGate = 30

/** Classes of a histogram: a twentieth of a dB, from -150 to +50 LUFS. */
const [lowest, classes, perDecibel] = [-150, 4000, 20]

/** How levels are spread. */
export interface LevelSpread {
  /** Levels at 0, 1, … 100 % of what is above the gate, LUFS. */
  readonly quantiles: readonly number[]
  /** LUFS of the mean power of these quantiles. */
  readonly mean: number
  /** LUFS below which levels were left out. */
  readonly gate: number
}

/**
 * The spread of the level of a recording, over windows that lie within it.
 *
 * @param power K-weighted power per 10 ms
 * @param window seconds
 * @param depth dB below the mean of the gate
 */
export function levelSpread(power: ArrayLike<number>, window: number, depth: number = levelGate): LevelSpread {
  const means = windowedPower(power, window)
  const half = Math.min(Math.round((window * powersPerSecond - 1) / 2), Math.floor((means.length - 1) / 2))
  const counts = new Float64Array(classes)
  let [sum, count] = [0, 0]
  for (let i = Math.max(0, half); i < means.length - half; i++) {
    const level = levelOf(means[i]!)
    if (level > -70) {
      sum += means[i]!
      count++
    }
    const place = Math.floor((level - lowest) * perDecibel)
    counts[place < 0 ? 0 : place >= classes ? classes - 1 : place]!++
  }
  const gate = count > 0 ? levelOf(sum / count) - depth : -70
  const first = Math.max(0, Math.min(classes - 1, Math.ceil((gate - lowest) * perDecibel)))
  const quantiles = quantilesOf(counts, first)
  return { quantiles, mean: meanOf(quantiles), gate }
}

/** Quantiles of a histogram from a class on, linear within a class. */
function quantilesOf(counts: Float64Array, first: number): number[] {
  let total = 0
  for (let c = first; c < classes; c++) total += counts[c]!
  const quantiles: number[] = []
  let [below, c] = [0, first]
  while (c < classes - 1 && counts[c] === 0) c++
  for (let q = 0; q <= 100; q++) {
    const wanted = (q / 100) * total
    while (c < classes - 1 && (below + counts[c]! < wanted || counts[c] === 0)) {
      if (below + counts[c]! >= wanted) break
      below += counts[c]!
      c++
    }
    const part = counts[c]! > 0 ? Math.min(1, Math.max(0, (wanted - below) / counts[c]!)) : 0
    quantiles.push(total > 0 ? lowest + (c + part) / perDecibel : lowest)
  }
  return quantiles
}

/** Quantiles of what of a recording lies no deeper below its mean, from those of more of it. */
export function quantilesAbove(quantiles: readonly number[], depth: number): number[] {
  const gate = meanOf(quantiles) - depth
  const first = quantiles.findIndex((level) => level >= gate)
  if (first <= 0) return quantiles.slice()
  const [below, at] = [quantiles[first - 1]!, quantiles[first]!]
  const from = first - (at > below ? (at - gate) / (at - below) : 0)
  return quantiles.map((_, q) => quantileAt(quantiles, from + (q / 100) * (100 - from)))
}

/** Level of the mean power of quantiles. */
export function meanOf(quantiles: readonly number[]): number {
  let sum = 0
  for (const level of quantiles) sum += powerOf(level)
  return 10 * Math.log10(sum / quantiles.length)
}

/** Value at a quantile 0 to 100, linear between whole ones. */
export function quantileAt(quantiles: readonly number[], percent: number): number {
  const place = Math.min(100, Math.max(0, percent))
  const i = Math.min(99, Math.floor(place))
  return quantiles[i]! + (place - i) * (quantiles[i + 1]! - quantiles[i]!)
}
