import type { Transferable } from 'node:worker_threads'

const mark = Symbol('moved')

/** A result with the buffers in it that are handed over. */
export interface Moved<T> {
  readonly [mark]: true
  readonly value: T
  readonly transfer: readonly Transferable[]
}

/**
 * What a function that runs in a {@link WorkerPool} returns so that buffers of its result are handed over instead of copied.
 *
 * @example
 * export const brighter = (plane: Uint8Array) => {
 *   const result = plane.map((value) => Math.min(255, value + 20))
 *   return moved(result, [result.buffer])
 * }
 */
export const moved = <T>(value: T, transfer: readonly Transferable[]): Moved<T> => ({ [mark]: true, value, transfer })

export const isMoved = (value: unknown): value is Moved<unknown> =>
  typeof value === 'object' && value !== null && mark in value
