import { KFilter } from './k-filter.ts'
import { kWarmUp } from './k-weighting.ts'

/** Numbers a second in a list of powers. */
export const powersPerSecond = 100

/** The sample at which hop `hop` of 10 ms begins: the nearest to its time. */
export const hopStart = (hop: number, sampleRate: number): number => Math.round((hop * sampleRate) / powersPerSecond)

/**
 * K-weighted power of a recording in hops of 10 ms, mean square, channels weighted and added up. Hop k reaches from sample
 * round(k·rate/100) to the next one's beginning, and the last one counts only if it is complete.
 *
 * It may begin anywhere in a recording: hops are answered from the first that begins half a second after that, when nothing is left of
 * what the filter did not see; at the very beginning there was nothing before, and the first hop is answered. So parts of a recording
 * give the same numbers as the whole: begin at {@link KPower.startFor} the first hop wanted.
 *
 * ITU-R BS.1770-5, Annex 1.
 */
export class KPower {
  readonly #sampleRate: number
  readonly #filter: KFilter
  /** Absolute index of the next sample. */
  #at: number
  /** The hop that is being filled. What lies before the first to be answered counts as one hop. */
  #hop: number
  readonly #first: number
  #energy = 0

  /**
   * @param weights one for each channel, see `channelWeights`
   * @param at index in the recording of the first sample that will be pushed
   * @param filter one that nobody else uses any more, for the same rate and weights: its memory is used again
   * @throws RangeError if the sample rate is not above 3400 Hz
   */
  constructor(sampleRate: number, weights: ArrayLike<number>, at = 0, filter = new KFilter(sampleRate, weights)) {
    this.#sampleRate = sampleRate
    this.#filter = filter
    filter.reset()
    this.#at = at
    this.#first = at === 0 ? 0 : firstHopFrom(at + warmUp(sampleRate), sampleRate)
    this.#hop = at === 0 ? 0 : this.#first - 1
  }

  /** Where to begin so that `hop` is the first that is answered. */
  static startFor(hop: number, sampleRate: number): number {
    return Math.max(0, hopStart(hop, sampleRate) - warmUp(sampleRate))
  }

  /** The hop that is answered next. */
  get next(): number {
    return Math.max(this.#hop, this.#first)
  }

  /**
   * Takes in the next samples of all channels.
   *
   * @param from first sample of the arrays to take
   * @param to end of those to take
   * @returns power of each hop that is complete with them; the first is that which was `next`
   */
  push(channels: readonly Float32Array[], from = 0, to = channels[0]!.length): Float64Array {
    const powers: number[] = []
    for (let index = from; index < to; index += KFilter.capacity) {
      this.#take(channels, index, Math.min(to - index, KFilter.capacity), powers)
    }
    return Float64Array.from(powers)
  }

  #take(channels: readonly Float32Array[], index: number, length: number, powers: number[]): void {
    const { lengths, weighted } = this.#filter
    const end = this.#at + length
    let count = 0
    for (let hop = this.#hop, at = this.#at; at < end; hop++) {
      const until = Math.min(end, hopStart(hop + 1, this.#sampleRate))
      lengths[count++] = until - at
      at = until
    }
    this.#filter.run(channels, index, count)
    this.#at = end
    for (let stretch = 0; stretch < count; stretch++) {
      this.#energy += weighted[stretch]!
      const start = hopStart(this.#hop, this.#sampleRate)
      const until = hopStart(this.#hop + 1, this.#sampleRate)
      if (until > end) return
      if (this.#hop >= this.#first) powers.push(this.#energy / (until - start))
      this.#energy = 0
      this.#hop++
    }
  }
}

const warmUp = (sampleRate: number) => Math.ceil(kWarmUp * sampleRate)

/** The first hop that begins at a sample or later. */
export function firstHopFrom(sample: number, sampleRate: number): number {
  let hop = Math.max(0, Math.floor((sample * powersPerSecond) / sampleRate) - 1)
  while (hopStart(hop, sampleRate) < sample) hop++
  return hop
}
