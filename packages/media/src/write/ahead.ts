/**
 * Gets the next item while the one before is being worked on.
 *
 * @param keep makes an item last beyond the request for the next one
 * @param drop gives up an item that nobody took
 */
export async function* ahead<T>(
  items: AsyncIterable<T>,
  keep: (item: T) => T,
  drop: (item: T) => void,
): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]()
  const pull = async (): Promise<{ item: T } | undefined> => {
    const { done, value } = await iterator.next()
    return done ? undefined : { item: keep(value) }
  }
  let coming = pull()
  // A failure is told when the item is asked for.
  coming.catch(() => {})
  try {
    for (;;) {
      const got = await coming
      if (!got) return
      coming = pull()
      coming.catch(() => {})
      try {
        yield got.item
      } finally {
        drop(got.item)
      }
    }
  } finally {
    await coming.then(
      (left) => left && drop(left.item),
      () => {},
    )
    await iterator.return?.()
  }
}
