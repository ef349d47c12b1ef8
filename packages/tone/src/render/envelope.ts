/** How an amount that is asked for becomes one that moves smoothly. All in steps. */
export interface EnvelopeShape {
  /** Steps by which it is ahead: it has arrived when it is needed. At least 1. */
  readonly ahead: number
  /** Steps in which it falls to 1/e after a single peak. */
  readonly release: number
  /** The same after it was needed for long. */
  readonly slowRelease: number
}

/**
 * Smooths amounts (0: none) so that what comes out is nowhere below what was asked for: the largest of those around, held as it falls,
 * with a Hann window over as many. Each of the values in the window is at least what is asked for in its middle, and so is their mean.
 * It falls fast after single peaks, and slowly where it was needed for long, so that a dense passage is not pumped.
 *
 * D. Giannoulis et al., Digital Dynamic Range Compressor Design, JAES 60(6), 2012 (look-ahead and release); P. Hämäläinen, Smoothing of
 * the Control Signal Without Clipped Output in Digital Peak Limiters, DAFx 2002 (why the mean keeps the bound).
 *
 * @param out as long as `asked`, which it may be
 * @param held memory to work in, 2 * ahead longer
 */
export function envelopeOf(
  asked: Float32Array,
  { ahead, release, slowRelease }: EnvelopeShape,
  out: Float32Array = new Float32Array(asked.length),
  held: Float32Array = new Float32Array(asked.length + 2 * ahead),
): Float32Array {
  const { length } = asked
  const [fast, slow] = [Math.exp(-1 / release), Math.exp(-1 / slowRelease)]
  let state = 0
  let long = 0
  // The last place, up to where is looked, with anything asked for: behind it there is nothing to search.
  let seen = -1
  for (let j = 0, next = 0; j < length; j++) {
    for (; next <= j + ahead && next < length; next++) if (asked[next]! > 0) seen = next
    let most = 0
    if (seen >= j - ahead)
      for (let i = j > ahead ? j - ahead : 0; i < next; i++) {
        const value = asked[i]!
        if (value > most) most = value
      }
    long = most + (long - most) * slow
    const floor = long < state ? long : state
    state = floor + (state - floor) * fast
    if (state < 1e-7) state = 0
    if (most > state) state = most
    held[j + ahead] = state
  }
  // The ends go on as they are, as far as windows reach over them.
  held.fill(held[ahead]!, 0, ahead)
  held.fill(state, length + ahead)
  return smoothed(held, ahead, out)
}

/** Weighted means over 2 ahead + 1 values. */
function smoothed(held: Float32Array, ahead: number, out: Float32Array): Float32Array {
  const span = 2 * ahead + 1
  const window = Float64Array.from({ length: span }, (_, i) => 1 + Math.cos((Math.PI * (i - ahead)) / (ahead + 1)))
  const sum = window.reduce((total, weight) => total + weight, 0)
  for (let i = 0; i < span; i++) window[i]! /= sum
  for (let j = 0; j < out.length; j++) {
    let total = 0
    if (held[j] === 0 && held[j + ahead] === 0 && held[j + 2 * ahead] === 0 && isZero(held, j, span)) {
      out[j] = 0
      continue
    }
    for (let i = 0; i < span; i++) total += window[i]! * held[j + i]!
    out[j] = total
  }
  return out
}

function isZero(values: Float32Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (values[i] !== 0) return false
  return true
}
