import { makeWindow, RealFft } from '@colophon/media'

/**
 * Power spectra of frames: periodic Hann window, one-sided, scaled so that the bins add up to the mean square of the frame (of white
 * noise, and of a sine whose period fits).
 */
export class PowerSpectrum {
  readonly length: number
  readonly bins: number
  readonly #fft: RealFft
  readonly #re: Float32Array
  readonly #im: Float32Array
  readonly #scale: number

  /** @param length samples of a frame @param filled how many of them there are, if not all: then the window spans these */
  constructor(length: number, filled = length) {
    const window = new Float32Array(length)
    window.set(filled === length ? makeWindow('hann', length) : makeWindow('hann', filled))
    let energy = 0
    for (const weight of window) energy += weight * weight
    this.length = length
    this.#fft = new RealFft(length, 'float32', { before: window })
    this.bins = this.#fft.bins
    this.#re = new Float32Array(this.bins)
    this.#im = new Float32Array(this.bins)
    this.#scale = energy > 0 ? 2 / (length * energy) : 0
  }

  /** @param power gets the power of each bin */
  measure(samples: Float32Array, power: Float32Array): void {
    const re = this.#re
    const im = this.#im
    const scale = this.#scale
    this.#fft.forward(samples, re, im)
    for (let bin = 0; bin < power.length; bin++) power[bin] = scale * (re[bin]! * re[bin]! + im[bin]! * im[bin]!)
    power[0]! *= 0.5
    power[power.length - 1]! *= 0.5
  }
}
