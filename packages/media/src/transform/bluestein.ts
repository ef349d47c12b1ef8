import type { Engine } from './engine.ts'
import { powerOfTwoFrom } from './factors.ts'
import { putRoot } from './roots.ts'

/**
 * A complex transform of any length, as a convolution with a chirp: jk = (j^2 + k^2 - (k - j)^2) / 2. It is computed in
 * float64, through transforms of a power of two of at least 2 n - 1 points.
 *
 * L. I. Bluestein, A linear filtering approach to the computation of discrete Fourier transform, IEEE Trans. AU 18
 * (1970).
 */
export class Bluestein implements Engine {
  readonly inRe: Float64Array
  readonly inIm: Float64Array
  readonly outRe: Float64Array
  readonly outIm: Float64Array
  readonly #inner: Engine
  /** exp(-pi i k^2 / n): real parts, then imaginary parts. */
  readonly #chirp: Float64Array
  /** Transform of the conjugate chirp, divided by the inner length: real parts, then imaginary parts. */
  readonly #filter: Float64Array

  /** @param engineOf makes the inner transform, of a length that is a power of two */
  constructor(n: number, engineOf: (length: number) => Engine) {
    this.inRe = new Float64Array(n)
    this.inIm = new Float64Array(n)
    this.outRe = new Float64Array(n)
    this.outIm = new Float64Array(n)
    this.#chirp = new Float64Array(2 * n)
    for (let k = 0; k < n; k++) putRoot(squareModulo(k, 2 * n), 2 * n, this.#chirp, k, n)
    const length = powerOfTwoFrom(2 * n - 1)
    const inner = engineOf(length)
    inner.inRe.fill(0)
    inner.inIm.fill(0)
    for (let k = 0; k < n; k++) {
      // The conjugate, and once more at -k.
      inner.inRe[k] = inner.inRe[(length - k) % length] = this.#chirp[k]!
      inner.inIm[k] = inner.inIm[(length - k) % length] = -this.#chirp[n + k]!
    }
    inner.run(1 / length)
    this.#filter = new Float64Array(2 * length)
    this.#filter.set(inner.outRe)
    this.#filter.set(inner.outIm, length)
    this.#inner = inner
  }

  run(factor: number): void {
    const inner = this.#inner
    const { inRe, inIm, outRe, outIm } = inner
    const chirp = this.#chirp
    const filter = this.#filter
    const n = this.inRe.length
    const length = inRe.length
    inRe.fill(0, n)
    inIm.fill(0, n)
    for (let k = 0; k < n; k++) {
      const re = this.inRe[k]!
      const im = this.inIm[k]!
      inRe[k] = re * chirp[k]! - im * chirp[n + k]!
      inIm[k] = re * chirp[n + k]! + im * chirp[k]!
    }
    inner.run(1)
    // Real and imaginary parts change places, which makes the second transform an inverse one.
    for (let k = 0; k < length; k++) {
      const re = outRe[k]!
      const im = outIm[k]!
      inIm[k] = re * filter[k]! - im * filter[length + k]!
      inRe[k] = re * filter[length + k]! + im * filter[k]!
    }
    inner.run(factor)
    for (let k = 0; k < n; k++) {
      const re = outIm[k]!
      const im = outRe[k]!
      this.outRe[k] = re * chirp[k]! - im * chirp[n + k]!
      this.outIm[k] = re * chirp[n + k]! + im * chirp[k]!
    }
  }
}

/** k^2 modulo n, exact where k^2 itself is beyond 2^53. */
const squareModulo = (k: number, n: number): number =>
  k < 94_906_265 ? (k * k) % n : Number(BigInt(k) ** 2n % BigInt(n))
