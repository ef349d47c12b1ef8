import { engineOf } from './complex-fft.ts'
import type { Engine } from './engine.ts'
import { isForKernel } from './fft-memory.ts'
import { checkArray, checkLength, type Numbers, numbers, type Precision } from './precision.ts'
import { putRoot } from './roots.ts'
import { type RealWeights, SimdRealFft } from './simd-real-fft.ts'

/**
 * A plan for discrete Fourier transforms of real data of one length, to be used again and again. A spectrum is that of
 * frequencies 0 to half the length, `bins` = floor(length / 2) + 1 complex numbers, real and imaginary parts in arrays
 * of their own; the other half mirrors it. Nothing is allocated by a transform.
 *
 * Any length will do. It is fastest when half of it has no prime factors but 2, 3 and 5 and is a multiple of 16
 * (float32) or 8 (float64), where a SIMD kernel does it.
 */
export class RealFft {
  readonly length: number
  readonly precision: Precision
  /** Numbers of a spectrum. */
  readonly bins: number
  readonly #way: RealWay

  /**
   * @param weights what samples are multiplied with before `forward` and after `inverse`, `length` numbers each:
   * windows
   * @throws RangeError if `length` is not a whole number of at least 1, or there are not as many weights
   */
  constructor(length: number, precision: Precision = 'float64', weights: RealWeights = {}) {
    checkLength('The length of a transform', length)
    for (const values of [weights.before, weights.after]) if (values) checkArray('The weights', values, length)
    this.length = length
    this.precision = precision
    this.bins = Math.floor(length / 2) + 1
    if (length % 2 === 0 && isForKernel(length / 2, precision))
      this.#way = new KernelWay(length / 2, precision, weights)
    else {
      const way = length % 2 === 0 ? new EvenWay(length / 2, precision) : new OddWay(length, precision)
      this.#way = weights.before || weights.after ? new WeighingWay(way, length, precision, weights) : way
    }
  }

  /**
   * (re, im)[k] = sum over j of input[j] * exp(-2 pi i j k / length) for k below `bins`
   *
   * @param input `length` samples @param re `bins` numbers @param im `bins` numbers
   * @throws RangeError if an array has another length
   */
  forward(input: Numbers, re: Numbers, im: Numbers): void {
    this.#check(input, re, im)
    this.#way.forward(input, re, im)
  }

  /**
   * The inverse of `forward`, divided by `length`. The imaginary parts at frequency 0 and, with an even length, at half
   * the length are taken as 0, which they are for real data.
   *
   * @throws RangeError if an array has another length
   */
  inverse(re: Numbers, im: Numbers, output: Numbers): void {
    this.#check(output, re, im)
    this.#way.inverse(re, im, output)
  }

  #check(samples: Numbers, re: Numbers, im: Numbers): void {
    if (samples.length !== this.length) checkArray('The samples', samples, this.length)
    if (re.length !== this.bins) checkArray('re', re, this.bins)
    if (im.length !== this.bins) checkArray('im', im, this.bins)
  }
}

interface RealWay {
  forward(input: Numbers, re: Numbers, im: Numbers): void
  inverse(re: Numbers, im: Numbers, output: Numbers): void
}

class KernelWay implements RealWay {
  readonly #fft: SimdRealFft

  constructor(half: number, precision: Precision, weights: RealWeights) {
    this.#fft = new SimdRealFft(half, precision, weights)
  }

  forward(input: Numbers, re: Numbers, im: Numbers): void {
    const fft = this.#fft
    fft.samples.set(input)
    fft.forward()
    re.set(fft.spectrumRe)
    im.set(fft.spectrumIm)
  }

  inverse(re: Numbers, im: Numbers, output: Numbers): void {
    const fft = this.#fft
    fft.inRe.set(re)
    fft.inIm.set(im)
    fft.inIm[0] = 0
    fft.inIm[fft.inIm.length - 1] = 0
    fft.inverse()
    output.set(fft.outSamples)
  }
}

/** Weighs samples for a way that does not. */
class WeighingWay implements RealWay {
  readonly #way: RealWay
  readonly #weights: RealWeights
  readonly #samples: Numbers

