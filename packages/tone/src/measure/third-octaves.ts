import { leastPower, thirdOctaveCentres } from './frequency-bands.ts'
import { PowerSpectrum } from './power-spectrum.ts'

/** Bands that are told apart where spectra are compared, by their centres in Hz: what can be heard of music. */
const [lowest, highest] = [31, 16_500]
/** Of a sine of amplitude 1, a Hann window leaves in its highest bin 1.5 times what that bin has of the power of the frame. */
const peakOverPower = 1.5

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
  readonly #sampleRate: number
  readonly #spectrum: PowerSpectrum
  readonly #power: Float32Array
  readonly #sum: Float64Array
  #frames = 0

  /** @param frameLength samples of a frame, see `frameLengthOf` */
  constructor(sampleRate: number, frameLength: number) {
    this.#sampleRate = sampleRate
    this.#spectrum = new PowerSpectrum(frameLength)
    this.#power = new Float32Array(this.#spectrum.bins)
    this.#sum = new Float64Array(this.#spectrum.bins)
  }

  /** @param samples a frame */
  add(samples: Float32Array): void {
    this.#spectrum.measure(samples, this.#power)
    for (let bin = 0; bin < this.#sum.length; bin++) this.#sum[bin]! += this.#power[bin]!
    this.#frames++
  }

  /** Level of each of {@link comparedBands} in dB: mean over the bins between its edges, or the nearest bin where there are none. */
  get levels(): Float64Array {
    const width = this.#sampleRate / this.#spectrum.length
    return comparedBands(this.#sampleRate).map((centre) => {
      const first = Math.ceil((centre * 2 ** (-1 / 6)) / width)
      const end = Math.ceil((centre * 2 ** (1 / 6)) / width)
      const [from, to] = end > first ? [first, end] : [Math.round(centre / width), Math.round(centre / width) + 1]
      let power = 0
      for (let bin = from; bin < to; bin++) power += this.#sum[bin]!
      return 10 * Math.log10(Math.max(leastPower, (peakOverPower * power) / ((to - from) * Math.max(1, this.#frames))))
    })
  }
}
