/**
 * Does several things at once. If one fails the others are told to stop, and its error is thrown when all have ended, so that nothing is
 * still at work on files that are about to be removed.
 *
 * @throws the first error; the signal's reason
 */
export async function together<T>(
  things: readonly ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal,
): Promise<T[]> {
  const stop = new AbortController()
  const all = AbortSignal.any([signal, stop.signal])
  let first: { readonly error: unknown } | undefined
  const results = await Promise.allSettled(
    things.map(async (thing) => {
      try {
        return await thing(all)
      } catch (error) {
        first ??= { error }
        stop.abort(error)
        throw error
      }
    }),
  )
  if (first) throw first.error
  return results.map((result) => (result as PromiseFulfilledResult<T>).value)
}
