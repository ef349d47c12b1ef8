import { type Numbers, numbers, type Precision } from './precision.ts'
import { RealFft } from './real-fft.ts'
import { putRoot } from './roots.ts'

/**
 * Cosine transforms of one length with arrays of their own: who uses them fills `samples` or `inCoefficients`, calls
 * `forward` or `inverse`, and reads `coefficients` or `outSamples`, which hold until the next call. With t[k] = scale *
 * exp(-pi i k / (2 n)), they are those of `Dct` with norm `none` when the scale is 2.
 */
export interface CosineWay {
  readonly samples: Numbers
  readonly coefficients: Numbers
  readonly inCoefficients: Numbers
  readonly outSamples: Numbers
  forward(): void
  inverse(): void
}

/**
 * Cosine transforms of any length in plain TypeScript around a real Fourier transform: the reference of `simd-dct.ts`.
 */
export class PlainDct implements CosineWay {
  readonly samples: Numbers
  readonly coefficients: Numbers
  readonly inCoefficients: Numbers
  readonly outSamples: Numbers
  readonly #fft: RealFft
  readonly #ordered: Numbers
  readonly #re: Numbers
  readonly #im: Numbers
  readonly #turns: Float64Array

  constructor(length: number, precision: Precision, scale: number) {
    this.#fft = new RealFft(length, precision)
    this.samples = numbers(precision, length)
    this.outSamples = this.samples
    this.coefficients = numbers(precision, length)
    this.inCoefficients = this.coefficients
    this.#ordered = numbers(precision, length)
    this.#re = numbers(precision, this.#fft.bins)
    this.#im = numbers(precision, this.#fft.bins)
    this.#turns = new Float64Array(2 * this.#fft.bins)
    for (let k = 0; k < this.#fft.bins; k++) {
      putRoot(k, 4 * length, this.#turns, 2 * k)
      this.#turns[2 * k]! *= scale
      this.#turns[2 * k + 1]! *= scale
    }
  }

  forward(): void {
    const { samples, coefficients } = this
    const [ordered, re, im, turns] = [this.#ordered, this.#re, this.#im, this.#turns]
    const n = samples.length
    for (let j = 0; j < n; j++) ordered[j % 2 === 0 ? j / 2 : n - (j + 1) / 2] = samples[j]!
    this.#fft.forward(ordered, re, im)
    coefficients[0] = re[0]! * turns[0]!
    for (let k = 1; k < re.length; k++) {
      const c = turns[2 * k]!
      const s = turns[2 * k + 1]!
      coefficients[k] = re[k]! * c - im[k]! * s
      coefficients[n - k] = -re[k]! * s - im[k]! * c
    }
  }

  inverse(): void {
    const { inCoefficients, outSamples } = this
    const [ordered, re, im, turns] = [this.#ordered, this.#re, this.#im, this.#turns]
    const n = outSamples.length
    re[0] = (inCoefficients[0]! * turns[0]! * n) / 2
    im[0] = 0
    for (let k = 1; k < re.length; k++) {
      const c = (turns[2 * k]! * n) / 2
      const s = (turns[2 * k + 1]! * n) / 2
      re[k] = inCoefficients[k]! * c - inCoefficients[n - k]! * s
      im[k] = -inCoefficients[k]! * s - inCoefficients[n - k]! * c
    }
    this.#fft.inverse(re, im, ordered)
    for (let j = 0; j < n; j++) outSamples[j] = ordered[j % 2 === 0 ? j / 2 : n - (j + 1) / 2]!
  }
}
