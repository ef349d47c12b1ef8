import type { Signal } from './snr.ts'

/**
 * Squared absolute values of the discrete Fourier transform of real numbers: bins 0 to n / 2 for n numbers, not scaled.
 *
 * @param frame of n numbers; may be overwritten
 * @param power of n / 2 + 1 numbers, to be filled
 */
export type PowerSpectrum = (frame: Float64Array, power: Float64Array) => void

export interface SpectralOptions {
  /** Samples of a frame. Default 2048. */
  readonly frame?: number
  /** Samples from frame to frame. Default a quarter of a frame. */
  readonly hop?: number
  /** What is quieter counts as this loud, in dB; a sine of amplitude 1 has 0. Default -100. */
  readonly floor?: number
}

/**
 * Log-spectral distance over a recording that comes in pieces, in dB: 0 if the spectra are the same.
 *
 * Of each frame, the root of the mean, over bins 0 to n / 2, of the squared difference of the power spectra in dB; then the mean over
 * frames (Gray, Markel, "Distance measures for speech processing", IEEE Transactions on Acoustics, Speech, and Signal Processing 24,
 * 1976). Frames lie under a periodic Hann window; the first begins with the first sample, and samples beyond the last whole frame
 * are left out. Powers are those of amplitudes: divided by the square of half the sum of the window.
 */
export class LogSpectralMeter {
  readonly #spectrum: PowerSpectrum
  readonly #size: number
  readonly #hop: number
  readonly #floor: number
  readonly #window: Float64Array
  readonly #scale: number
  readonly #held: readonly [Float64Array, Float64Array]
  readonly #windowed: Float64Array
  readonly #powers: readonly [Float64Array, Float64Array]
  #filled = 0
  #sum = 0
  #frames = 0

  /** @throws RangeError if a frame is not an even number of samples from 2, or the hop is not from 1 to a frame */
  constructor(
    spectrum: PowerSpectrum,
    { frame = 2048, hop = Math.max(1, frame >> 2), floor = -100 }: SpectralOptions = {},
  ) {
    if (!Number.isInteger(frame) || frame < 2 || frame % 2 !== 0)
      throw new RangeError(`A frame has an even number of samples, not ${frame}.`)
    if (!Number.isInteger(hop) || hop < 1 || hop > frame)
      throw new RangeError(`A hop of ${hop} samples is not between 1 and the ${frame} of a frame.`)
    this.#spectrum = spectrum
    this.#size = frame
    this.#hop = hop
    this.#floor = 10 ** (floor / 10)
    this.#window = Float64Array.from({ length: frame }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frame))
    // Half the sum of a periodic Hann window.
    this.#scale = 1 / (frame / 4) ** 2
    this.#held = [new Float64Array(frame), new Float64Array(frame)]
    this.#windowed = new Float64Array(frame)
    this.#powers = [new Float64Array(frame / 2 + 1), new Float64Array(frame / 2 + 1)]
  }

  /**
   * Takes in the next samples of both.
   *
   * @throws RangeError if the lengths differ
   */
  add(reference: Signal, test: Signal): void {
    if (reference.length !== test.length)
      throw new RangeError(`Signals of ${reference.length} and ${test.length} samples cannot be compared.`)
    const [left, right] = this.#held
    for (let i = 0; i < reference.length; i++) {
      left[this.#filled] = reference[i]!
      right[this.#filled] = test[i]!
      if (++this.#filled < this.#size) continue
      this.#sum += this.#distance()
      this.#frames++
      for (const held of this.#held) held.copyWithin(0, this.#hop)
      this.#filled = this.#size - this.#hop
    }
  }

  /** `NaN` where there was no whole frame. */
  get result(): number {
    return this.#sum / this.#frames
  }

  #distance(): number {
    this.#held.forEach((held, index) => {
      for (let i = 0; i < held.length; i++) this.#windowed[i] = held[i]! * this.#window[i]!
      this.#spectrum(this.#windowed, this.#powers[index]!)
    })
    const [left, right] = this.#powers
    const level = (power: number) => Math.max(this.#floor, power * this.#scale)
    let sum = 0
    for (let bin = 0; bin < left.length; bin++) sum += Math.log10(level(left[bin]!) / level(right[bin]!)) ** 2
    return 10 * Math.sqrt(sum / left.length)
  }
}
