import type { Envelopes } from './band-envelopes.ts'

/** How fast the envelopes of octave bands fall, as a profile has it. */
export interface DecayStatistics {
  /** Hz, centres of octave bands. */
  readonly frequency: number[]
  /** For each band, in dB: falls over 30, 80, 200 and 400 ms, six quantiles each, then six quantiles of the level. */
  readonly statistics: number[][]
}

/** Steps of 10 ms over which falls are taken. */
const lags = [3, 8, 20, 40]
const fallQuantiles = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9]
const levelQuantiles = [0.05, 0.15, 0.3, 0.5, 0.7, 0.9]
/** dB under the mean to which levels are followed, and from where falls count. */
const depth = 50
const active = 45
/** Steps without which there is too little to tell: two seconds. */
const leastSteps = 200
/** Bins of histograms in a decibel. */
const fineness = 8
const bins = 120 * fineness

/**
 * Statistics of the falls of a recording's envelopes, which reverberation slows down; null where there is too little sound.
 *
 * @param envelopes of {@link BandEnvelopes}
 */
export function decayStatistics(envelopes: Envelopes): DecayStatistics | null {
  const { frequency, steps, values, stretch } = envelopes
  if (steps < leastSteps) return null
  const statistics: number[][] = []
  const band = new Float32Array(steps)
  for (let b = 0; b < frequency.length; b++) {
    for (let i = 0; i < steps; i++) band[i] = values[i * frequency.length + b] as number
    const found = bandStatistics(band, stretch)
    if (!found) return null
    statistics.push(found)
  }
  return statistics.length ? { frequency: [...frequency], statistics } : null
}

/**
 * The statistics of one band; null where it is silent.
 *
 * @param power mean squares, 100 a second
 * @param stretch steps after which what follows is not adjacent; 0: none
 */
export function bandStatistics(power: Float32Array, stretch = 0): number[] | null {
  let mean = 0
  for (const value of power) mean += value
  mean /= power.length
  if (!(mean > 1e-14)) return null
  const levels = new Float32Array(power.length)
  for (let i = 0; i < levels.length; i++) levels[i] = Math.max(-depth, 10 * Math.log10((power[i] as number) / mean))
  const out: number[] = []
  const histogram = new Uint32Array(bins)
  for (const lag of lags) {
    histogram.fill(0)
    for (let i = lag; i < levels.length; i++) {
      if (stretch > 0 && i % stretch < lag) continue
      const before = levels[i - lag] as number
      const fall = before - (levels[i] as number)
      if (fall > 0 && before > -active) (histogram[Math.floor(fall * fineness)] as number)++
    }
    for (const q of fallQuantiles) out.push(quantileOf(histogram, 1 - q) / Math.sqrt(lag))
  }
  histogram.fill(0)
  for (const level of levels) (histogram[Math.floor((level + depth) * fineness)] as number)++
  const found = levelQuantiles.map((q) => quantileOf(histogram, q))
  const top = found[found.length - 1] as number
  for (const level of found) out.push((level - top) / 2)
  return out
}

/** dB; linear inside a bin. */
function quantileOf(histogram: Uint32Array, q: number): number {
  let total = 0
  for (const count of histogram) total += count
  if (total === 0) return 0
  let below = 0
  for (let bin = 0; bin < histogram.length; bin++) {
    const count = histogram[bin] as number
    if (below + count >= q * total && count > 0) return (bin + (q * total - below) / count) / fineness
    below += count
  }
  return histogram.length / fineness
}

/** Mean difference of two recordings' decay, dB, over the bands that both have; 0 where they share none. */
export function decayDistance(a: DecayStatistics, b: DecayStatistics): number {
  let [sum, count] = [0, 0]
  for (const [i, frequency] of a.frequency.entries()) {
    const other = b.statistics[b.frequency.indexOf(frequency)]
    if (!other) continue
    for (const [j, value] of (a.statistics[i] as number[]).entries()) {
      sum += Math.abs(value - (other[j] ?? value))
      count++
    }
  }
  return count ? sum / count : 0
}
