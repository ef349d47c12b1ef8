import { powerOfTwoFrom } from '../transform/factors.ts'
import { type Numbers, numbers, type Precision } from '../transform/precision.ts'
import { RealFft } from '../transform/real-fft.ts'
import { OverlapSave } from './overlap-save.ts'

/**
 * What is kept of a convolution: `full`, all of it, as long as both together less one; `same`, its middle, as long as the first; `valid`,
 * where the shorter lies within the longer, as long as the longer less the shorter plus one.
 */
export type ConvolutionMode = 'full' | 'same' | 'valid'

/** Up to so many products, sums are faster than the setting up of a transform. */
const directProducts = 2 ** 17

/** Up to so many samples of the shorter, sums are faster than transforms, however long the other is. */
const directLength = 12

/** With one this many times as long as the other, the longer is transformed in pieces. */
const lopsided = 4

/**
 * The convolution of two signals: out[n] = sum over j of a[j] * b[n - j]. Short signals are summed up, in float64; longer ones are
 * multiplied as spectra, in their own precision.
 *
 * @param b of the same precision as `a`
 * @returns numbers of that precision; none if a signal has none
 */
export function convolve<T extends Numbers>(a: T, b: T, mode: ConvolutionMode = 'full'): T {
  const precision: Precision = a instanceof Float32Array ? 'float32' : 'float64'
  if (a.length === 0 || b.length === 0) return numbers(precision, 0) as T
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  const [from, to] = rangeOf(mode, a.length, b.length)
  if (isDirect(long.length, short.length)) return direct(long, short, from, to, precision) as T
  if (long.length < lopsided * short.length) return atOnce(long, short, precision).slice(from, to) as T
  return inPieces(long, short, precision).slice(from, to) as T
}

/** Which samples of the full convolution a mode keeps. */
function rangeOf(mode: ConvolutionMode, a: number, b: number): [from: number, to: number] {
  const from = mode === 'full' ? 0 : mode === 'same' ? Math.floor((b - 1) / 2) : Math.min(a, b) - 1
  const length = mode === 'full' ? a + b - 1 : mode === 'same' ? a : Math.max(a, b) - Math.min(a, b) + 1
  return [from, from + length]
}

const isDirect = (long: number, short: number): boolean => short <= directLength || long * short <= directProducts

function direct(long: Numbers, short: Numbers, from: number, to: number, precision: Precision): Numbers {
  const out = new Float64Array(to - from)
  // One factor at a time: sums of neighbours do not wait for each other.
  for (const [j, factor] of short.entries()) {
    const end = Math.min(to, j + long.length)
    for (let n = Math.max(from, j); n < end; n++) out[n - from]! += factor * long[n - j]!
  }
  return precision === 'float64' ? out : new Float32Array(out)
}

function atOnce(a: Numbers, b: Numbers, precision: Precision): Numbers {
  const fft = new RealFft(powerOfTwoFrom(a.length + b.length - 1), precision)
  const padded = numbers(precision, fft.length)
  const [ar, ai, br, bi] = Array.from({ length: 4 }, () => numbers(precision, fft.bins)) as [
    Numbers,
    Numbers,
    Numbers,
    Numbers,
  ]
  padded.set(a)
  fft.forward(padded, ar, ai)
  padded.fill(0)
  padded.set(b)
  fft.forward(padded, br, bi)
  for (let k = 0; k < fft.bins; k++) {
    const re = ar[k]! * br[k]! - ai[k]! * bi[k]!
    ai[k] = ar[k]! * bi[k]! + ai[k]! * br[k]!
    ar[k] = re
  }
  fft.inverse(ar, ai, padded)
  return padded
}

function inPieces(long: Numbers, short: Numbers, precision: Precision): Numbers {
  const convolver = new OverlapSave(short, precision)
  const [start, end] = [convolver.push(long), convolver.flush()]
  const whole = numbers(precision, start.length + end.length)
  whole.set(start)
  whole.set(end, start.length)
  return whole
}
