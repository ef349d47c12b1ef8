import { pointsPerOctave } from './curves.ts'

/** What a curve may be. */
export interface CurveLimits {
  /** dB up and down from the middle of the curve. */
  readonly cap: number
  /** dB an octave. */
  readonly slope: number
}

/**
 * The smooth curve nearest to wanted values: it minimises the sum of weight * (curve - wanted)² + stiffness * (step from point to
 * point)², so where nothing is wanted (weight 0) it goes straight on. E. T. Whittaker, On a new method of graduation (1923), with
 * differences of the first order.
 */
export function smoothTo(wanted: ArrayLike<number>, weight: ArrayLike<number>, stiffness: number): Float64Array {
  const n = wanted.length
  const out = new Float64Array(n)
  const upper = new Float64Array(n)
  // A tridiagonal system, by elimination from the first to the last row; the small number settles the level where all weights are 0.
  for (let i = 0; i < n; i++) {
    const w = weight[i]! + 1e-9
    const ends = (i > 0 ? 1 : 0) + (i < n - 1 ? 1 : 0)
    const pivot = w + stiffness * ends + (i > 0 ? stiffness * upper[i - 1]! : 0)
    upper[i] = -stiffness / pivot
    out[i] = (weight[i]! * wanted[i]! + (i > 0 ? stiffness * out[i - 1]! : 0)) / pivot
  }
  for (let i = n - 2; i >= 0; i--) out[i]! -= upper[i]! * out[i + 1]!
  return out
}

/** What a curve is chosen by. */
export interface MiddleProblem {
  /** The curve without limits, dB, with any overall level. */
  readonly values: Float64Array
  /** Spectrum that the curve gives without limits, dB. */
  readonly spectrum: Float64Array
  /** How much each band counts. */
  readonly weight: Float64Array
  /** How much each band adds to loudness, as power. */
  readonly loudness: Float64Array
  readonly cap: number
}

/**
 * The middle of a curve, from which the cap is counted. Where the cap cuts off bands, the loudness of the result lacks them, and making up for
 * it moves all bands: the middle is the one where the mean distance from the wanted spectrum is least once the loudness is as it would be
 * without a cap. Where several will do, it is the one nearest to `preferred`.
 */
export function middleOf({ values, spectrum, weight, loudness, cap }: MiddleProblem, preferred: number): number {
  const power = spectrum.map((level, i) => loudness[i]! * 10 ** (level / 10))
  const whole = power.reduce((sum, value) => sum + value, 1e-20)
  const total = weight.reduce((sum, value) => sum + value, 1e-9)
  const cost = (middle: number): number => {
    let left = 1e-20
    for (let i = 0; i < values.length; i++) left += power[i]! * 10 ** (cutOff(values[i]! - middle, cap) / 10)
    const made = 10 * Math.log10(whole / left)
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += weight[i]! * Math.abs(cutOff(values[i]! - middle, cap) + made)
    return sum / total + 1e-4 * Math.abs(middle - preferred)
  }
  let [low, high] = [preferred, preferred]
  for (let i = 0; i < values.length; i++)
    if (weight[i]! > 0) {
      low = Math.min(low, values[i]!)
      high = Math.max(high, values[i]!)
    }
  // There can be more than one valley, so all of it is looked at, ever closer.
  let best = { middle: preferred, cost: cost(preferred) }
  for (let step = Math.max(0.25, (high - low) / 32); step > 0.01; step /= 4) {
    const [from, to] =
      best.cost < 1e-9
        ? [0, -1]
        : step > (high - low) / 64
          ? [low, high]
          : [best.middle - 4 * step, best.middle + 4 * step]
    for (let middle = from; middle <= to; middle += step) {
      const found = cost(middle)
      if (found < best.cost - 1e-9) best = { middle, cost: found }
    }
  }
  return best.middle
}

/** dB that a cap takes from a gain: below 0 for gains that are too high. */
const cutOff = (gain: number, cap: number): number => (gain > cap ? cap - gain : gain < -cap ? -cap - gain : 0)

/** Within the cap and no steeper than the slope: the mean of the nearest such curves above and below. */
export function limitCurve(values: ArrayLike<number>, { cap, slope }: CurveLimits): Float64Array {
  const step = slope / pointsPerOctave
  const capped = Float64Array.from(values as ArrayLike<number>, (value) => Math.min(cap, Math.max(-cap, value)))
  const below = capped.slice()
  const above = capped.slice()
  const n = capped.length
  for (let i = 1; i < n; i++) {
    below[i] = Math.min(below[i]!, below[i - 1]! + step)
    above[i] = Math.max(above[i]!, above[i - 1]! - step)
  }
  for (let i = n - 2; i >= 0; i--) {
    below[i] = Math.min(below[i]!, below[i + 1]! + step)
    above[i] = Math.max(above[i]!, above[i + 1]! - step)
  }
  return capped.map((_, i) => (below[i]! + above[i]!) / 2)
}

/**
 * 1 within a range of frequencies, falling to 0 over half an octave beyond: what a curve is multiplied with.
 *
 * @param range Hz
 */
export function rangeWeight(frequency: readonly number[], range: readonly [number, number]): Float64Array {
  return Float64Array.from(frequency, (f) => {
    const beyond = Math.max(Math.log2(range[0] / f), Math.log2(f / range[1]), 0) * 2
    return beyond >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * beyond)
  })
}
