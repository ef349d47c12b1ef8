import type { Digest } from '../value/hash.ts'
import type { FactsByFamily } from '../value/ref.ts'
import type { Batch, Committed, Found, Records } from './records.ts'
import type { openDatabase } from './sqlite.ts'
import type { SqliteRecords } from './sqlite-records.ts'
import { Thread } from './thread.ts'

/** What the writing thread is asked to do. */
export type Write =
  | { readonly batch: Batch }
  | { readonly begin: { readonly tenant: string; readonly key: Digest; readonly confirmed: boolean } }
  | 'hello'

/** Where the writing thread finds its database. */
export interface WriterData {
  readonly path: string
  readonly options: Parameters<typeof openDatabase>[1]
}

/** {@link Records} whose commits happen on a thread of their own; look-ups stay here, on the connection of `reading`. */
export class ThreadedRecords implements Records {
  readonly #reading: SqliteRecords
  readonly #thread: Thread<Write>

  private constructor(reading: SqliteRecords, thread: Thread<Write>) {
    this.#reading = reading
    this.#thread = thread
  }

  /** Starts the thread, and waits until it has opened the database. */
  static async open(reading: SqliteRecords, path: string, options: WriterData['options']): Promise<ThreadedRecords> {
    const thread = new Thread<Write>('writer-thread', path, { path, options } satisfies WriterData)
    await thread.ask('hello')
    return new ThreadedRecords(reading, thread)
  }

  find(tenant: string, key: Digest, history: Digest): Found | undefined {
    return this.#reading.find(tenant, key, history)
  }

  commit(batch: Batch): Promise<readonly Committed[]> {
    return this.#thread.ask({ batch: portable(batch) })
  }

  body(tenant: string, digest: Digest): Uint8Array | undefined {
    return this.#reading.body(tenant, digest)
  }

  facts(tenant: string, digest: Digest): FactsByFamily | undefined {
    return this.#reading.facts(tenant, digest)
  }

  begin(tenant: string, key: Digest, confirmed: boolean): Promise<number | undefined> {
    return this.#thread.ask({ begin: { tenant, key, confirmed } })
  }

  async close(): Promise<void> {
    await this.#thread.end()
    this.#reading.close()
  }
}

/** Records point to calls by objects that the process goes on changing; what is sent is how they stand now. */
function portable(batch: Batch): Batch {
  const pointer = ({ seq, id }: { seq: number; id: number }) => ({ seq, id })
  const moved = <T extends { from?: { seq: number; id: number } }>(part: T): T =>
    part.from ? { ...part, from: pointer(part.from) } : part
  return {
    ...batch,
    records: batch.records.map((record) => ({
      ...record,
      call: pointer(record.call),
      ...(record.commit
        ? {
            commit: {
              ...record.commit,
              inputs: record.commit.inputs.map(moved),
              ...(record.commit.passed ? { passed: record.commit.passed.map(moved) } : {}),
            },
          }
        : {}),
    })),
  }
}
