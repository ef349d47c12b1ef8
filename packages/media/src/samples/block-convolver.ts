import { type Numbers, type NumbersOf, numbers, type Precision } from '../transform/precision.ts'
import { DelayLine } from './delay-line.ts'

/** How a convolver goes about its work. */
export interface BlockPlan {
  /** Samples that are computed at a time. */
  readonly hop: number
  /** Samples of a transform: at least those of a partition and of a hop, less one. */
  readonly window: number
  /** The impulse response, cut at multiples of `hop`. */
  readonly partitions: readonly Numbers[]
}

/**
 * Convolves a signal that comes in pieces with an impulse response, by overlap-save: of the circular convolution of a window only those
 * samples are kept in which nothing has gone round. Pieces of any size give the same bits. The memory taken is the same however long the
 * signal is.
 */
export class BlockConvolver<P extends Precision> {
  readonly precision: P
  /** How many samples may go in before those out of them come. */
  readonly latency: number
  readonly #response: number
  readonly #line: DelayLine
  /** The window: samples of before, then those of the hop, of which `#filled` are there. */
  readonly #window: Numbers
  readonly #result: Numbers
  #filled = 0
  #taken = 0
  #made = 0

  protected constructor(precision: P, response: number, plan: BlockPlan) {
    this.precision = precision
    this.latency = plan.hop
    this.#response = response
    this.#line = new DelayLine(precision, plan.window, plan.partitions)
    this.#window = numbers(precision, plan.window)
    this.#result = numbers(precision, plan.window)
  }

  /** Takes in samples, any number of them, and gives what is computed by now, maybe nothing: an array of the caller's own. */
  push(samples: Numbers): NumbersOf<P> {
    this.#taken += samples.length
    return this.#through(samples)
  }

  /** The end of the signal: gives the rest. In all it is as long as signal and response less one. The convolver is then as new. */
  flush(): NumbersOf<P> {
    const left = this.#taken === 0 ? 0 : this.#taken + this.#response - 1 - this.#made
    const hops = Math.ceil(left / this.latency)
    const rest = this.#through(numbers(this.precision, hops * this.latency - this.#filled * Math.min(hops, 1)))
    this.#window.fill(0)
    this.#line.clear()
    this.#filled = 0
    this.#taken = 0
    this.#made = 0
    return rest.slice(0, left) as NumbersOf<P>
  }

  #through(samples: Numbers): NumbersOf<P> {
    const hop = this.latency
    const before = this.#window.length - hop
    const out = numbers(this.precision, Math.floor((this.#filled + samples.length) / hop) * hop)
    for (let at = 0, made = 0; at < samples.length; ) {
      const now = Math.min(samples.length - at, hop - this.#filled)
      this.#window.set(samples.subarray(at, at + now), before + this.#filled)
      this.#filled += now
      at += now
      if (this.#filled < hop) break
      this.#line.run(this.#window, this.#result)
      out.set(this.#result.subarray(before), made)
      made += hop
      this.#window.copyWithin(0, hop)
      this.#filled = 0
    }
    this.#made += out.length
    return out
  }
}

/** @throws RangeError if an impulse response is empty */
export function checkResponse(response: Numbers): void {
  if (response.length === 0) throw new RangeError('The impulse response is empty. Give at least one sample.')
}
