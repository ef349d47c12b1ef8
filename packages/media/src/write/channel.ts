/** A queue of a few items between two tasks: whoever puts waits when it is full, whoever takes waits when it is empty. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #capacity: number
  readonly #items: T[] = []
  #ended = false
  #failure: { error: unknown } | undefined
  #wake: (() => void)[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Returns false when nobody takes items any more. */
  async put(item: T): Promise<boolean> {
    while (this.#items.length >= this.#capacity && !this.#ended) await this.#change()
    if (this.#ended) return false
    this.#items.push(item)
    this.#changed()
    return true
  }

  /** No more items come. */
  end(): void {
    this.#ended = true
    this.#changed()
  }

  /** No more items come, and whoever takes them is told why. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.end()
  }

  /** What was put and not taken. */
  drain(): T[] {
    return this.#items.splice(0)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        if (this.#failure) throw this.#failure.error
        const next = this.#items.shift()
        if (next !== undefined) {
          this.#changed()
          yield next
        } else if (this.#ended) return
        else await this.#change()
      }
    } finally {
      this.end()
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
