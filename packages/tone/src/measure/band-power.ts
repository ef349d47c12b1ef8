import { makeWindow, RealFft } from '@colophon/media'
import { openToneKernel } from '../kernels/open-kernel.ts'

/** Functions of `assembly/band-power.ts`. */
interface Functions {
  power(re: number, im: number, count: number, scale: number, out: number): void
  add(row: number, count: number, sums: number): void
  bands(row: number, table: number, count: number, weights: number, out: number): void
}

/** How much each bin from the first on counts for a band. */
export interface BandFilter {
  readonly first: number
  readonly weights: ArrayLike<number>
}

/**
 * Power spectra of frames, and what lies in bands of them: periodic Hann window, one-sided, scaled so that the bins add up to the mean
 * square of the frame (of white noise, and of a sine whose period fits).
 */
export class BandPower {
  readonly length: number
  /** Power of each bin of the last frame. */
  readonly power: Float32Array
  /** Power of each band of the last frame. */
  readonly bands: Float32Array
  readonly #measure: (samples: Float32Array) => void
  readonly #add: (sum: number) => void
  readonly #sums: Float64Array[]

  /**
   * @param length samples of a frame, an even number
   * @param filters of the bands
   * @param options `filled`: how many samples of a frame there are, if not all, which the window then spans; `sums`: how many sums of
   * spectra are kept
   */
  constructor(
    length: number,
    filters: readonly BandFilter[],
    { filled = length, sums = 0 }: { readonly filled?: number; readonly sums?: number } = {},
  ) {
    const window = new Float32Array(length)
    if (filled > 0) window.set(makeWindow('hann', filled))
    const energy = window.reduce((sum, weight) => sum + weight * weight, 0)
    const scale = energy > 0 ? 2 / (length * energy) : 0
    const fft = new RealFft(length, 'float32', { before: window })
    const table = tableOf(filters)
    const row = 4 * Math.ceil(fft.bins / 4)
    // Weights are padded, so bands may reach a little beyond the row.
    const apart = 4 * row + 16
    const [reAt, imAt, powerAt] = [64, 64 + apart, 64 + 2 * apart]
    const tableAt = powerAt + apart
    const weightsAt = tableAt + 4 * table.places.length
    const bandsAt = weightsAt + 4 * table.weights.length
    const sumsAt = 16 * Math.ceil((bandsAt + 4 * filters.length) / 16)
    const { functions, buffer } = openToneKernel<Functions>('band-power', sumsAt + 8 * row * sums)
    const re = new Float32Array(buffer, reAt, fft.bins)
    const im = new Float32Array(buffer, imAt, fft.bins)
    const power = new Float32Array(buffer, powerAt, fft.bins)
    new Int32Array(buffer, tableAt, table.places.length).set(table.places)
    new Float32Array(buffer, weightsAt, table.weights.length).set(table.weights)
    this.length = length
    this.power = power
    this.bands = new Float32Array(buffer, bandsAt, filters.length)
    this.#sums = Array.from({ length: sums }, (_, sum) => new Float64Array(buffer, sumsAt + 8 * row * sum, fft.bins))
    this.#measure = (samples) => {
      fft.forward(samples, re, im)
      functions.power(reAt, imAt, row, scale, powerAt)
      power[0]! *= 0.5
      power[power.length - 1]! *= 0.5
      functions.bands(powerAt, tableAt, filters.length, weightsAt, bandsAt)
    }
    this.#add = (sum) => functions.add(powerAt, row, sumsAt + 8 * row * sum)
  }

  /** Measures a frame. */
  measure(samples: Float32Array): void {
    this.#measure(samples)
  }

  /** Adds the spectrum of the last frame to one of the sums. */
  addTo(sum: number): void {
    this.#add(sum)
  }

  /** One of the sums, which begins anew. */
  take(sum: number): Float64Array {
    const taken = this.#sums[sum]!.slice()
    this.#sums[sum]!.fill(0)
    return taken
  }
}

/** Filters as the kernel reads them. */
function tableOf(filters: readonly BandFilter[]): { readonly places: Int32Array; readonly weights: Float32Array } {
  const places: number[] = []
  const weights: number[] = []
  for (const filter of filters) {
    const count = 4 * Math.ceil(filter.weights.length / 4)
    places.push(filter.first, count)
    for (let i = 0; i < count; i++) weights.push(filter.weights[i] ?? 0)
  }
  return { places: Int32Array.from(places), weights: Float32Array.from(weights) }
}
