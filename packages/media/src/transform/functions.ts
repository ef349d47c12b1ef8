import { ComplexFft } from './complex-fft.ts'
import { Dct, type DctNorm } from './dct.ts'
import { type Numbers, numbers, type Precision } from './precision.ts'
import { RealFft } from './real-fft.ts'

/** Complex numbers: real and imaginary parts. */
export interface ComplexNumbers {
  readonly re: Numbers
  readonly im: Numbers
}

/** Plans of the last few kinds and lengths that were asked for. */
const plans = new Map<string, unknown>()
const mostPlans = 8

function planFor<Plan>(kind: string, length: number, precision: Precision, make: () => Plan): Plan {
  const key = `${kind} ${length} ${precision}`
  const plan = (plans.get(key) as Plan | undefined) ?? make()
  // Set anew it is the last to go.
  plans.delete(key)
  plans.set(key, plan)
  if (plans.size > mostPlans) plans.delete(plans.keys().next().value!)
  return plan
}

const precisionOf = (values: Numbers): Precision => (values instanceof Float32Array ? 'float32' : 'float64')

/**
 * The discrete Fourier transform of complex numbers, any length, in the precision of `re`. Not scaled; `ComplexFft` has
 * the formula, and is for many transforms of one length.
 *
 * @throws RangeError if there are no numbers, or not as many imaginary as real parts
 */
export function fft({ re, im }: ComplexNumbers): ComplexNumbers {
  return complex('forward', re, im)
}

/** The inverse of `fft`, divided by the length. @throws RangeError as `fft` does */
export function inverseFft({ re, im }: ComplexNumbers): ComplexNumbers {
  return complex('inverse', re, im)
}

function complex(way: 'forward' | 'inverse', re: Numbers, im: Numbers): ComplexNumbers {
  const precision = precisionOf(re)
  const plan = planFor('complex', re.length, precision, () => new ComplexFft(re.length, precision))
  const out = { re: numbers(precision, re.length), im: numbers(precision, re.length) }
  plan[way](re, im, out.re, out.im)
  return out
}

/**
 * The spectrum of real samples, any length, in their precision: floor(length / 2) + 1 complex numbers, not scaled.
 * `RealFft` has the formula, and is for many transforms of one length.
 *
 * @throws RangeError if there are no samples
 */
export function realFft(samples: Numbers): ComplexNumbers {
  const precision = precisionOf(samples)
  const plan = realPlan(samples.length, precision)
  const out = { re: numbers(precision, plan.bins), im: numbers(precision, plan.bins) }
  plan.forward(samples, out.re, out.im)
  return out
}

/**
 * The inverse of `realFft`, divided by the length.
 *
 * @param length how many samples there were; the spectrum alone does not say whether their number is even
 * @throws RangeError if the spectrum does not have floor(length / 2) + 1 numbers
 */
export function inverseRealFft({ re, im }: ComplexNumbers, length: number): Numbers {
  const precision = precisionOf(re)
  const samples = numbers(precision, length)
  realPlan(length, precision).inverse(re, im, samples)
  return samples
}

const realPlan = (length: number, precision: Precision): RealFft =>
  planFor('real', length, precision, () => new RealFft(length, precision))

/**
 * The discrete cosine transform of type II, any length, in the precision of the samples. `Dct` has the formula, and is
 * for many transforms of one length.
 *
 * @throws RangeError if there are no samples
 */
export function dct2(samples: Numbers, norm: DctNorm = 'ortho'): Numbers {
  return cosine('dct2', samples, norm)
}

/**
 * The discrete cosine transform of type III: with norm `ortho` the inverse of `dct2`. @throws RangeError as `dct2` does
 */
export function dct3(coefficients: Numbers, norm: DctNorm = 'ortho'): Numbers {
  return cosine('dct3', coefficients, norm)
}

function cosine(way: 'dct2' | 'dct3', input: Numbers, norm: DctNorm): Numbers {
  const precision = precisionOf(input)
  const plan = planFor(norm, input.length, precision, () => new Dct(input.length, precision, norm))
  const output = numbers(precision, input.length)
  plan[way](input, output)
  return output
}
