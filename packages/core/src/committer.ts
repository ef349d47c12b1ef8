import { lastCallSequence } from './call-entry.ts'
import type { Batch, CommitRecord, Committed, Records, RunRecord } from './store/records.ts'

/**
 * When a call's result is on the disk.
 *
 * - `call`: before the call returns. Calls that end together share a transaction.
 * - `group`: calls return at once; all that ended in one turn of the event loop, at most {@link groupSize}, share a transaction.
 *   A killed process loses no more than that, and `store.run` returns only when all is committed.
 */
export type CommitMode = 'call' | 'group'

/** A batch is committed when it has this many records, however busy the process. */
export const groupSize = 1024

interface Pending {
  readonly record: CommitRecord & { readonly call: { id: number } }
  readonly done: ((committed: Committed) => void) | undefined
  readonly failed: ((error: unknown) => void) | undefined
}

/** Gathers records into batches and hands them to the store, one batch at a time. */
export class Committer {
  readonly #records: Records
  readonly #dropped: (records: readonly CommitRecord[]) => void
  #pending: Pending[] = []
  #runs: RunRecord[] = []
  #scheduled: 'no' | 'soon' | 'now' = 'no'
  #flushing: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  /** @param dropped told of records whose commit failed */
  constructor(records: Records, dropped: (records: readonly CommitRecord[]) => void) {
    this.#records = records
    this.#dropped = dropped
  }

  /** Takes a record to be committed before long; a failure is thrown by {@link flush}. */
  add(record: Pending['record'], done?: () => void): void {
    this.#pending.push({ record, done, failed: undefined })
    if (this.#pending.length >= groupSize) this.#schedule('now')
    else if (this.#scheduled === 'no') this.#schedule('soon')
  }

  /** Commits a record, with all that were added before it; gives what became of it. */
  commit(record: Pending['record']): Promise<Committed> {
    return new Promise((done, failed) => {
      this.#pending.push({ record, done, failed })
      // A microtask later, calls that end at the same time have joined.
      if (this.#scheduled !== 'now') this.#schedule('now')
    })
  }

  /** A run has begun or ended. */
  addRun(run: RunRecord): void {
    this.#runs.push(run)
  }

  /** Commits everything taken so far. Throws the first failure of a record that nobody waited for. */
  async flush(): Promise<void> {
    while (!this.#failure && (this.#flushing || this.#pending.length > 0 || this.#runs.length > 0))
      await (this.#flushing ?? this.#flush())
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure.error
  }

  #schedule(when: 'soon' | 'now'): void {
    this.#scheduled = when
    if (when === 'now') queueMicrotask(() => this.#kick())
    else setImmediate(() => this.#kick())
  }

  #kick(): void {
    if (this.#scheduled === 'no' || this.#flushing) return
    void this.#flush()
  }

  #flush(): Promise<void> | undefined {
    this.#scheduled = 'no'
    const pending = this.#pending
    const batch: Batch = {
      runs: this.#runs,
      records: pending.map(({ record }) => record),
      settledBelow: settledBelow(pending),
    }
    if (batch.records.length === 0 && batch.runs.length === 0) return undefined
    this.#pending = []
    this.#runs = []
    try {
      const committed = this.#records.commit(batch)
      if (!(committed instanceof Promise)) {
        this.#succeed(pending, committed)
        return undefined
      }
      this.#flushing = committed
        .then(
          (all) => this.#succeed(pending, all),
          (error) => this.#fail(batch, pending, error),
        )
        .then(() => {
          this.#flushing = undefined
          if (this.#pending.length > 0) this.#schedule('now')
        })
      return this.#flushing
    } catch (error) {
      this.#fail(batch, pending, error)
      return undefined
    }
  }

  #succeed(pending: readonly Pending[], committed: readonly Committed[]): void {
    pending.forEach(({ record, done }, index) => {
      const outcome = committed[index]!
      record.call.id = outcome.call
      done?.(outcome)
    })
  }

  #fail(batch: Batch, pending: readonly Pending[], error: unknown): void {
    this.#dropped(batch.records)
    // The runs go on, and what comes after must find them begun.
    this.#runs = [...batch.runs, ...this.#runs]
    let unawaited = pending.length === 0
    for (const { failed } of pending) {
      if (failed) failed(error)
      else unawaited = true
    }
    if (unawaited) this.#failure ??= { error }
  }
}

/** Calls older than every pending one have their number; records to come will use it. */
function settledBelow(pending: readonly Pending[]): number {
  let lowest = lastCallSequence() + 1
  for (const { record } of pending) if (record.call.id === 0 && record.call.seq < lowest) lowest = record.call.seq
  return lowest
}
