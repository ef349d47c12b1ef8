interface Entry<V> {
  readonly value: V
  readonly bytes: number
  used: boolean
}

/**
 * A cache that is bounded in bytes. What has not been used for a long time goes first: an entry used since it was last looked
 * at gets a second chance (the clock algorithm), so that a look-up is one read of a map and moves nothing.
 */
export class BoundedCache<V> {
  readonly #entries = new Map<string, Entry<V>>()
  // A Map keeps the order of insertion, and what is inserted again comes up again at the end. The iterator is kept: a new one
  // would first pass everything deleted at the front, which in a full cache are tens of thousands.
  #hand = this.#entries.entries()
  readonly #limit: number
  #bytes = 0

  /** @param limit bytes that the entries may weigh together */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    entry.used = true
    return entry.value
  }

  /** An entry heavier than the whole cache is not kept. */
  set(key: string, value: V, bytes: number): void {
    this.delete(key)
    if (bytes > this.#limit) return
    if (this.#bytes + bytes > this.#limit) this.#shrinkTo(this.#limit - bytes)
    this.#entries.set(key, { value, bytes, used: false })
    this.#bytes += bytes
  }

  #shrinkTo(limit: number): void {
    while (this.#bytes > limit) {
      const { value: oldest, done } = this.#hand.next()
      if (done) {
        this.#hand = this.#entries.entries()
        continue
      }
      const [key, entry] = oldest
      this.#entries.delete(key)
      if (entry.used) {
        entry.used = false
        this.#entries.set(key, entry)
      } else this.#bytes -= entry.bytes
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
}
