/**
 * A stream that ends with the signal's reason as soon as it is aborted, also while the next piece is awaited. The source is told
 * to stop, and not waited for.
 */
export async function* until<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncIterable<T> {
  if (!signal) return yield* source
  signal.throwIfAborted()
  const iterator = source[Symbol.asyncIterator]()
  // One listener for all pieces: a race for each of them would keep them all until the end.
  let giveUp: ((reason: unknown) => void) | undefined
  const stop = (): void => giveUp?.(signal.reason)
  signal.addEventListener('abort', stop)
  let done = false
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        giveUp = reject
        if (signal.aborted) reject(signal.reason)
        else iterator.next().then(resolve, reject)
      })
      if (next.done) {
        done = true
        return
      }
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', stop)
    if (!done) iterator.return?.().catch(() => undefined)
  }
}
