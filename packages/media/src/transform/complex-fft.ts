import { Bluestein } from './bluestein.ts'
import type { Engine } from './engine.ts'
import { radicesOf } from './factors.ts'
import { isForKernel } from './fft-memory.ts'
import { PlainFft, plainMost } from './plain-fft.ts'
import { checkArray, checkLength, type Numbers, type Precision } from './precision.ts'
import { SimdFft } from './simd-fft.ts'

/** The fastest engine for a length. */
export function engineOf(length: number, precision: Precision): Engine {
  if (isForKernel(length, precision)) return new SimdFft(length, precision)
  if (radicesOf(length, plainMost)) return new PlainFft(length)
  return new Bluestein(length, (inner) => engineOf(inner, 'float64'))
}

/**
 * A plan for complex discrete Fourier transforms of one length, to be used again and again. Real and imaginary parts
 * are arrays of their own, of `length` numbers each; outputs may be the inputs. Nothing is allocated by a transform.
 *
 * Any length will do. It is fastest with no prime factors but 2, 3 and 5 and a multiple of 16 (float32) or 8 (float64),
 * where a SIMD kernel does it; it is slowest with a prime factor above 13 (Bluestein, about four times the work).
 */
export class ComplexFft {
  readonly length: number
  readonly precision: Precision
  readonly #engine: Engine

  /** @throws RangeError if `length` is not a whole number of at least 1 */
  constructor(length: number, precision: Precision = 'float64') {
    checkLength('The length of a transform', length)
    this.length = length
    this.precision = precision
    this.#engine = engineOf(length, precision)
  }

  /**
   * out[k] = sum over j of in[j] * exp(-2 pi i j k / length)
   *
   * @throws RangeError if an array has another length
   */
  forward(re: Numbers, im: Numbers, outRe: Numbers, outIm: Numbers): void {
    this.#check(re, im, outRe, outIm)
    const engine = this.#engine
    engine.inRe.set(re)
    engine.inIm.set(im)
    engine.run(1)
    outRe.set(engine.outRe)
    outIm.set(engine.outIm)
  }

  /**
   * out[j] = sum over k of in[k] * exp(2 pi i j k / length), divided by length: the inverse of `forward`
   *
   * @throws RangeError if an array has another length
   */
  inverse(re: Numbers, im: Numbers, outRe: Numbers, outIm: Numbers): void {
    this.#check(re, im, outRe, outIm)
    const engine = this.#engine
    engine.inRe.set(im)
    engine.inIm.set(re)
    engine.run(1 / this.length)
    outRe.set(engine.outIm)
    outIm.set(engine.outRe)
  }

  #check(re: Numbers, im: Numbers, outRe: Numbers, outIm: Numbers): void {
    const { length } = this
    if (re.length === length && im.length === length && outRe.length === length && outIm.length === length) return
    for (const [what, array] of Object.entries({ re, im, outRe, outIm })) checkArray(what, array, length)
  }
}
