import { openToneKernel } from '../kernels/open-kernel.ts'
import { copyWithZeros } from './copy-with-zeros.ts'
import { gapFilter } from './true-peak-filter.ts'

/** A function of `assembly/true-peak.ts`. */
interface Functions {
  refined(
    ...args: [
      ...[x: number, count: number, first: number, firstPairs: number, second: number, sides: number],
      ...[bound: number, boundSecond: number, spare: number, peak: number],
    ]
  ): number
}

/** Samples that are refined or left out as a whole, as in the kernel; also what must be there before and behind. */
const piece = 64
/** Pieces of a channel that are looked at at a time. */
const pieces = 128
/** Coefficients of the points half way between samples, and of those between these, to each side. */
const firstPairs = 32
const secondPairs = 8
/** Samples to both sides that count. */
const reach = firstPairs + secondPairs / 2
/** What rounding in single precision could add to a point beyond its bound. */
const slack = 1 + 1e-4

/** How to leave out the early-out, for tests: the answer must be the same. */
export interface TruePeakOptions {
  /** Whether points that cannot be the peak are left out. */
  readonly skip?: boolean
}

/**
 * The true peak of a recording: the largest magnitude of its signal between the samples too. Sixteen points are looked at for each sample
 * (eight from 176.4 kHz on), by a filter of 64 coefficients and a second one of 16 that works on the doubled rate. It reads sines up to
 * 0.48 of the sample rate within 0.03 dB. Stretches that cannot hold the peak cost next to nothing.
 *
 * ITU-R BS.1770-5, Annex 2, which wants four points at least at 48 kHz.
 */
export class TruePeakMeter {
  /** How many samples to both sides count: have them at hand when a recording is looked at in parts. */
  static readonly reach = reach
  readonly #scan: (channel: Float32Array, at: number, count: number) => void
  #peak = 0
  /** What was pushed last and is still needed, and its first sample that was not looked at. */
  #held: Float32Array[] | undefined
  #begin = -reach

  /** @throws RangeError if the sample rate is not positive */
  constructor(sampleRate: number, { skip = true }: TruePeakOptions = {}) {
    if (!(sampleRate > 0)) throw new RangeError(`A sample rate must be positive, and is ${sampleRate}.`)
    const factor = sampleRate < 160_000 ? 8 : 4
    const first = gapFilter(2, firstPairs, 7)
    const second = gapFilter(factor, secondPairs, 9)
    const firstRows = Array.from(first.middle)
    const secondRows = [
      ...second.sides.flatMap(({ even, odd }) => Array.from(even).flatMap((value, pair) => [value, odd[pair]!])),
      ...second.middle,
    ]
    const fourTimes = [...firstRows, ...secondRows].flatMap((value) => [value, value, value, value])
    const firstAt = 64
    const secondAt = firstAt + 16 * firstRows.length
    const spareAt = firstAt + 4 * fourTimes.length
    const samplesAt = spareAt + 1280
    const { functions, buffer } = openToneKernel<Functions>('true-peak', samplesAt + 4 * piece * (pieces + 2))
    new Float32Array(buffer, firstAt, fourTimes.length).set(fourTimes)
    const samples = new Float32Array(buffer, samplesAt, piece * (pieces + 2))
    const boundSecond = skip ? second.bound * slack : Number.POSITIVE_INFINITY
    const bound = skip ? second.bound * first.bound * slack : Number.POSITIVE_INFINITY
    this.#scan = (channel, at, count) => {
      copyWithZeros(channel, at - piece, piece * (count + 2), samples)
      this.#peak = functions.refined(
        ...([samplesAt + 4 * piece, count, firstAt, firstPairs, secondAt, second.sides.length] as const),
        ...([bound, boundSecond, spareAt, this.#peak] as const),
      )
    }
  }

  /** The largest magnitude so far of any channel, linear. */
  get peak(): number {
    return this.#peak
  }

  /** Begins anew with another recording or part: a meter has memory of its own, so who looks at many parts makes one. */
  reset(): void {
    this.#peak = 0
    this.#held = undefined
    this.#begin = -reach
  }

  /** Takes note that there is a sample of such a magnitude: the sooner that is known, the more can be left out. */
  note(samplePeak: number): void {
    if (samplePeak > this.#peak) this.#peak = samplePeak
  }

  /**
   * Looks at the time from one sample to another. Samples of the arrays outside of that count as far as the filters reach; outside of the
   * arrays they are zero. Parts of a recording must be at least 64 samples long, the last part aside.
   */
  scan(channels: readonly Float32Array[], from: number, to: number): void {
    for (const channel of channels) {
      for (let at = from; at < to; at += piece * pieces) {
        const count = Math.min(pieces, Math.floor((to - at) / piece))
        if (count > 0) this.#scan(channel, at, count)
        // A piece more that ends where all ends: what lies behind may be unknown.
        if (at + count * piece < to && count < pieces) this.#scan(channel, Math.max(from, to - piece), 1)
      }
    }
  }

  /** Takes in the next samples of all channels of a recording that comes in order; `finish` looks at the last of them. */
  push(channels: readonly Float32Array[], from = 0, to = channels[0]!.length): void {
    const joined = channels.map((channel, i) => {
      const held = this.#held?.[i] ?? new Float32Array(0)
      const both = new Float32Array(held.length + to - from)
      both.set(held)
      both.set(channel.subarray(from, to), held.length)
      return both
    })
    const until = joined[0]!.length - reach
    if (until - this.#begin < piece) {
      this.#held = joined
      return
    }
    this.scan(joined, this.#begin, until)
    const kept = Math.max(0, until - reach)
    this.#held = joined.map((channel) => channel.slice(kept))
    this.#begin = until - kept
  }

  /**
   * Looks at what `push` could not: the last samples, and what the filters make of the silence behind them.
   *
   * @returns the peak
   */
  finish(): number {
    if (this.#held) this.scan(this.#held, this.#begin, this.#held[0]!.length + reach)
    this.#held = undefined
    this.#begin = -reach
    return this.#peak
  }
}

/** The true peak of a recording that is in memory, over all channels, linear; see {@link TruePeakMeter}. */
export function truePeak(channels: readonly Float32Array[], sampleRate: number): number {
  const meter = new TruePeakMeter(sampleRate)
  meter.scan(channels, -reach, channels[0]!.length + reach)
  return meter.peak
}
