import { lufsOf, shortTermWindow } from '../measure/loudness.ts'
import { PrefixSums } from './prefix-sums.ts'

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
 * Thins out a long track that comes bit by bit. No peak is lost: each step keeps its extremes beside its mean. Values that are not finite
 * (silence in dB) are left out, and a step with nothing else is NaN, which plots as a gap.
 */
export class TrackMeter {
  readonly #length: number
  readonly #rate: number
  readonly #least: Float32Array
  readonly #most: Float32Array
  readonly #sum: Float64Array
  readonly #used: Float64Array
  #at = 0

  /**
   * @param length how many values there will be; more are left out @param rate of them there are in a second
   * @param steps of the track, at the most
   * @throws RangeError if the rate is not above 0
   */
  constructor(length: number, rate: number, steps = mostSteps) {
    if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) throw new RangeError(`A track has no ${rate} values a second.`)
    const count = Math.max(0, Math.min(length, Math.max(1, Math.floor(steps))))
    this.#length = length
    this.#rate = rate
    this.#least = new Float32Array(count).fill(Number.POSITIVE_INFINITY)
    this.#most = new Float32Array(count).fill(Number.NEGATIVE_INFINITY)
    this.#sum = new Float64Array(count)
    this.#used = new Float64Array(count)
  }

  /** Takes in the next values. */
  push(values: ArrayLike<number>): void {
    const count = this.#sum.length
    for (let i = 0; i < values.length && this.#at < this.#length; i++, this.#at++) {
      const value = values[i]!
      if (!Number.isFinite(value)) continue
      const step = Math.floor((this.#at * count) / this.#length)
      if (value < this.#least[step]!) this.#least[step] = value
      if (value > this.#most[step]!) this.#most[step] = value
      this.#sum[step]! += value
      this.#used[step]! += 1
    }
  }

  /** What came in. */
  track(): Track {
    const count = this.#sum.length
    const there = (step: number, value: number) => (this.#used[step]! > 0 ? value : Number.NaN)
    return {
      step: count > 0 ? this.#length / this.#rate / count : 0,
      least: this.#least.map((value, step) => there(step, value)),
      mean: Float32Array.from(this.#sum, (sum, step) => there(step, sum / this.#used[step]!)),
      most: this.#most.map((value, step) => there(step, value)),
    }
  }
}

/**
 * Thins out a track; see {@link TrackMeter}.
 *
 * @param values at equal distances @param rate values a second @param steps at the most
 * @throws RangeError if the rate is not above 0
 */
export function decimate(values: ArrayLike<number>, rate: number, steps = mostSteps): Track {
  const meter = new TrackMeter(values.length, rate, steps)
  meter.push(values)
  return meter.track()
}

/** The same in fewer steps; itself where it has no more. @param steps at the most */
export function coarser(track: Track, steps: number): Track {
  const each = Math.ceil(track.mean.length / Math.max(1, Math.floor(steps)))
  if (each <= 1) return track
  const count = Math.ceil(track.mean.length / each)
  const of = (values: Float32Array, join: (part: Float32Array) => number) =>
    Float32Array.from({ length: count }, (_, i) => {
      const part = values.subarray(i * each, (i + 1) * each).filter((value) => !Number.isNaN(value))
      return part.length > 0 ? join(part) : Number.NaN
    })
  return {
    step: track.step * each,
    least: of(track.least, (part) => Math.min(...part)),
    mean: of(track.mean, (part) => part.reduce((sum, value) => sum + value, 0) / part.length),
    most: of(track.most, (part) => Math.max(...part)),
  }
}

/** Seconds that a track lasts. */
export const durationOf = ({ step, mean }: Track): number => step * mean.length

/**
 * Loudness over the last 3 s (EBU Tech 3341, short-term), ten times a second, from K-weighted power. There is none before 3 s have passed
 * (NaN); a recording that is shorter has that of all of it.
 *
 * @param power K-weighted and channel-weighted mean square, 100 a second
 * @returns LUFS, 10 a second; negative infinity for digital silence
 */
export function shortTermLoudness(power: ArrayLike<number>): Float32Array {
  const [window, hop] = [Math.min(shortTermWindow, power.length), 10]
  const loudness = new Float32Array(Math.ceil(power.length / hop)).fill(Number.NaN)
  const sums = new PrefixSums(power, window)
  for (let i = 0; i < loudness.length; i++) {
    const end = Math.min(power.length, (i + 1) * hop)
    if (end >= window) loudness[i] = lufsOf(Math.max(0, sums.between(end - window, end)) / window)
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
  const loudness = lufsOf(sum / Math.max(1, end - first))
  return Number.isFinite(loudness) ? loudness : null
}
