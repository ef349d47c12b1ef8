import { monoWeights } from '../pcm/mono.ts'

/** What is heard in the middle, and beside it: (L+R)/2 and (L-R)/2. */
export interface MidSide {
  readonly mid: Float32Array
  /** Null unless there are two channels. */
  readonly side: Float32Array | null
}

/** Takes stretches of channels apart into mid and side. The arrays are its own and hold until the next call. */
export class MidSideSplitter {
  readonly #weights: readonly number[]
  #mid = new Float32Array(0)
  #side = new Float32Array(0)

  constructor(format: { readonly layout: string; readonly channels: number }) {
    this.#weights = monoWeights(format)
  }

  split(channels: readonly Float32Array[]): MidSide {
    const length = channels[0]!.length
    if (this.#mid.length < length) {
      this.#mid = new Float32Array(length)
      this.#side = new Float32Array(channels.length === 2 ? length : 0)
    }
    const mid = this.#mid.subarray(0, length)
    if (channels.length === 2) {
      const side = this.#side.subarray(0, length)
      const [left, right] = channels as [Float32Array, Float32Array]
      for (let n = 0; n < length; n++) {
        const l = left[n]!
        const r = right[n]!
        mid[n] = 0.5 * (l + r)
        side[n] = 0.5 * (l - r)
      }
      return { mid, side }
    }
    mid.fill(0)
    for (const [channel, weight] of this.#weights.entries()) {
      if (weight === 0) continue
      const samples = channels[channel]!
      for (let n = 0; n < length; n++) mid[n]! += weight * samples[n]!
    }
    return { mid, side: null }
  }
}
