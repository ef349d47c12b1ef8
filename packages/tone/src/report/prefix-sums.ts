/**
 * Sums of the first 0, 1, 2, … of many numbers, of which only the last are kept, for windows that move over them. Differences are those of
 * an array of all sums, to the bit, and take the memory of a window.
 */
export class PrefixSums {
  readonly #values: ArrayLike<number>
  readonly #ring: Float64Array
  #sum = 0
  #count = 0

  /** @param span numbers of the longest window */
  constructor(values: ArrayLike<number>, span: number) {
    this.#values = values
    this.#ring = new Float64Array(span + 1)
  }

  /** Sum of a window, at most `span` long, that does not end before an earlier one did. */
  between(from: number, to: number): number {
    const ring = this.#ring
    while (this.#count < to) {
      this.#sum += this.#values[this.#count++]!
      ring[this.#count % ring.length] = this.#sum
    }
    return ring[to % ring.length]! - ring[from % ring.length]!
  }
}
