import { AsyncLocalStorage } from 'node:async_hooks'

/** What calls that mark the same picture have in common, by what it follows from. */
const shared = new AsyncLocalStorage<Map<string, Promise<unknown>>>()

/**
 * Does work in which what several calls have in common is made once: each {@link common} of the same name, until the work ends. It is for
 * pure functions alone, so results are the same with it and without.
 */
export const sharing = <T>(work: () => Promise<T>): Promise<T> => shared.run(new Map(), work)

/** What `make` gives; within {@link sharing}, what it gave the first time under this name. */
export function common<T>(name: string, make: () => Promise<T>): Promise<T> {
  const known = shared.getStore()
  if (!known) return make()
  let made = known.get(name) as Promise<T> | undefined
  if (!made) {
    made = make()
    known.set(name, made)
  }
  return made
}
