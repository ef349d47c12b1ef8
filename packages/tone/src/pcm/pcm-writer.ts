import { closeSync, openSync, writeSync } from 'node:fs'
import type { Pcm } from './pcm.ts'

/** What is known of a {@link Pcm} before it is written. */
export type PcmFormat = Omit<Pcm, 'length'>

/** Writes a {@link Pcm} from its beginning to its end. */
export class PcmWriter implements Disposable {
  readonly #format: PcmFormat
  readonly #buffer: Float32Array
  readonly #bytes: Uint8Array
  #file: number | undefined
  #filled = 0
  #length = 0

  /** @param format what is written, and where; a file that is there is replaced */
  constructor(format: PcmFormat) {
    this.#format = format
    this.#buffer = new Float32Array(Math.floor(131072 / format.channels) * format.channels)
    this.#bytes = new Uint8Array(this.#buffer.buffer)
    this.#file = openSync(format.path, 'w')
  }

  /** Samples of each channel so far. */
  get length(): number {
    return this.#length
  }

  /** Writes samples `from` up to, not including, `to` of each channel, as 32-bit floats. */
  write(channels: readonly (Float32Array | Float64Array)[], from = 0, to = channels[0]!.length): void {
    const count = this.#format.channels
    if (channels.length !== count) throw new RangeError(`Here are ${channels.length} channels instead of ${count}.`)
    for (let at = from; at < to; ) {
      if (this.#filled === this.#buffer.length) this.#flush()
      const take = Math.min(to - at, (this.#buffer.length - this.#filled) / count)
      for (let channel = 0; channel < count; channel++)
        interleave(channels[channel]!, at, take, this.#buffer, this.#filled + channel, count)
      this.#filled += take * count
      at += take
    }
    this.#length += Math.max(0, to - from)
  }

  /** Writes as many samples of silence. */
  silence(samples: number): void {
    const count = this.#format.channels
    for (let left = samples; left > 0; ) {
      if (this.#filled === this.#buffer.length) this.#flush()
      const take = Math.min(left, (this.#buffer.length - this.#filled) / count)
      this.#buffer.fill(0, this.#filled, this.#filled + take * count)
      this.#filled += take * count
      left -= take
    }
    this.#length += Math.max(0, samples)
  }

  /** Writes what is left and closes the file. */
  end(): Pcm {
    this.#flush()
    this[Symbol.dispose]()
    return { ...this.#format, length: this.#length }
  }

  /** Closes the file, whatever is in it. */
  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #flush(): void {
    const bytes = this.#bytes.subarray(0, this.#filled * 4)
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file!, bytes, done, bytes.length - done)
    this.#filled = 0
  }
}

function interleave(
  source: Float32Array | Float64Array,
  from: number,
  count: number,
  target: Float32Array,
  first: number,
  step: number,
): void {
  if (step === 1) target.set(source.subarray(from, from + count), first)
  else for (let i = 0, at = first; i < count; i++, at += step) target[at] = source[from + i]!
}
