import { parentPort } from 'node:worker_threads'
import { ColophonError, type ErrorCode } from '@colophon/core'
import { isMoved } from './moved.ts'

/** What a thread is asked to call. */
export interface Order {
  readonly module: string
  readonly name: string
  readonly args: readonly unknown[]
}

/** What came of it, in a form that survives the way. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly code: ErrorCode; readonly details: never }
  | { readonly message: string }

parentPort!.on('message', async ({ module, name, args }: Order) => {
  try {
    const exported: unknown = (await import(module))[name]
    if (typeof exported !== 'function') throw new TypeError(`${module} exports no function "${name}".`)
    const value: unknown = await exported(...args)
    if (isMoved(value)) parentPort!.postMessage({ value: value.value } satisfies Outcome, [...value.transfer])
    else parentPort!.postMessage({ value } satisfies Outcome)
  } catch (error) {
    parentPort!.postMessage(failure(error))
  }
})

const failure = (error: unknown): Outcome =>
  error instanceof ColophonError
    ? { code: error.code, details: error.details as never }
    : { message: error instanceof Error ? error.message : String(error) }
