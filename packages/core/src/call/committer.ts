import { ColophonError } from '../errors.ts'
import type { Batch, CallPointer, CommitRecord, Committed, Records, RunRecord } from '../store/records.ts'
import { lastCallSequence } from './call-entry.ts'

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

/** Steps that wait for room on the disk; what is beyond is forgotten. */
const mostLate = 64 * groupSize

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
  /** What records that nobody waited for failed of, by run. */
  readonly #failures = new Map<string, unknown>()
  readonly #openRuns = new Set<string>()
  /** Records whose commit failed, by their call, as long as something may still point to it. */
  readonly #lost = new WeakMap<CallPointer, Pending['record']>()
  #anyLost = false
  /** Steps answered from the store that a full disk had no room for: they go with a later batch, and fail nobody. */
  #late: Pending[] = []
  #failedBatches = 0

  /** @param dropped told of records whose commit failed */
  constructor(records: Records, dropped: (records: readonly CommitRecord[]) => void) {
    this.#records = records
    this.#dropped = dropped
  }

  /** Takes a record to be committed before long; a failure is thrown by {@link flush}. */
  add(record: Pending['record'], done?: (committed: Committed) => void): void {
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
    if (run.ended === undefined) this.#openRuns.add(run.name)
    else this.#openRuns.delete(run.name)
  }

  /** Tries to commit everything taken so far. */
  async settle(): Promise<void> {
    while (this.#flushing || this.#pending.length > 0 || this.#runs.length > 0) {
      const failed = this.#failedBatches
      await (this.#flushing ?? this.#flush())
      // What runs have to say waits for the next batch that can be written.
      if (this.#failedBatches > failed && !this.#flushing && this.#pending.length === 0) return
    }
  }

  /**
   * Commits everything taken so far. Throws what a record that nobody waited for failed of.
   *
   * @param run look at the records of this run only
   */
  async flush(run?: string): Promise<void> {
    await this.settle()
    const name = run ?? this.#failures.keys().next().value
    if (name === undefined || !this.#failures.has(name)) return
    const error = this.#failures.get(name)
    // A run that goes on has yet to hear of it.
    if (run !== undefined || !this.#openRuns.has(name)) this.#failures.delete(name)
    throw error
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
    const pending = this.#withLost(this.#late.length > 0 ? [...this.#late, ...this.#pending] : this.#pending)
    const batch: Batch = {
      runs: this.#runs,
      records: pending.map(({ record }) => record),
      settledBelow: settledBelow(pending),
    }
    if (batch.records.length === 0 && batch.runs.length === 0) return undefined
    this.#pending = []
    this.#late = []
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
    this.#failedBatches++
    this.#dropped(batch.records)
    // The runs go on, and what comes after must find them begun.
    this.#runs = [...batch.runs, ...this.#runs]
    // With a full disk, what is stored still answers; that it did is written down when there is room.
    const patient = error instanceof ColophonError && error.code === 'STORE_DISK_FULL'
    if (pending.length === 0 && !patient) for (const { name } of batch.runs) this.#failures.set(name, error)
    for (const one of pending) {
      const { record, failed } = one
      if (record.commit && !record.commit.failed && record.call.id === 0) {
        this.#lost.set(record.call, record)
        this.#anyLost = true
      }
      if (failed) failed(error)
      else if (patient && !record.commit && record.call.id > 0) {
        if (this.#late.length < mostLate) this.#late.push(one)
      } else if (!this.#failures.has(record.step.run)) this.#failures.set(record.step.run, error)
    }
  }

  /**
   * Before each record, those it points to whose commit failed earlier: somebody still has their refs, so they are to be stored now
   * that there may be room again. Without them the batch could not be.
   */
  #withLost(pending: readonly Pending[]): readonly Pending[] {
    if (!this.#anyLost) return pending
    const all: Pending[] = []
    for (const one of pending) {
      const open: { readonly entry: Pending; readonly lost: Pending['record'][] }[] = []
      const enter = (entry: Pending): void => void open.push({ entry, lost: this.#takeLost(entry.record) })
      enter(one)
      for (let top = open.at(-1); top; top = open.at(-1)) {
        const record = top.lost.pop()
        if (record) enter({ record, done: undefined, failed: undefined })
        else all.push(open.pop()!.entry)
      }
    }
    return all
  }

  #takeLost({ call, commit }: Pending['record']): Pending['record'][] {
    const pointers = commit ? [...commit.inputs, ...(commit.passed ?? [])].map(({ from }) => from) : [call]
    const lost: Pending['record'][] = []
    for (const pointer of pointers) {
      const record = pointer && this.#lost.get(pointer)
      if (!record) continue
      this.#lost.delete(pointer)
      lost.push(record)
    }
    return lost
  }
}

/** Calls older than every pending one have their number; records to come will use it. */
function settledBelow(pending: readonly Pending[]): number {
  let lowest = lastCallSequence() + 1
  for (const { record } of pending) if (record.call.id === 0 && record.call.seq < lowest) lowest = record.call.seq
  return lowest
}
