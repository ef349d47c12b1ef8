import { checkArray, checkLength, type Numbers, numbers, type Precision } from './precision.ts'
import { RealFft } from './real-fft.ts'
import { makeWindow, type WindowShape } from './window.ts'

export interface StftOptions {
  /** Samples of a frame. */
  readonly frame: number
  /** Samples from the beginning of a frame to that of the next, at most `frame`. */
  readonly hop: number
  /** A shape, sampled as a period, or `frame` numbers. Default `hann`. */
  readonly window?: WindowShape | ArrayLike<number>
  /** Default `float64`. */
  readonly precision?: Precision
  /** Samples that are transformed, at least `frame`; what a frame lacks is zero. Default `frame`. */
  readonly padded?: number
}

/** Spectra of all frames of a signal: frame after frame, `bins` numbers each. */
export interface Spectrogram {
  readonly frames: number
  readonly bins: number
  readonly re: Numbers
  readonly im: Numbers
}

/**
 * A plan for short-time Fourier transforms.
 *
 * Frames begin at sample hop - frame and then every hop, as long as they begin within the signal; beyond the ends of
 * the signal there are zeros. So every sample, also the first and last, lies in as many frames as any other, and the
 * inverse is exact everywhere. A spectrum is the transform of the windowed frame, not scaled: the phase is that of the
 * frame's first sample. When hop divides half the frame these are the slices of SciPy's `ShortTimeFFT` with
 * `phase_shift=None`.
 *
 * The inverse lays the frames over each other with the canonical dual window, which also makes it the best
 * approximation (least squares) of spectra that are not those of any signal. D. W. Griffin, J. S. Lim, Signal
 * estimation from modified short-time Fourier transform, IEEE Trans. ASSP 32 (1984).
 *
 * For signals that arrive in blocks there are `StftAnalyser` and `StftSynthesiser`, which give the same numbers.
 */
export class Stft {
  readonly frame: number
  readonly hop: number
  readonly precision: Precision
  /** Numbers of a spectrum. */
  readonly bins: number
  readonly window: Numbers
  /** What the inverse weighs frames with: the window divided by the sum of the squares that fall on the same sample. */
  readonly dualWindow: Numbers
  readonly #fft: RealFft
  readonly #samples: Numbers

  /**
   * @throws RangeError if a length is not a whole number of at least 1, hop is above frame, padded below it, the window
   * has another length, or window and hop leave samples without weight (they must satisfy the NOLA condition)
   */
  constructor({ frame, hop, window = 'hann', precision = 'float64', padded = frame }: StftOptions) {
    checkLength('The frame', frame)
    checkLength('The hop', hop)
    checkLength('The padded length', padded)
    if (hop > frame) throw new RangeError(`The hop (${hop}) must not be above the frame (${frame}).`)
    if (padded < frame) throw new RangeError(`The padded length (${padded}) must not be below the frame (${frame}).`)
    this.frame = frame
    this.hop = hop
    this.precision = precision
    const values = isNumbers(window) ? Float64Array.from(window) : makeWindow(window, frame)
    checkArray('The window', values, frame)
    this.window = numbers(precision, frame)
    this.window.set(values)
    this.dualWindow = numbers(precision, frame)
    this.dualWindow.set(dualOf(values, hop))
    const wide = (values: Numbers) => Float64Array.from({ length: padded }, (_, j) => values[j] ?? 0)
    this.#fft = new RealFft(padded, precision, { before: wide(this.window), after: wide(this.dualWindow) })
    this.#samples = numbers(precision, padded)
    this.bins = this.#fft.bins
  }

  /** Samples that the first frame has before the signal. */
  get lead(): number {
    return this.frame - this.hop
  }

  /** How many frames a signal has. */
  framesOf(length: number): number {
    return Math.ceil((length + this.lead) / this.hop)
  }

  /**
   * Transforms a whole signal.
   *
   * @param into arrays of `framesOf(signal.length) * bins` numbers each, which spare making new ones
   * @throws RangeError if they have another length
   */
  forward(signal: Numbers, into?: Pick<Spectrogram, 're' | 'im'>): Spectrogram {
    const { bins, hop, lead } = this
    const frames = this.framesOf(signal.length)
    const re = into?.re ?? numbers(this.precision, frames * bins)
    const im = into?.im ?? numbers(this.precision, frames * bins)
    checkArray('re', re, frames * bins)
    checkArray('im', im, frames * bins)
    for (let index = 0; index < frames; index++) {
      const at = index * bins
      this.forwardFrame(signal, index * hop - lead, re.subarray(at, at + bins), im.subarray(at, at + bins))
    }
    return { frames, bins, re, im }
  }

  /**
   * The signal of a spectrogram.
   *
   * @param length samples of the signal; the spectrogram must have `framesOf(length)` frames
   * @throws RangeError if it has not, or its arrays have other lengths
   */
  inverse({ re, im }: Pick<Spectrogram, 're' | 'im'>, length: number): Numbers {
    const { bins, hop, lead } = this
    const frames = this.framesOf(length)
    checkArray('re', re, frames * bins)
    checkArray('im', im, frames * bins)
    const signal = numbers(this.precision, length)
    for (let index = 0; index < frames; index++) {
      const at = index * bins
      this.addFrame(re.subarray(at, at + bins), im.subarray(at, at + bins), signal, index * hop - lead)
    }
    return signal
  }

  /**
   * The spectrum of one frame.
   *
   * @param start where in the signal it begins; outside of the signal are zeros
   * @param re `bins` numbers @param im `bins` numbers
   */
  forwardFrame(signal: Numbers, start: number, re: Numbers, im: Numbers): void {
    const { frame } = this
    const samples = this.#samples
    const from = Math.max(0, -start)
    const to = Math.max(from, Math.min(frame, signal.length - start))
    if (to - from === samples.length) return this.#fft.forward(signal.subarray(start, start + frame), re, im)
    samples.fill(0)
    samples.set(signal.subarray(start + from, start + to), from)
    this.#fft.forward(samples, re, im)
  }

  /**
   * Adds the samples of one frame, weighed with the dual window, to a signal; what lies outside of the signal is
   * dropped.
   */
  addFrame(re: Numbers, im: Numbers, signal: Numbers, start: number): void {
    const { frame } = this
    const samples = this.#samples
    this.#fft.inverse(re, im, samples)
    const to = Math.min(frame, signal.length - start)
    for (let j = Math.max(0, -start); j < to; j++) signal[start + j]! += samples[j]!
  }
}

const isNumbers = (window: WindowShape | ArrayLike<number>): window is ArrayLike<number> =>
  typeof window === 'object' && 'length' in window

function dualOf(window: Float64Array, hop: number): Float64Array {
  const weights = new Float64Array(hop)
  for (const [j, value] of window.entries()) weights[j % hop]! += value * value
  const least = weights.reduce((a, b) => Math.min(a, b))
  const most = weights.reduce((a, b) => Math.max(a, b))
  // Below this share of the largest weight a sample could not be told from rounding.
  if (!(least > 1e-10 * most)) {
    throw new RangeError(
      `With a hop of ${hop} this window leaves samples without weight. Use a smaller hop or another window.`,
    )
  }
  return window.map((value, j) => value / weights[j % hop]!)
}
