import type { Content } from '../value/content.ts'
import type { Digest } from '../value/hash.ts'
import type { FactsByFamily } from '../value/ref.ts'

/**
 * The port behind which a store keeps results, calls, steps and refs. A driver answers look-ups and commits batches; it never
 * sees ops, refs or user code. `records.conformance.ts` is the suite that every driver passes.
 *
 * What a driver promises:
 * - A batch is committed whole or not at all, in its order; a later record may point to a call of an earlier one.
 * - A result is stored once per tenant and key. A second commit of one is told so (`won: false`) and changes nothing.
 * - After a failed commit nothing of the batch is there, and the driver works on.
 * - Look-ups see every batch whose commit has ended.
 */
export interface Records {
  find(tenant: string, key: Digest, history: Digest): Found | undefined | Promise<Found | undefined>
  commit(batch: Batch): readonly Committed[] | Promise<readonly Committed[]>
  /** The encoding of a data value kept in the database; undefined when it is kept as an object. */
  body(tenant: string, digest: Digest): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** FactsByFamily of a blob; undefined when the tenant has no such blob. */
  facts(tenant: string, digest: Digest): FactsByFamily | undefined
  /** Marks a call that may not be repeated as begun; gives the time of an earlier mark that was never cleared. */
  begin(tenant: string, key: Digest, confirmed: boolean): number | undefined | Promise<number | undefined>
  close(): void | Promise<void>
}

/** A call as records point to it: by its number in the database, or while it has none, by its number in this process. */
export interface CallPointer {
  readonly seq: number
  readonly id: number
}

/** A part of a value that came from elsewhere: from another call, or untouched from one of the call's own inputs. */
export interface PassedRecord {
  readonly output: string
  /** As {@link pathText}; empty for the whole output. */
  readonly path: string
  readonly input?: string
  readonly from?: CallPointer
  readonly fromOutput?: string
}

export interface InputRecord {
  readonly name: string
  readonly position: number
  /** Empty for the whole input; else the path of an item with a history of its own. */
  readonly path: string
  readonly content: Content
  /** Undefined: nothing new is known. */
  readonly facts?: FactsByFamily
  readonly from?: CallPointer
  readonly fromOutput?: string
}

export interface OutputRecord {
  readonly name: string
  readonly content: Content
  readonly facts?: FactsByFamily
}

export interface OpRecord {
  readonly name: string
  readonly version: number
  readonly positional: boolean
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly fingerprint: Digest
}

/** What became of a step; the number is stored. */
export const stepStates = ['computed', 'cached', 'failed', 'cancelled'] as const
export type StepState = (typeof stepStates)[number]

export interface StepRecord {
  /** Public name of the run. */
  readonly run: string
  readonly seq: number
  /** 0 directly under the run. */
  readonly parent: number
  readonly ordinal: number
  readonly attempt: number
  readonly state: StepState
  /** Milliseconds since 1970. */
  readonly started: number
  readonly micros: number
  /** A problem document as JSON text. */
  readonly error?: string | undefined
}

/** A call to be recorded. Without `outputs` its result is there already, or it has none. */
export interface CallCommit {
  readonly key: Digest
  readonly history: Digest
  /** Keyed params and digests of reads, encoded; undefined when there are none. */
  readonly args: Content | undefined
  readonly inputs: readonly InputRecord[]
  readonly outputs?: readonly OutputRecord[]
  readonly passed?: readonly PassedRecord[]
  /** The call was marked by {@link Records.begin}. */
  readonly begun?: boolean
  /** The stored outputs have lost bytes: these take their place. */
  readonly replace?: boolean
  readonly metrics?: Readonly<Record<string, number>>
  /** No result came of it; `unknown` when it was given up and may have taken effect all the same. */
  readonly failed?: 'surely' | 'unknown'
}

export interface CommitRecord {
  readonly tenant: string
  /** The call that the step is an occurrence of; `commit` when it is not in the database yet. */
  readonly call: CallPointer
  readonly commit?: CallCommit
  readonly op: OpRecord
  readonly step: StepRecord
}

export interface RunRecord {
  /** Public name, a UUID. */
  readonly name: string
  readonly tenant: string
  readonly label: string
  readonly started: number
  /** Set when the run has ended. */
  readonly ended?: number
  readonly state?: 'done' | 'failed' | 'cancelled'
}

export interface Batch {
  /** Runs that began or ended. Beginnings are taken before the records, ends after them. */
  readonly runs: readonly RunRecord[]
  readonly records: readonly CommitRecord[]
  /** Every call whose process number is below this has its database number known to the sender. */
  readonly settledBelow: number
}

/** What became of a record: the number of its call, and whether its outputs are the stored ones. */
export interface Committed {
  readonly call: number
  readonly won: boolean
}

export interface FoundOutput {
  readonly name: string
  readonly content: Content
  readonly facts?: FactsByFamily
}

export interface FoundPassed {
  readonly output: string
  readonly path: string
  readonly input?: string
  readonly from?: { readonly id: number; readonly key: Digest; readonly history: Digest }
  readonly fromOutput?: string
}

export interface Found {
  /** Number of the call with just these histories; 0 when the result is known from other ones only. */
  readonly call: number
  readonly outputs: readonly FoundOutput[]
  readonly passed: readonly FoundPassed[]
}
