import { Resampler } from '@colophon/media'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'

/** Samples of input before a stretch that no filter of the resampler looks back beyond. */
const margin = 4096

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/**
 * Reads stretches of a recording at a sample rate that need not be its own: sample n is the sound at n / `sampleRate` seconds. A stretch
 * is the same whichever were read before it.
 */
export class RateReader implements Disposable {
  readonly channels: number
  readonly layout: string
  readonly sampleRate: number
  /** Samples at this rate. */
  readonly length: number
  readonly #reader: PcmReader
  readonly #from: number
  /** The least numbers of samples, there and here, that last equally long. */
  readonly #there: number
  readonly #here: number

  constructor(pcm: Pcm, sampleRate: number) {
    this.#reader = new PcmReader(pcm)
    this.channels = pcm.channels
    this.layout = pcm.layout
    this.sampleRate = sampleRate
    this.#from = pcm.sampleRate
    const common = divisor(pcm.sampleRate, sampleRate)
    this.#there = pcm.sampleRate / common
    this.#here = sampleRate / common
    this.length = Math.ceil((pcm.length * sampleRate) / pcm.sampleRate)
  }

  /** Samples `from` up to, not including, `to` of each channel; zeros beyond the ends. They hold until the next call. */
  read(from: number, to: number): Float32Array[] {
    if (this.#there === this.#here) return this.#reader.read(from, to)
    // The resampler starts where both clocks have a sample, long enough before for its filter.
    const first = Math.floor((from * this.#there) / this.#here) - margin
    const start = Math.floor(first / this.#there)
    const end = Math.ceil((to * this.#there) / this.#here) + margin
    const resampler = new Resampler(this.channels, this.#from, this.sampleRate)
    const out = resampler.push(this.#reader.read(start * this.#there, end))
    const skip = from - start * this.#here
    return out.map((channel) => channel.subarray(skip, skip + to - from))
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]()
  }
}
