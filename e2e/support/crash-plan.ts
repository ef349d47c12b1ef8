import type { StoreOptions } from '@colophon/core'

/** What `crash-program.ts` is told. */
export interface Plan {
  readonly store: StoreOptions
  readonly log: string
  /** Kill the process this long after its events reach this number. */
  readonly killAfter?: { readonly events: number; readonly micros: number }
  /** Leave by `process.exit`, with {@link exitCode}, when its events reach this number. */
  readonly exitAt?: number
}

/** Exit code of a program that left early. */
export const exitCode = 77

/** What it says when it was left to finish. */
export interface Finish {
  /** Digest of all outputs, the same in every run. */
  readonly outputs: string
  /** How many events there were, as {@link Plan.killAfter} counts them. */
  readonly events: number
  /** How many writes this thread made, as `kill-at-write.ts` counts them. */
  readonly writes: number
}
