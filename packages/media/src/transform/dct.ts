import { isForKernel } from './fft-memory.ts'
import { type CosineWay, PlainDct } from './plain-dct.ts'
import { checkArray, checkLength, type Numbers, type Precision } from './precision.ts'
import { SimdDct } from './simd-dct.ts'

/** How the results of a cosine transform are scaled; the words and the formulas are SciPy's. */
export type DctNorm = 'ortho' | 'none'

/**
 * A plan for discrete cosine transforms of one length, any length, through a real Fourier transform of the same length.
 *
 * With norm `none`:
 *
 *   dct2: y[k] = 2 * sum over j of x[j] * cos(pi k (2 j + 1) / (2 n))
 *   dct3: y[k] = x[0] + 2 * sum over j >= 1 of x[j] * cos(pi j (2 k + 1) / (2 n)),  so that dct3(dct2(x)) = 2 n x
 *
 * With norm `ortho` both are orthonormal and each is the other's inverse: dct2 is scaled by sqrt(1 / (2 n)), and its
 * first number by another sqrt(1 / 2).
 *
 * J. Makhoul, A fast cosine transform in one and two dimensions, IEEE Trans. ASSP 28 (1980).
 */
export class Dct {
  readonly length: number
  readonly precision: Precision
  readonly norm: DctNorm
  readonly #way: CosineWay
  /** What the first coefficient is scaled by besides: going in, and coming out. */
  readonly #first: readonly [input: number, output: number]

  /** @throws RangeError if `length` is not a whole number of at least 1 */
  constructor(length: number, precision: Precision = 'float64', norm: DctNorm = 'ortho') {
    checkLength('The length of a transform', length)
    this.length = length
    this.precision = precision
    this.norm = norm
    const scale = norm === 'ortho' ? Math.sqrt(2 / length) : 2
    this.#first = norm === 'ortho' ? [Math.SQRT2, Math.SQRT1_2] : [1, 1]
    const forKernel = length % 2 === 0 && isForKernel(length / 2, precision)
    this.#way = forKernel ? new SimdDct(length, precision, scale) : new PlainDct(length, precision, scale)
  }

  /** @param output may be the input @throws RangeError if an array has another length */
  dct2(input: Numbers, output: Numbers): void {
    this.#check(input, output)
    this.#way.samples.set(input)
    this.#way.forward()
    output.set(this.#way.coefficients)
    output[0]! *= this.#first[1]
  }

  /** @param output may be the input @throws RangeError if an array has another length */
  dct3(input: Numbers, output: Numbers): void {
    this.#check(input, output)
    this.#way.inCoefficients.set(input)
    this.#way.inCoefficients[0]! *= this.#first[0]
    this.#way.inverse()
    output.set(this.#way.outSamples)
  }

  #check(input: Numbers, output: Numbers): void {
    checkArray('The input', input, this.length)
    checkArray('The output', output, this.length)
  }
}
