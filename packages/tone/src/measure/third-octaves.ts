import { type BinRange, binRanges, decibels, powerIn, thirdOctaveCentres } from './frequency-bands.ts'
import { PowerSpectrum } from './power-spectrum.ts'

/** Bands that are told apart where spectra are compared, by their centres in Hz: what can be heard of music. */
const [lowest, highest] = [31, 16_500]

/** Centres of third-octave bands in Hz, 31 to 16,500 and as far as bands end below half the sample rate. */
export const comparedBands = (sampleRate: number): Float64Array =>
  thirdOctaveCentres(sampleRate).filter(
    (centre) => centre >= lowest && centre <= highest && centre * 2 ** (1 / 6) <= sampleRate / 2,
  )

/**
 * Long-term spectrum in third-octave bands: every frame counts alike, loud or quiet (P. D. Welch, The use of fast Fourier transform for
 * the estimation of power spectra, IEEE Transactions on Audio and Electroacoustics 15, 1967).
 */
export class ThirdOctaveMeter {
  readonly #spectrum: PowerSpectrum
  readonly #ranges: readonly BinRange[]
  readonly #power: Float32Array
  readonly #sum: Float64Array
  #frames = 0

  /** @param frameLength samples of a frame, see `frameLengthOf` */
  constructor(sampleRate: number, frameLength: number) {
    this.#spectrum = new PowerSpectrum(frameLength)
    this.#ranges = binRanges(comparedBands(sampleRate), 3, sampleRate / frameLength, this.#spectrum.bins)
    this.#power = new Float32Array(this.#spectrum.bins)
    this.#sum = new Float64Array(this.#spectrum.bins)
  }

  /** @param samples a frame */
  add(samples: Float32Array): void {
    this.#spectrum.measure(samples, this.#power)
    for (let bin = 0; bin < this.#sum.length; bin++) this.#sum[bin]! += this.#power[bin]!
    this.#frames++
  }

  /** Level of each of {@link comparedBands} in dB: the power inside the band. */
  get levels(): Float64Array {
    return Float64Array.from(this.#ranges, (range) => decibels(powerIn(this.#sum, range) / Math.max(1, this.#frames)))
  }
}
