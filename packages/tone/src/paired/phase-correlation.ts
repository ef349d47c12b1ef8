import { makeWindow, RealFft } from '@colophon/media'
import { planOf } from './plans.ts'

/** How two stretches lie to each other. */
export interface Lag {
  /** Samples that the second comes later than the first. */
  readonly lag: number
  /** Correlation of phases there, -1 to 1; negative where the polarity is the other. */
  readonly peak: number
}

/** Bins below this part of the strongest one's power are left out: their phases are noise. */
const weakest = 1e-9

/**
 * The generalised cross-correlation with phase transform (GCC-PHAT): every frequency counts alike, so an equaliser leaves the peak sharp,
 * and it stays where the direct sound is when there is reverberation.
 *
 * C. H. Knapp, G. C. Carter, The generalized correlation method for estimation of time delay, IEEE Trans. ASSP 24(4), 1976.
 */
export class PhaseCorrelation {
  readonly length: number
  readonly #fft: RealFft
  readonly #plain: RealFft
  readonly #a: [re: Float32Array, im: Float32Array]
  readonly #b: [re: Float32Array, im: Float32Array]
  readonly #correlation: Float32Array
  #used = 0

  /** @param length samples of a stretch, a power of two */
  constructor(length: number) {
    this.length = length
    this.#fft = new RealFft(length, 'float32', { before: Float32Array.from(makeWindow('hann', length, 'periodic')) })
    this.#plain = planOf(length)
    const spectrum = (): [Float32Array, Float32Array] => [
      new Float32Array(this.#fft.bins),
      new Float32Array(this.#fft.bins),
    ]
    this.#a = spectrum()
    this.#b = spectrum()
    this.#correlation = new Float32Array(length)
  }

  /** The lag up to `most` samples either way at which two stretches go together best. */
  lag(first: Float32Array, second: Float32Array, most: number): Lag {
    this.#whiten(first, second)
    const [re, im] = this.#b
    this.#plain.inverse(re, im, this.#correlation)
    const { length } = this
    let [lag, best] = [0, 0]
    for (let at = -most; at <= most; at++) {
      const value = this.#correlation[(at + length) % length]!
      if (Math.abs(value) > Math.abs(best)) [lag, best] = [at, value]
    }
    return { lag, peak: this.#used === 0 ? 0 : (best * length) / (2 * this.#used) }
  }

  /**
   * As {@link lag}, to a part of a sample, near 0: the maximum of the correlation between the samples.
   *
   * @param sign 1 or -1, the polarity
   * @returns samples, between -1 and 1
   */
  fraction(pairs: Iterable<readonly [Float32Array, Float32Array]>, sign: number): number {
    const sumRe = new Float64Array(this.#fft.bins)
    const sumIm = new Float64Array(this.#fft.bins)
    for (const [first, second] of pairs) {
      this.#whiten(first, second)
      const [re, im] = this.#b
      for (let k = 0; k < sumRe.length; k++) {
        sumRe[k]! += sign * re[k]!
        sumIm[k]! += sign * im[k]!
      }
    }
    const step = (2 * Math.PI) / this.length
    const height = (delay: number) => {
      let sum = 0
      for (let k = 0; k < sumRe.length; k += 4) {
        const angle = step * k * delay
        sum += sumRe[k]! * Math.cos(angle) - sumIm[k]! * Math.sin(angle)
      }
      return sum
    }
    return maximum(height, -1, 1)
  }

  /** The spectrum of the correlation, every bin of length 1. */
  #whiten(first: Float32Array, second: Float32Array): void {
    const [aRe, aIm] = this.#a
    const [bRe, bIm] = this.#b
    this.#fft.forward(first, aRe, aIm)
    this.#fft.forward(second, bRe, bIm)
    let most = 0
    for (let k = 0; k < aRe.length; k++) {
      const re = aRe[k]! * bRe[k]! + aIm[k]! * bIm[k]!
      const im = aRe[k]! * bIm[k]! - aIm[k]! * bRe[k]!
      bRe[k] = re
      bIm[k] = im
      most = Math.max(most, re * re + im * im)
    }
    this.#used = 0
    const floor = most * weakest * weakest
    for (let k = 0; k < bRe.length; k++) {
      const power = bRe[k]! * bRe[k]! + bIm[k]! * bIm[k]!
      const scale = power > floor ? 1 / Math.sqrt(power) : 0
      if (scale > 0) this.#used++
      bRe[k]! *= scale
      bIm[k]! *= scale
    }
  }
}

/** Place of the maximum of a function that has one, by golden sections. */
function maximum(height: (at: number) => number, from: number, to: number): number {
  const part = (Math.sqrt(5) - 1) / 2
  let [low, high] = [from, to]
  let [a, b] = [high - part * (high - low), low + part * (high - low)]
  let [atA, atB] = [height(a), height(b)]
  for (let i = 0; i < 24; i++) {
    if (atA > atB) {
      high = b
      b = a
      atB = atA
      a = high - part * (high - low)
      atA = height(a)
    } else {
      low = a
      a = b
      atA = atB
      b = low + part * (high - low)
      atB = height(b)
    }
  }
  return (low + high) / 2
}
