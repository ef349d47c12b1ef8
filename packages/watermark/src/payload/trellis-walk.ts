import { openWatermarkKernel } from '../kernels/open-kernel.ts'
import type { ConvolutionalCode } from './convolutional-code.ts'

/**
 * Goes along the trellis of a code: the forward part of the Viterbi algorithm. Each state has the metric of the best path into it, which
 * is the sum of the soft values on its way, with the signs of its code bits.
 *
 * State s and state s + half lead to 2s (with a 0) and 2s + 1 (with a 1).
 */
export interface TrellisWalk {
  /** Takes the word to be walked along: for each code bit how strongly it speaks for a 1; of magnitude {@link mostSoft} at most. */
  load(soft: Int16Array): void
  /** Walks along the word, from one state, or from any. */
  walk(from?: number): void
  /** Metric of a state at the end of the latest walk. If it began in one state: of one that can be reached from it. */
  metric(state: number): number
  /** At the latest walk, step t: by how much the path into a state by way of its lower predecessor leads over the other. */
  lead(t: number, state: number): number
}

/** Makes walks along words of at most so many bits. Leads can be asked for only if they are kept. */
export type TrellisWalks = new (code: ConvolutionalCode, most: number, keep: boolean) => TrellisWalk

/** The largest magnitude of a soft value, so that metrics stay within 16 bits for codes of memory 14 and six branches. */
export const mostSoft = 63

/**
 * How far states lie below the one that a walk begins in: more than any two states may differ by after as many steps as the code has memory, so that
 * nothing that began in them is left then.
 */
const never = ({ memory, branches }: ConvolutionalCode) => 2 * memory * branches * mostSoft + 1

/** Functions of `assembly/trellis.ts`. */
interface Functions {
  walk(
    ...args: [
      ...[soft: number, steps: number, branches: number, blocks: number, blockCount: number, patterns: number],
      ...[now: number, next: number, leads: number, leadStep: number, metrics: number],
    ]
  ): number
}

/** A {@link TrellisWalk} by vectors of eight states. */
export class SimdTrellisWalk implements TrellisWalk {
  readonly #code: ConvolutionalCode
  readonly #soft: Int16Array
  readonly #now: Int16Array
  readonly #next: Int16Array
  readonly #leads: Int16Array
  readonly #walk: (steps: number) => number
  #steps = 0
  #subtracted = 0

  /** @param code At least 16 states, and no more memory or branches than 16 bits suffice for. */
  constructor(code: ConvolutionalCode, most: number, keep: boolean) {
    const { states, branches, memory } = code
    if (states < 16 || mostSoft * branches * (4 * memory + 4) >= 2 ** 15) throw new RangeError('a code of another kind')
    const symbols = 2 ** branches
    const blockCount = states / 16
    const patterns = 64
    const blocks = patterns + 16
    const metrics = aligned(blocks + blockCount)
    const soft = aligned(metrics + 2 * symbols * 9)
    const now = aligned(soft + 2 * branches * most)
    const next = now + 2 * states
    const leads = next + 2 * states
    const kept = states * (keep ? most : 1)
    const { functions, buffer } = openWatermarkKernel<Functions>('trellis', leads + 2 * kept)
    new Uint8Array(buffer, patterns, 8).set(code.symbols.subarray(0, 8))
    new Uint8Array(buffer, blocks, blockCount).set(code.symbols.filter((_, state) => state % 8 === 0))
    this.#code = code
    this.#soft = new Int16Array(buffer, soft, branches * most)
    this.#now = new Int16Array(buffer, now, states)
    this.#next = new Int16Array(buffer, next, states)
    this.#leads = new Int16Array(buffer, leads, kept)
    const leadStep = keep ? 2 * states : 0
    this.#walk = (steps) =>
      functions.walk(soft, steps, branches, blocks, blockCount, patterns, now, next, leads, leadStep, metrics)
  }

  load(soft: Int16Array): void {
    this.#soft.set(soft)
    this.#steps = soft.length / this.#code.branches
  }

  walk(from?: number): void {
    this.#now.fill(from === undefined ? 0 : -never(this.#code))
    if (from !== undefined) this.#now[from] = 0
    this.#subtracted = this.#walk(this.#steps)
  }

  metric(state: number): number {
    return (this.#steps % 2 === 0 ? this.#now : this.#next)[state]! + this.#subtracted
  }

  lead(t: number, state: number): number {
    const { states } = this.#code
    return this.#leads[t * states + (state & 1) * (states / 2) + (state >> 1)]!
  }
}

const aligned = (address: number) => Math.ceil(address / 16) * 16

/** A {@link TrellisWalk}, plainly: what {@link SimdTrellisWalk} is held to. */
export class PlainTrellisWalk implements TrellisWalk {
  readonly #code: ConvolutionalCode
  #soft = new Int16Array(0)
  #metrics: number[] = []
  #leads: number[][] = []

  constructor(code: ConvolutionalCode) {
    this.#code = code
  }

  load(soft: Int16Array): void {
    this.#soft = soft.slice()
  }

  walk(from?: number): void {
    const { states, branches, symbols } = this.#code
    const half = states / 2
    const start = from === undefined ? 0 : -never(this.#code)
    this.#metrics = Array.from({ length: states }, (_, state) => (state === from ? 0 : start))
    this.#leads = []
    for (let t = 0; t < this.#soft.length / branches; t++) {
      const now = this.#metrics
      const leads = new Array<number>(states)
      this.#metrics = new Array<number>(states)
      for (let s = 0; s < half; s++) {
        let metric = 0
        for (let branch = 0; branch < branches; branch++) {
          const value = this.#soft[branches * t + branch]!
          metric += (symbols[s]! >> branch) & 1 ? value : -value
        }
        // The branches with a 1 carry the complement, and so do those from the upper state: all generators have their outer taps.
        for (const bit of [0, 1]) {
          const m = bit === 0 ? metric : -metric
          const [byLower, byUpper] = [now[s]! + m, now[s + half]! - m]
          this.#metrics[2 * s + bit] = Math.max(byLower, byUpper)
          leads[2 * s + bit] = byLower - byUpper
        }
      }
      this.#leads.push(leads)
    }
  }

  metric(state: number): number {
    return this.#metrics[state]!
  }

  lead(t: number, state: number): number {
    return this.#leads[t]![state]!
  }
}
