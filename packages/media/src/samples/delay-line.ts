import { openKernel } from '../kernels/open-kernel.ts'
import { type Numbers, numbers, type Precision } from '../transform/precision.ts'
import { RealFft } from '../transform/real-fft.ts'

/** Functions of `assembly/delay-line.ts`. */
interface Functions {
  readonly accumulate32: Accumulate
  readonly accumulate64: Accumulate
}
type Accumulate = (h: number, x: number, count: number, bytes: number, sum: number) => void

/**
 * A delay line of spectra. It keeps those of the last windows of a signal, as many as there are partitions of an impulse response, and
 * gives the sum of their products with the spectra of the partitions, back in the time domain.
 */
export class DelayLine {
  readonly #fft: RealFft
  readonly #accumulate: Accumulate
  readonly #partitions: number
  /** Bytes of a row of real or of imaginary parts. */
  readonly #bytes: number
  readonly #responses: number
  readonly #windows: number
  readonly #sum: number
  /** All memory of the kernel. */
  readonly #memory: Numbers
  /** Where the latest window is; those before it follow, around the end to the start. */
  #latest = 0

  /**
   * @param length samples of a window
   * @param partitions of the impulse response, each at most `length` samples; that of place p is applied to the window p turns ago
   */
  constructor(precision: Precision, length: number, partitions: readonly Numbers[]) {
    this.#fft = new RealFft(length, precision)
    const size = precision === 'float32' ? 4 : 8
    this.#bytes = Math.ceil((this.#fft.bins * size) / 16) * 16
    this.#partitions = partitions.length
    const spectra = 2 * this.#bytes * partitions.length
    this.#responses = 64
    // What is read side by side must not fall on the same lines of the processor's cache.
    this.#windows = this.#responses + spectra + 192
    this.#sum = this.#windows + spectra + 192
    const { functions, buffer } = openKernel<Functions>('delay-line', this.#sum + 2 * this.#bytes)
    this.#accumulate = precision === 'float32' ? functions.accumulate32 : functions.accumulate64
    this.#memory = precision === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer)
    const padded = numbers(precision, length)
    for (const [place, partition] of partitions.entries()) {
      padded.fill(0)
      padded.set(partition)
      this.#fft.forward(padded, ...this.#spectrum(this.#responses, place))
    }
  }

  /** Takes in a window and writes the sum of circular convolutions to `output`; both have `length` samples. */
  run(window: Numbers, output: Numbers): void {
    const partitions = this.#partitions
    const latest = (this.#latest + partitions - 1) % partitions
    this.#latest = latest
    this.#fft.forward(window, ...this.#spectrum(this.#windows, latest))
    const [re, im] = this.#spectrum(this.#sum, 0)
    re.fill(0)
    im.fill(0)
    const bytes = this.#bytes
    const ahead = partitions - latest
    this.#accumulate(this.#responses, this.#windows + 2 * bytes * latest, ahead, bytes, this.#sum)
    this.#accumulate(this.#responses + 2 * bytes * ahead, this.#windows, latest, bytes, this.#sum)
    this.#fft.inverse(re, im, output)
  }

  /** Forgets all windows. */
  clear(): void {
    // The place decides which products are summed up in pairs, and so the last bits.
    this.#latest = 0
    const size = this.#memory.BYTES_PER_ELEMENT
    this.#memory.fill(0, this.#windows / size, this.#sum / size)
  }

  #spectrum(base: number, place: number): [re: Numbers, im: Numbers] {
    const size = this.#memory.BYTES_PER_ELEMENT
    const re = (base + 2 * this.#bytes * place) / size
    const im = re + this.#bytes / size
    const { bins } = this.#fft
    return [this.#memory.subarray(re, re + bins), this.#memory.subarray(im, im + bins)]
  }
}
