import type { ConvolutionalCode } from './convolutional-code.ts'

/** A code word that agrees well with what was measured. */
export interface Candidate {
  /** The bits that it codes. */
  readonly bits: Uint8Array
  /** Sum of what was measured, with the signs of the code word; in the units of the rounded values. */
  readonly agreement: number
}

/** What was measured is rounded to whole numbers, the largest to this. */
const scale = 2 ** 15
/** End states from which paths are followed back, and the most paths that are followed. */
const [mostEnds, mostPaths] = [16, 64]

/**
 * Finds the code words of a tail-biting convolutional code that agree best with soft values: a list, best first.
 *
 * The circle is gone round twice (the wrap-around Viterbi algorithm: Shao, Lin and Fossorier, "Two decoding algorithms for tailbiting
 * codes", 2003), so that every state begins with what led to it. At each state of the second round the lead of the
 * surviving path over the other is kept. From the best end states paths are followed back in the order of what they lose,
 * a path for every place where another one may leave it (the serial list Viterbi algorithm: Seshadri and Sundberg, "List Viterbi
 * decoding algorithms with applications", 1994); those that come back to where they began are code words.
 *
 * All is done in whole numbers: the same values give the same list everywhere.
 */
export class ListViterbi {
  readonly #code: ConvolutionalCode
  readonly #leads: Int32Array
  readonly #begun: Int32Array
  #now: Int32Array
  #next: Int32Array

  /** @param most Bits of the longest word; memory for it, 4 bytes a state and bit, is taken once. */
  constructor(code: ConvolutionalCode, most: number) {
    this.#code = code
    this.#leads = new Int32Array(code.states * most)
    this.#begun = new Int32Array(code.states)
    this.#now = new Int32Array(code.states)
    this.#next = new Int32Array(code.states)
  }

