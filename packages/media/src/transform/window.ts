import { checkLength } from './precision.ts'

/**
 * The shape of a window; `kaiser` with its beta (0 is rectangular, 14 is narrow with side lobes below -100 dB),
 * `kaiserBesselDerived` likewise.
 */
export type WindowShape =
  | 'rectangular'
  | 'hann'
  | 'sqrt-hann'
  | 'hamming'
  | 'blackman'
  | { readonly kaiser: number }
  | { readonly kaiserBesselDerived: number }

/**
 * `periodic` windows are those of frames that overlap and of spectra: one number more would close the period.
 * `symmetric` windows are those of filters: first and last number are the same.
 */
export type WindowSampling = 'periodic' | 'symmetric'

/**
 * The numbers of a window, at most 1, as SciPy's `get_window` gives them. A window of one number is [1].
 *
 * Hann, Hamming and Blackman: F. J. Harris, On the use of windows for harmonic analysis with the discrete Fourier
 * transform, Proc. IEEE 66 (1978). Kaiser: J. F. Kaiser, Nonrecursive digital filter design using the I0-sinh window
 * function, ISCAS 1974. Derived: ISO/IEC 13818-7 (AAC), 15.3.2.
 *
 * @throws RangeError if the length is not a whole number of at least 1, if beta is negative, or if a derived window is
 * to have an odd length or to be periodic, for which it is not defined
 */
export function makeWindow(shape: WindowShape, length: number, sampling: WindowSampling = 'periodic'): Float64Array {
  checkLength('The length of a window', length)
  if (typeof shape === 'object') {
    const beta = 'kaiser' in shape ? shape.kaiser : shape.kaiserBesselDerived
    if (!(beta >= 0 && beta <= 700))
      throw new RangeError(`The beta of a Kaiser window must be from 0 to 700, and is ${beta}.`)
    if ('kaiserBesselDerived' in shape) return derived(beta, length, sampling)
  }
  if (length === 1) return Float64Array.of(1)
  const period = sampling === 'periodic' ? length : length - 1
  const at = valueAt(shape)
  return Float64Array.from({ length }, (_, j) => at(j / period))
}

/** The value of a window by the place in its period, 0 to 1. */
function valueAt(shape: Exclude<WindowShape, { kaiserBesselDerived: number }>): (place: number) => number {
  const cosine = (place: number) => Math.cos(2 * Math.PI * place)
  switch (shape) {
    case 'rectangular':
      return () => 1
    case 'hann':
      return (place) => 0.5 - 0.5 * cosine(place)
    case 'sqrt-hann':
      return (place) => Math.sin(Math.PI * place)
    case 'hamming':
      return (place) => 0.54 - 0.46 * cosine(place)
    case 'blackman':
      return (place) => 0.42 - 0.5 * cosine(place) + 0.08 * cosine(2 * place)
    default: {
      const whole = besselI0(shape.kaiser)
      return (place) => besselI0(shape.kaiser * Math.sqrt(Math.max(0, 1 - (2 * place - 1) ** 2))) / whole
    }
  }
}

/** Roots of the running sum of a Kaiser window; the squares of the halves add up to 1. */
function derived(beta: number, length: number, sampling: WindowSampling): Float64Array {
  if (length % 2 === 1)
    throw new RangeError(`A Kaiser-Bessel-derived window must have an even length, and has ${length}.`)
  if (sampling === 'periodic')
    throw new RangeError('A Kaiser-Bessel-derived window is symmetric; it has no periodic form.')
  const half = length / 2
  const sums = makeWindow({ kaiser: beta }, half + 1, 'symmetric')
  for (let j = 1; j <= half; j++) sums[j]! += sums[j - 1]!
  return Float64Array.from({ length }, (_, j) => Math.sqrt(sums[j < half ? j : length - 1 - j]! / sums[half]!))
}

/** Modified Bessel function of the first kind, order 0, by its power series, whose terms are all positive. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k)
    sum += term
  }
  return sum
}
