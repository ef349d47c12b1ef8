/** Two items at the same place of two rows, or an item of the longer row beyond the end of the other. */
export type Pair<T> = { readonly left: T; readonly right: T } | { readonly left: T } | { readonly right: T }

/** Goes through two rows side by side, to the end of the longer. */
export async function* pairs<T>(left: AsyncIterable<T>, right: AsyncIterable<T>): AsyncGenerator<Pair<T>, void, void> {
  const rows = [left[Symbol.asyncIterator](), right[Symbol.asyncIterator]()] as const
  try {
    for (;;) {
      const [a, b] = await Promise.all(rows.map((row) => row.next()))
      if (a!.done && b!.done) return
      if (a!.done) yield { right: b!.value as T }
      else if (b!.done) yield { left: a!.value }
      else yield { left: a!.value, right: b!.value as T }
    }
  } finally {
    for (const row of rows) await row.return?.()
  }
}