  /**
   * @param soft For each code bit, in the order of {@link ConvolutionalCode.encode}, how strongly it speaks for a 1 (above
   *   0) or for a 0 (below): a log-likelihood ratio in any unit. 0 where nothing is known.
   * @param most The longest list wanted. Shorter ones are given; an empty one, too, where no path closes.
   */
  decode(soft: Float64Array, most: number): Candidate[] {
    const { branches, states } = this.#code
    const whole = rounded(soft)
    const length = whole.length / branches
    if (whole.length % branches !== 0 || length * states > this.#leads.length)
      throw new RangeError('not a word of this code')

    this.#now.fill(0)
    for (let t = 0; t < length; t++) {
      forward(this.#code.symbols, metricsOf(whole, t, branches), this.#now, this.#next)
      this.#turn()
    }
    let best = this.#now[0]!
    for (let state = 1; state < states; state++) best = Math.max(best, this.#now[state]!)
    for (let state = 0; state < states; state++) this.#begun[state] = this.#now[state]! - best
    this.#now.set(this.#begun)
    for (let t = 0; t < length; t++) {
      const leads = this.#leads.subarray(t * states, (t + 1) * states)
      forwardKeeping(this.#code.symbols, metricsOf(whole, t, branches), this.#now, this.#next, leads)
      this.#turn()
    }
    return this.#closed(length)
      .sort((one, other) => other.agreement - one.agreement)
      .slice(0, most)
  }

  #turn(): void {
    const now = this.#now
    this.#now = this.#next
    this.#next = now
  }

  /** The code words among the best paths. */
  #closed(length: number): Candidate[] {
    const { states } = this.#code
    const half = states / 2
    const queue = this.#ends()
    const found: Candidate[] = []
    for (let left = mostPaths; left > 0 && queue.length > 0; left--) {
      const path = queue.shift()!
      const bits = new Uint8Array(length)
      const earliest = path.departures.at(-1) ?? length
      let departure = 0
      let state = path.end
      for (let t = length - 1; t >= 0; t--) {
        bits[t] = state & 1
        const lead = this.#leads[t * states + state]!
        let other = lead < 0
        if (path.departures[departure] === t) {
          other = !other
          departure++
        } else if (t < earliest) {
          insert(queue, left - 1, path, t, path.metric - Math.abs(lead))
        }
        state = (state >> 1) | (other ? half : 0)
      }
      if (state === path.end) found.push({ bits, agreement: path.metric - this.#begun[path.end]! })
    }
    return found
  }

  /** Paths that survive, from the best end states, best first. */
  #ends(): Path[] {
    const ends: Path[] = []
    for (let end = 0; end < this.#now.length; end++) {
      const metric = this.#now[end]!
      if (ends.length === mostEnds && metric <= ends[mostEnds - 1]!.metric) continue
      const at = placeOf(ends, metric)
      ends.splice(at, 0, { metric, end, departures: [] })
      if (ends.length > mostEnds) ends.pop()
    }
    return ends
  }
}

/** A path: it ends in a state and is followed back along survivors, but for times at which it takes the other branch, latest first. */
interface Path {
  readonly metric: number
  readonly end: number
  readonly departures: readonly number[]
}

/** Puts a path that leaves `path` at a time into the queue, if it is among the best `most`. */
function insert(queue: Path[], most: number, path: Path, time: number, metric: number): void {
  if (queue.length >= most && (most === 0 || metric <= queue[queue.length - 1]!.metric)) return
  queue.splice(placeOf(queue, metric), 0, { metric, end: path.end, departures: [...path.departures, time] })
  while (queue.length > most) queue.pop()
}

/** Where a metric belongs in an order from the best: after its equals. */
function placeOf(queue: readonly Path[], metric: number): number {
  let [low, high] = [0, queue.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (queue[middle]!.metric >= metric) low = middle + 1
    else high = middle
  }
  return low
}

function rounded(soft: Float64Array): Int32Array {
  let largest = 0
  for (const value of soft) largest = Math.max(largest, Math.abs(value))
  const whole = new Int32Array(soft.length)
  if (largest > 0) for (let i = 0; i < soft.length; i++) whole[i] = Math.round((soft[i]! / largest) * scale)
  return whole
}

const metrics = new Int32Array(256)

/** For each symbol of a branch, how well it agrees with the values at a time. */
function metricsOf(whole: Int32Array, t: number, branches: number): Int32Array {
  let none = 0
  for (let branch = 0; branch < branches; branch++) none -= whole[branches * t + branch]!
  metrics[0] = none
  for (let branch = 0; branch < branches; branch++) {
    const size = 1 << branch
    const gain = 2 * whole[branches * t + branch]!
    for (let symbol = 0; symbol < size; symbol++) metrics[symbol + size] = metrics[symbol]! + gain
  }
  return metrics
}

// States s and s + half lead to 2s (with a 0) and 2s + 1 (with a 1). Where the branch from s to 2s carries a symbol, that to 2s + 1 carries
// its complement, and so do those from s + half, exchanged: one metric m, added or subtracted, serves the four. A lead d is
// the metric by way of s less that by way of s + half; the larger of both is the first, less d if that is negative. Without
// branches of the program, for which of two paths survives cannot be predicted.

function forward(symbols: Uint8Array, metrics: Int32Array, now: Int32Array, next: Int32Array): void {
  const half = symbols.length
  for (let s = 0; s < half; s++) {
    const m = metrics[symbols[s]!]!
    const low = now[s]!
    const lead = (low - now[s + half]!) | 0
    const lead0 = (lead + 2 * m) | 0
    const lead1 = (lead - 2 * m) | 0
    next[2 * s] = (low + m - (lead0 & (lead0 >> 31))) | 0
    next[2 * s + 1] = (low - m - (lead1 & (lead1 >> 31))) | 0
  }
}

function forwardKeeping(
  symbols: Uint8Array,
  metrics: Int32Array,
  now: Int32Array,
  next: Int32Array,
  leads: Int32Array,
): void {
  const half = symbols.length
  for (let s = 0; s < half; s++) {
    const m = metrics[symbols[s]!]!
    const low = now[s]!
    const lead = (low - now[s + half]!) | 0
    const lead0 = (lead + 2 * m) | 0
    const lead1 = (lead - 2 * m) | 0
    leads[2 * s] = lead0
    leads[2 * s + 1] = lead1
    next[2 * s] = (low + m - (lead0 & (lead0 >> 31))) | 0
    next[2 * s + 1] = (low - m - (lead1 & (lead1 >> 31))) | 0
  }
}
