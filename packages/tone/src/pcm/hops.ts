import { frameLengthOf } from '../analysis/grid.ts'
import { monoWeights } from './mono.ts'
import type { Pcm } from './pcm.ts'

type Samples = Float32Array | Float64Array

/**
 * Adds up the power of hops of half a frame, as samples come: of a pair of channels the mean of both, which is that of mid and side
 * together; of others that of what they give mixed down to one. The sums are the same however the samples are cut into pieces.
 */
export class HopMeter {
  readonly #weights: readonly number[]
  readonly #hop: number
  #values = new Float32Array(1024)
  #count = 0
  /** Of the hop that is being filled. */
  #sum = 0
  #filled = 0

  constructor(format: Pick<Pcm, 'layout' | 'channels' | 'sampleRate'>) {
    this.#weights = monoWeights(format)
    this.#hop = frameLengthOf(format.sampleRate) / 2
  }

  /**
   * Takes the next samples.
   *
   * @returns the first of them that is not a finite number, or -1
   */
  push(channels: readonly Samples[], length = channels[0]!.length): number {
    for (let at = 0; at < length; ) {
      const to = Math.min(length, at + this.#hop - this.#filled)
      const sum = this.#add(channels, at, to)
      if (!Number.isFinite(sum)) {
        const found = firstNotFinite(channels, at, to)
        if (found >= 0) return found
      }
      this.#sum = sum
      this.#filled += to - at
      at = to
      if (this.#filled === this.#hop) this.#end()
    }
    return -1
  }

  /** Takes as many samples of silence. */
  silence(samples: number): void {
    for (let left = samples; left > 0; ) {
      const take = Math.min(left, this.#hop - this.#filled)
      this.#filled += take
      left -= take
      if (this.#filled === this.#hop) this.#end()
    }
  }

  /** The mean square of each hop; that of the last over as many samples as it has. */
  values(): Float32Array {
    if (this.#filled > 0) this.#end()
    return this.#values.slice(0, this.#count)
  }

  #add(channels: readonly Samples[], from: number, to: number): number {
    let sum = this.#sum
    if (channels.length === 2) return addPair(sum, channels[0]!, channels[1]!, from, to)
    if (channels.length === 1) return addOne(sum, channels[0]!, from, to)
    const weights = this.#weights
    for (let i = from; i < to; i++) {
      let mixed = 0
      for (let channel = 0; channel < channels.length; channel++) mixed += weights[channel]! * channels[channel]![i]!
      sum += mixed * mixed
    }
    return sum
  }

  #end(): void {
    if (this.#count === this.#values.length) {
      const longer = new Float32Array(this.#count * 2)
      longer.set(this.#values)
      this.#values = longer
    }
    this.#values[this.#count++] = this.#sum / this.#filled
    this.#sum = 0
    this.#filled = 0
  }
}

function addPair(start: number, left: Samples, right: Samples, from: number, to: number): number {
  let sum = start
  for (let i = from; i < to; i++) sum += 0.5 * (left[i]! * left[i]! + right[i]! * right[i]!)
  return sum
}

function addOne(start: number, samples: Samples, from: number, to: number): number {
  let sum = start
  for (let i = from; i < to; i++) sum += samples[i]! * samples[i]!
  return sum
}

/** The first sample of any channel that is not a finite number, or -1. */
export function firstNotFinite(channels: readonly Samples[], from: number, to: number): number {
  for (let i = from; i < to; i++) for (const samples of channels) if (!Number.isFinite(samples[i]!)) return i
  return -1
}
