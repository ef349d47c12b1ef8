import { kaiser, kaiserDesign } from './kaiser.ts'

/** How good a resampling is: `high` for what is kept, `fast` for what is looked at or fed to a model. */
export type ResamplingQuality = 'high' | 'fast'

/** What a quality promises. Frequencies are parts of the lower of the two sampling rates. */
export interface ResamplingPromise {
  /** Up to here the gain is 1, within `ripple`. */
  readonly passband: number
  /** From here on the gain is at most `-stopband`. It is the Nyquist frequency of the lower rate: nothing folds back. */
  readonly stop: number
  /** dB */
  readonly ripple: number
  /** dB */
  readonly stopband: number
}

export const resamplingPromises: Readonly<Record<ResamplingQuality, ResamplingPromise>> = {
  high: { passband: 0.45, stop: 0.5, ripple: 0.0001, stopband: 120 },
  fast: { passband: 0.4, stop: 0.5, ripple: 0.002, stopband: 80 },
}

/** dB by which the design exceeds the promise: Kaiser's rules are approximate. */
const margin = 6

/** A low-pass filter as a function of time. */
export interface ResamplingFilter {
  /** The filter is 0 from here on, on both sides, in samples of the input. A multiple of 4. */
  readonly halfWidth: number
  /** The impulse response, `time` in samples of the input. Even: it delays nothing. */
  response(time: number): number
}

/**
 * The filter for a ratio of rates, `to` / `from`: a sinc under a Kaiser window, cut off in the middle between the end of the pass-band and
 * the Nyquist frequency of the lower rate. With a ratio of 1 it lets everything through as it is.
 */
export function resamplingFilter(ratio: number, quality: ResamplingQuality): ResamplingFilter {
  if (ratio === 1) return { halfWidth: 4, response: (time) => (time === 0 ? 1 : 0) }
  const { passband, stop, stopband } = resamplingPromises[quality]
  const scale = Math.min(1, ratio)
  const { beta, length } = kaiserDesign(stopband + margin, (stop - passband) * scale)
  const halfWidth = 4 * Math.ceil(length / 8)
  const cutoff = (stop + passband) * scale
  return {
    halfWidth,
    response(time) {
      if (Math.abs(time) >= halfWidth) return 0
      const x = Math.PI * cutoff * time
      return cutoff * (x === 0 ? 1 : Math.sin(x) / x) * kaiser(time / halfWidth, beta)
    },
  }
}

/** A filter as rows of coefficients, ready to be multiplied with stretches of input. */
export interface FilterTable {
  /** Row after row, `taps` coefficients each. */
  readonly rows: Float64Array<ArrayBuffer>
  readonly taps: number
  /** Rows for one sample of input: phase p of them is at p / `phases` of the way to the next sample. */
  readonly phases: number
  /** Whether there are rows for all phases that occur; else one row before phase 0 and two after the last, to interpolate with. */
  readonly exact: boolean
}

/** Coefficients that an exact table may have: 4 MiB of them. */
const mostCoefficients = 2 ** 19

/**
 * Rows of interpolated tables for a sample of input at full bandwidth. A cubic through rows so close errs by 3/128 (pi / 128)^4, which is
 * 161 dB down.
 */
const betweenPhases = 128

/**
 * The table for a ratio: exact where it is `up` / `down` in whole numbers and has few enough phases, else to be interpolated.
 *
 * Coefficient q of a row meets the sample that lies `halfWidth - 1 - q` before the whole part of the output's time.
 */
export function filterTable(filter: ResamplingFilter, ratio: number, up: number | undefined): FilterTable {
  const taps = 2 * filter.halfWidth
  const exact = up !== undefined && up * taps <= mostCoefficients
  const phases = exact ? up : Math.max(4, Math.ceil(betweenPhases * Math.min(1, ratio)))
  const before = exact ? 0 : 1
  const count = exact ? phases : phases + 3
  const rows = new Float64Array(count * taps)
  for (let row = 0; row < count; row++) {
    // One division keeps times that are equal in two rows equal in their last bit.
    for (let q = 0; q < taps; q++) {
      rows[row * taps + q] = filter.response((row - before + (filter.halfWidth - 1 - q) * phases) / phases)
    }
  }
  return { rows, taps, phases, exact }
}
