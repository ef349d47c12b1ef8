import { makeWindow } from '@colophon/media'

/**
 * An interpolation filter in the form that kernels use. Samples at the same distance to both sides of a gap meet in pairs: of a pair, the
 * sum counts with `even` and the difference with `odd`, and of the two points at the same distance from the middle of the gap one is even
 * part plus odd part and the other even minus odd. The larger magnitude of the two is the sum of both magnitudes.
 */
export interface GapFilter {
  /** Pairs of samples, the innermost first. */
  readonly pairs: number
  /** Points in a gap, without its ends: one less than the factor. */
  readonly points: number
  /** Coefficients of the point in the middle, for each pair. */
  readonly middle: Float64Array
  /** For each two points, outermost first: coefficients of sums and of differences of each pair. */
  readonly sides: readonly { readonly even: Float64Array; readonly odd: Float64Array }[]
  /** No point is further from zero than this times the largest sample that the filter meets, nor any sample. */
  readonly bound: number
}

/**
 * Designs an interpolator by a windowed sinc (Kaiser), which leaves samples as they are.
 *
 * @param factor how many times as many samples there will be; a power of two
 * @param pairs half the coefficients of a point
 * @param beta of the Kaiser window
 * @param band what the sinc passes, as a share of half the sample rate
 */
export function gapFilter(factor: number, pairs: number, beta: number): GapFilter {
  const window = makeWindow({ kaiser: beta }, 2 * pairs * factor + 1, 'symmetric')
  const centre = pairs * factor
  /** The coefficient of the sample at whole distance `k` from the one left of the gap, for the point `phase`. */
  const coefficients = (phase: number) => {
    const row = Float64Array.from({ length: 2 * pairs }, (_, i) => {
      const distance = phase - (i - pairs + 1) * factor
      return sinc(distance / factor) * window[centre + distance]!
    })
    // A constant stays as it is, whatever the ripple of the window.
    const sum = row.reduce((total, value) => total + value, 0)
    return row.map((value) => value / sum)
  }
  const pairOf = (row: Float64Array, pair: number) => [row[pairs - 1 - pair]!, row[pairs + pair]!] as const
  const each = (of: (pair: number) => number) => Float64Array.from({ length: pairs }, (_, pair) => of(pair))
  const rows = Array.from({ length: factor / 2 }, (_, i) => coefficients(i + 1))
  const half = rows.pop()!
  return {
    pairs,
    points: factor - 1,
    middle: each((pair) => pairOf(half, pair)[0]),
    sides: rows.map((row) => ({
      even: each((pair) => (pairOf(row, pair)[0] + pairOf(row, pair)[1]) / 2),
      odd: each((pair) => (pairOf(row, pair)[0] - pairOf(row, pair)[1]) / 2),
    })),
    bound: Math.max(1, ...[...rows, half].map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0))),
  }
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
