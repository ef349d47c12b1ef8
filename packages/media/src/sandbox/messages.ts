import type { Told } from './failures.ts'

/** What the child is asked to do: call a function that a module exports. */
export interface Order {
  readonly id: number
  readonly module: string
  readonly name: string
  readonly args: readonly unknown[]
}

/** What the child says. */
export type Word =
  | { readonly ready: number }
  | { readonly id: number; readonly fraction: number; readonly note?: string }
  | { readonly id: number; readonly value: unknown; readonly cpu: number }
  | (Told & { readonly id: number; readonly cpu: number })
  | { readonly id: number; readonly failure: string; readonly cpu: number }

/** The file descriptor of the stream between a sandbox and its child. */
export const wireDescriptor = 3

/** What a function that runs in a sandbox gets after its arguments. */
export interface Inside {
  /** Tells how much is done, 0 to 1. */
  readonly progress: (fraction: number, note?: string) => void
}
