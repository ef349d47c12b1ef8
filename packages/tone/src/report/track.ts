import type { GainReduction } from './report.ts'

/** A value over time in few enough steps to draw: of each step the least, the mean and the most. */
export interface Track {
  /** seconds of each step */
  readonly step: number
  readonly least: Float32Array
  readonly mean: Float32Array
  readonly most: Float32Array
}

/** More steps than this no screen shows. */
export const mostSteps = 800

/**
 * Thins out a long track. No peak is lost: each step keeps its extremes beside its mean. Values that are not finite (silence in dB) are
 * left out, and a step with nothing else is NaN, which plots as a gap.
 *
 * @param values at equal distances @param rate values a second @param steps at the most
 */
export function decimate(values: ArrayLike<number>, rate: number, steps = mostSteps): Track {
  const count = Math.min(values.length, Math.max(1, Math.floor(steps)))
  const [least, mean, most] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
  for (let step = 0; step < count; step++) {
    const [from, to] = [Math.floor((step * values.length) / count), Math.floor(((step + 1) * values.length) / count)]
    let [low, high, sum, used] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
    for (let i = from; i < to; i++) {
      const value = values[i]!
      if (!Number.isFinite(value)) continue
      if (value < low) low = value
      if (value > high) high = value
      sum += value
      used++
    }
    least[step] = used > 0 ? low : Number.NaN
    mean[step] = used > 0 ? sum / used : Number.NaN
    most[step] = used > 0 ? high : Number.NaN
  }
  return { step: count > 0 ? values.length / rate / count : 0, least, mean, most }
}

/** Seconds that a track lasts. */
export const durationOf = ({ step, mean }: Track): number => step * mean.length

/** Loudness of mean power, ITU-R BS.1770-5. */
const loudnessOf = (power: number): number => -0.691 + 10 * Math.log10(power)

/**
 * Loudness over the last 3 s (EBU Tech 3341, short-term), ten times a second, from K-weighted power. The first 3 s are taken over what
 * there is by then. A recording of less than a second has one value.
 *
 * @param power K-weighted and channel-weighted mean square, 100 a second
 * @returns LUFS, negative infinity for digital silence; the rate is 10 a second
 */
export function shortTermLoudness(power: ArrayLike<number>): Float32Array {
  const [window, hop] = [300, 10]
  const loudness = new Float32Array(Math.ceil(power.length / hop))
  const sums = new Float64Array(power.length + 1)
  for (let i = 0; i < power.length; i++) sums[i + 1] = sums[i]! + power[i]!
  for (let i = 0; i < loudness.length; i++) {
    const end = Math.min(power.length, (i + 1) * hop)
    // A window that is not full yet reads the beginning as a whole second, so that one loud attack is not taken for the level.
    const begin = Math.max(0, Math.min(end - window, power.length))
    const length = Math.max(end - begin, Math.min(100, power.length))
    loudness[i] = loudnessOf(Math.max(0, sums[end]! - sums[begin]!) / length)
  }
  return loudness
}

/**
 * Mean loudness of a stretch, without gates.
 *
 * @param power 100 a second @param from seconds @param seconds how long
 * @returns LUFS; null for silence
 */
export function loudnessBetween(power: ArrayLike<number>, from: number, seconds: number): number | null {
  const [first, end] = [Math.max(0, Math.round(from * 100)), Math.min(power.length, Math.round((from + seconds) * 100))]
  let sum = 0
  for (let i = first; i < end; i++) sum += power[i]!
  const loudness = loudnessOf(sum / Math.max(1, end - first))
  return Number.isFinite(loudness) ? loudness : null
}

const hundredths = (value: number): number => Math.round(value * 100) / 100
const thousandths = (value: number): number => Math.round(value * 1000) / 1000

/**
 * How much a gain takes away, counting only what is below 0 dB.
 *
 * @param gains dB at equal distances in time
 */
export function gainReductionOf(gains: ArrayLike<number>): GainReduction {
  const histogram = new Float64Array(6001)
  let [most, sum] = [0, 0]
  for (let i = 0; i < gains.length; i++) {
    const taken = Math.min(60, Math.max(0, -gains[i]! || 0))
    histogram[Math.floor(taken * 100)]!++
    if (taken > most) most = taken
    sum += taken
  }
  const count = Math.max(1, gains.length)
  const over = (decibels: number): number => {
    let above = 0
    for (let i = decibels * 100 + 1; i < histogram.length; i++) above += histogram[i]!
    return thousandths(above / count)
  }
  let [usual, below] = [0, 0]
  while (usual < 6000 && below + histogram[usual]! < 0.95 * count) below += histogram[usual++]!
  return {
    most: hundredths(most),
    mean: hundredths(sum / count),
    usual: usual / 100,
    overOne: over(1),
    overThree: over(3),
    overSix: over(6),
  }
}
