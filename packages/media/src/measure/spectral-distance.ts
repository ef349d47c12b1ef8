import { RealFft } from '../transform/real-fft.ts'
import type { Signal } from './snr.ts'

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
  readonly #fft: RealFft
  readonly #size: number
  readonly #hop: number
  readonly #floor: number
  readonly #window: Float64Array
  readonly #scale: number
  readonly #held: readonly [Float64Array, Float64Array]
  readonly #windowed: Float64Array
  /** Spectra of the two frames: real and imaginary parts. */
  readonly #spectra: readonly [Parts, Parts]
  #filled = 0
  #sum = 0
  #frames = 0

  /** @throws RangeError if a frame is not an even number of samples from 2, or the hop is not from 1 to a frame */
  constructor({ frame = 2048, hop = Math.max(1, frame >> 2), floor = -100 }: SpectralOptions = {}) {
    if (!Number.isInteger(frame) || frame < 2 || frame % 2 !== 0)
      throw new RangeError(`A frame has an even number of samples, not ${frame}.`)
    if (!Number.isInteger(hop) || hop < 1 || hop > frame)
      throw new RangeError(`A hop of ${hop} samples is not between 1 and the ${frame} of a frame.`)
    this.#fft = new RealFft(frame)
    this.#size = frame
    this.#hop = hop
    this.#floor = 10 ** (floor / 10)
    this.#window = Float64Array.from({ length: frame }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frame))
    // Half the sum of a periodic Hann window.
    this.#scale = 1 / (frame / 4) ** 2
    this.#held = [new Float64Array(frame), new Float64Array(frame)]
    this.#windowed = new Float64Array(frame)
    const parts = (): Parts => ({ re: new Float64Array(this.#fft.bins), im: new Float64Array(this.#fft.bins) })
    this.#spectra = [parts(), parts()]
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
      const { re, im } = this.#spectra[index]!
      this.#fft.forward(this.#windowed, re, im)
    })
    const level = ({ re, im }: Parts, bin: number) =>
      Math.max(this.#floor, (re[bin]! * re[bin]! + im[bin]! * im[bin]!) * this.#scale)
    const [left, right] = this.#spectra
    let sum = 0
    for (let bin = 0; bin < left.re.length; bin++) sum += Math.log10(level(left, bin) / level(right, bin)) ** 2
    return 10 * Math.sqrt(sum / left.re.length)
  }
}

interface Parts {
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Log-spectral distance of two signals in dB; see {@link LogSpectralMeter}.
 *
 * @throws RangeError if the lengths differ
 */
export function logSpectralDistance(reference: Signal, test: Signal, options: SpectralOptions = {}): number {
  const meter = new LogSpectralMeter(options)
  meter.add(reference, test)
  return meter.result
}