  constructor(way: RealWay, length: number, precision: Precision, weights: RealWeights) {
    this.#way = way
    this.#weights = weights
    this.#samples = numbers(precision, length)
  }

  forward(input: Numbers, re: Numbers, im: Numbers): void {
    this.#samples.set(input)
    weigh(this.#samples, this.#weights.before)
    this.#way.forward(this.#samples, re, im)
  }

  inverse(re: Numbers, im: Numbers, output: Numbers): void {
    this.#way.inverse(re, im, output)
    weigh(output, this.#weights.after)
  }
}

function weigh(samples: Numbers, weights: ArrayLike<number> | undefined): void {
  if (weights) for (let j = 0; j < samples.length; j++) samples[j]! *= weights[j]!
}

/**
 * An even length as a complex transform of half of it: `assembly/fft/mirror.ts` says how, and this is its reference.
 */
class EvenWay implements RealWay {
  readonly #engine: Engine
  /** exp(-pi i k / half) */
  readonly #roots: Float64Array

  constructor(half: number, precision: Precision) {
    this.#engine = engineOf(half, precision)
    this.#roots = new Float64Array(2 * half + 2)
    for (let k = 0; k <= half; k++) putRoot(k, 2 * half, this.#roots, 2 * k)
  }

  forward(input: Numbers, re: Numbers, im: Numbers): void {
    const { inRe, inIm, outRe, outIm } = this.#engine
    const half = inRe.length
    for (let j = 0; j < half; j++) {
      inRe[j] = input[2 * j]!
      inIm[j] = input[2 * j + 1]!
    }
    this.#engine.run(0.5)
    for (let k = 0; k <= half; k++) {
      const low = k % half
      const high = (half - k) % half
      const wr = this.#roots[2 * k]!
      const wi = this.#roots[2 * k + 1]!
      const dr = outRe[low]! - outRe[high]!
      const di = outIm[low]! + outIm[high]!
      re[k] = outRe[low]! + outRe[high]! + wr * di + wi * dr
      im[k] = outIm[low]! - outIm[high]! + wi * di - wr * dr
    }
    im[0] = 0
    im[half] = 0
  }

  inverse(re: Numbers, im: Numbers, output: Numbers): void {
    const { inRe, inIm, outRe, outIm } = this.#engine
    const half = inRe.length
    const last = re[half]!
    // Real and imaginary parts change places, which makes the transform an inverse one.
    inIm[0] = re[0]! + last
    inRe[0] = re[0]! - last
    for (let k = 1; k < half; k++) {
      const high = half - k
      const wr = this.#roots[2 * k]!
      const wi = this.#roots[2 * k + 1]!
      const dr = re[k]! - re[high]!
      const di = im[k]! + im[high]!
      inIm[k] = re[k]! + re[high]! + wi * dr - wr * di
      inRe[k] = im[k]! - im[high]! + wr * dr + wi * di
    }
    this.#engine.run(0.5 / half)
    for (let j = 0; j < half; j++) {
      output[2 * j] = outIm[j]!
      output[2 * j + 1] = outRe[j]!
    }
  }
}

class OddWay implements RealWay {
  readonly #engine: Engine

  constructor(length: number, precision: Precision) {
    this.#engine = engineOf(length, precision)
  }

  forward(input: Numbers, re: Numbers, im: Numbers): void {
    const { inRe, inIm, outRe, outIm } = this.#engine
    inRe.set(input)
    inIm.fill(0)
    this.#engine.run(1)
    re.set(outRe.subarray(0, re.length))
    im.set(outIm.subarray(0, re.length))
    im[0] = 0
  }

  inverse(re: Numbers, im: Numbers, output: Numbers): void {
    const { inRe, inIm, outIm } = this.#engine
    const length = inRe.length
    inIm[0] = re[0]!
    inRe[0] = 0
    for (let k = 1; k < re.length; k++) {
      inIm[k] = inIm[length - k] = re[k]!
      inRe[k] = im[k]!
      inRe[length - k] = -im[k]!
    }
    this.#engine.run(1 / length)
    output.set(outIm)
  }
}
