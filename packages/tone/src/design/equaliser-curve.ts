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

/**
 * The middle of a curve: the level from which the least of it reaches beyond the cap; where several will do, the one nearest to
 * `preferred`.
 */
export function middleOf(values: ArrayLike<number>, weight: ArrayLike<number>, cap: number, preferred: number): number {
  const cost = (middle: number) => {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += weight[i]! * Math.max(0, Math.abs(values[i]! - middle) - cap)
    return sum + 1e-4 * Math.abs(middle - preferred)
  }
  // The cost is convex: the third of a bracket with the dearer end is cut off.
  let low = preferred
  let high = preferred
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!)
    high = Math.max(high, values[i]!)
  }
  while (high - low > 1e-4) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
    if (cost(a) <= cost(b)) high = b
    else low = a
  }
  return cost(preferred) <= cost((low + high) / 2) ? preferred : (low + high) / 2
}

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
