import { AsyncLocalStorage } from 'node:async_hooks'
import type { StepState } from '../store/records.ts'
import type { Digest } from '../value/hash.ts'
import type { Session } from './session.ts'

/** Progress of a call, as it is told to the run's listener. */
export interface ProgressEvent {
  readonly op: string
  /** 0 for a call directly under the run. */
  readonly depth: number
  /** 0 to 1. */
  readonly fraction: number
  readonly note: string
}

/** A step that has ended, as it is told to the run's listener. */
export interface StepEvent {
  readonly op: string
  readonly version: number
  readonly state: StepState
  /** Public name of the call. */
  readonly call: string
  readonly seq: number
  readonly parent: number
  readonly ordinal: number
  readonly attempt: number
  readonly depth: number
  readonly micros: number
  readonly error?: string
}

/** A line that an op wrote to its log. */
export interface LogEvent {
  readonly op: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What calls inherit from the run they are made in; none of it is keyed. */
export interface RunOptions {
  /** Whose results these are; look-ups never cross tenants. Default: the store's. */
  readonly tenant?: string
  /** A name for the run, shown in lists. */
  readonly label?: string
  readonly signal?: AbortSignal
  /** When calls still running are ended with CALL_TIMEOUT. */
  readonly deadline?: Date
  /** A label of the data's sensitivity, for executors to honour. */
  readonly sensitivity?: string
  /** What the run may cost, for executors to honour. */
  readonly budget?: number
  /** false: only stored results are given, and a call without one fails with NEW_CALL_REFUSED. */
  readonly newCalls?: boolean
  readonly onProgress?: (event: ProgressEvent) => void
  readonly onStep?: (event: StepEvent) => void
  readonly onLog?: (event: LogEvent) => void
}

/** A run while it goes on. */
export interface Run {
  readonly name: string
  readonly tenant: string
  readonly label: string
  readonly started: number
  /** The last number given to a step. */
  seq: number
}

/** The chain of calls that a call was made from. */
export interface Ancestor {
  readonly key: Digest
  readonly parent: Ancestor | undefined
}

/** What every call can see of where it is made. */
export interface CallContext {
  readonly session: Session
  readonly run: Run
  readonly options: RunOptions
  /** Number of the step that the call is made from; 0 directly in the run. */
  readonly parent: number
  readonly depth: number
  readonly ancestor: Ancestor | undefined
  readonly signal: AbortSignal | undefined
  /** How many calls were made from here so far. */
  ordinals: number
}

/** `undefined`: no store; `null`: {@link plain}. */
const storage = new AsyncLocalStorage<CallContext | null>()

/** Where the caller is, if in a run. */
export const currentContext = (): CallContext | undefined => storage.getStore() ?? undefined

/** Runs `fn` so that calls in it, however deep and late, see `context`. */
export const within = <T>(context: CallContext | null, fn: () => T): T => storage.run(context, fn)

/**
 * Runs `fn` with no store: ops called in it are plain functions, nothing is looked up or kept.
 *
 * @example
 * await store.run(async () => {
 *   await plain(() => add(1, 2)) // computed, and not stored
 * })
 */
export const plain = <T>(fn: () => T): T => storage.run(null, fn)
