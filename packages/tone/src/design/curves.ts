import type { Curve } from '../profile.ts'

/** Points of an octave on the grid that spectra and curves lie on. */
export const pointsPerOctave = 24

/**
 * Values of a curve at rising frequencies: linear in dB over the logarithm of frequency, held beyond the ends.
 *
 * @param frequency Hz, rising; 0 is taken as the lowest
 * @param out where they are put; default: an array of their own
 */
export function curveAt(
  curve: Curve,
  frequency: ArrayLike<number>,
  out: Float64Array = new Float64Array(frequency.length),
): Float64Array {
  const { frequency: at, level } = curve
  if (at.length === 0) return out.fill(0)
  const last = at.length - 1
  let k = -1
  let [next, begin, low, slope] = [at[0]!, at[0]!, level[0]!, 0]
  for (let i = 0; i < out.length; i++) {
    const f = frequency[i]!
    if (f > next) {
      while (k < last && at[k + 1]! < f) k++
      next = k < last ? at[k + 1]! : Number.POSITIVE_INFINITY
      begin = at[k]!
      low = level[k]!
      slope = k < last ? (level[k + 1]! - low) / Math.log(next / begin) : 0
    }
    out[i] = slope === 0 ? low : low + slope * Math.log(f / begin)
  }
  return out
}

/** A curve with its gains rounded to thousandths of a dB: what a document needs. */
export const curveOf = (frequency: ArrayLike<number>, level: ArrayLike<number>): Curve => ({
  frequency: Array.from(frequency, (f) => rounded(f, 4)),
  level: Array.from(level, (value) => rounded(value, 3)),
})

/** A number rounded to so many decimals; never -0. */
export const rounded = (value: number, decimals: number): number => {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale + 0
}

/** 10^(dB / 10) */
export const powerOf = (decibels: number): number => 10 ** (decibels / 10)

/** 10 log10 of a power, not below -200 dB. */
export const decibelsOf = (power: number): number => 10 * Math.log10(Math.max(power, 1e-20))
