import { Worker } from 'node:worker_threads'
import { ColophonError, type ErrorCode } from '../errors.ts'
import type { Digest } from '../hash.ts'
import type { FactsByFamily } from '../ref.ts'
import type { Batch, Committed, Found, Records } from './records.ts'
import type { openDatabase } from './sqlite.ts'
import type { SqliteRecords } from './sqlite-records.ts'

/** A request to the writing thread, and its reply. */
export type Write =
  | { readonly id: number; readonly batch: Batch }
  | { readonly id: number; readonly begin: { tenant: string; key: Digest; confirmed: boolean } }
export type Reply =
  | { readonly id: number; readonly result: readonly Committed[] | number | undefined }
  | { readonly id: number; readonly code: ErrorCode; readonly details: never }

/** Where the writing thread finds its database. */
export interface WriterData {
  readonly path: string
  readonly options: Parameters<typeof openDatabase>[1]
}

const threadFile = new URL(`./writer-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

/** {@link Records} whose commits happen on a thread of their own; look-ups stay here, on the connection of `reading`. */
export class ThreadedRecords implements Records {
  readonly #reading: SqliteRecords
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: unknown) => void }>()
  #last = 0

  constructor(reading: SqliteRecords, path: string, options: WriterData['options']) {
    this.#reading = reading
    this.#worker = new Worker(threadFile, { workerData: { path, options } satisfies WriterData, execArgv: [] })
    this.#worker.unref()
    this.#worker.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if (this.#waiting.size === 0) this.#worker.unref()
      if ('code' in reply) waiting?.reject(new ColophonError(reply.code, reply.details))
      else waiting?.resolve(reply.result as never)
    })
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.values())
        reject(new ColophonError('STORE_FAILED', { path, why: error instanceof Error ? error.message : String(error) }))
      this.#waiting.clear()
    })
  }

  #send<T>(message: (id: number) => Write): Promise<T> {
    const id = ++this.#last
    this.#worker.ref()
    this.#worker.postMessage(message(id))
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  find(tenant: string, key: Digest, history: Digest): Found | undefined {
    return this.#reading.find(tenant, key, history)
  }

  commit(batch: Batch): Promise<readonly Committed[]> {
    return this.#send((id) => ({ id, batch: portable(batch) }))
  }

  body(tenant: string, digest: Digest): Uint8Array | undefined {
    return this.#reading.body(tenant, digest)
  }

  facts(tenant: string, digest: Digest): FactsByFamily | undefined {
    return this.#reading.facts(tenant, digest)
  }

  begin(tenant: string, key: Digest, confirmed: boolean): Promise<number | undefined> {
    return this.#send((id) => ({ id, begin: { tenant, key, confirmed } }))
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
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
