import { Worker } from 'node:worker_threads'
import { ColophonError, type ErrorCode } from '../errors.ts'
import { Inspector } from './inspect.ts'
import type { Records } from './records.ts'
import { inMemory } from './sqlite.ts'
import { SqliteRecords } from './sqlite-records.ts'
import { verifyStore } from './verify.ts'

/** What a reader can be asked. */
export function questions(db: Parameters<typeof verifyStore>[0], folder: string, path: string) {
  const inspector = new Inspector(db, folder, path)
  return {
    stats: (tenant: string | undefined) => inspector.stats(tenant),
    call: (tenant: string, name: string) => inspector.call(tenant, name),
    runs: (tenant: string, limit: number) => inspector.runs(tenant, limit),
    steps: (run: string) => inspector.steps(run),
    verify: (objects: boolean) => verifyStore(db, folder, objects),
  }
}

export type Questions = ReturnType<typeof questions>

/** Answers questions about a store apart from its calls. */
export interface Reader {
  ask<M extends keyof Questions>(method: M, args: Parameters<Questions[M]>): Promise<Awaited<ReturnType<Questions[M]>>>
  close(): Promise<void>
}

/** A question on its way to the reading thread, and its answer on the way back. */
export interface Question {
  readonly id: number
  readonly method: keyof Questions
  readonly args: readonly unknown[]
}
export type Answer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly code: ErrorCode; readonly details: never }

/** A reader with a thread and a read-only connection of its own; for a store in memory, one in place. */
export function openReader(folder: string, path: string, records: Records): Reader {
  return path === inMemory && records instanceof SqliteRecords
    ? inPlaceReader(folder, path, records)
    : new ThreadReader(path)
}

function inPlaceReader(folder: string, path: string, records: SqliteRecords): Reader {
  const answers = questions(records.database, folder, path)
  return {
    ask: async (method, args) => (answers[method] as (...args: unknown[]) => never)(...args),
    close: async () => undefined,
  }
}

// The emitted JavaScript has another extension than the source.
const threadFile = new URL(`./reader-thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

class ThreadReader implements Reader {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: unknown) => void }>()
  #last = 0

  constructor(path: string) {
    this.#worker = new Worker(threadFile, { workerData: { path }, execArgv: [] })
    // The flags of the process (--eval, --input-type, a test runner's) are not for this file.
    // An idle reader must not keep the process alive.
    this.#worker.unref()
    this.#worker.on('message', (message: Answer) => {
      const waiting = this.#waiting.get(message.id)
      this.#settle(message.id)
      if ('code' in message) waiting?.reject(new ColophonError(message.code, message.details))
      else waiting?.resolve(message.answer as never)
    })
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#waiting.values())
        reject(new ColophonError('STORE_FAILED', { path, why: error instanceof Error ? error.message : String(error) }))
      this.#waiting.clear()
    })
  }

  ask<M extends keyof Questions>(
    method: M,
    args: Parameters<Questions[M]>,
  ): Promise<Awaited<ReturnType<Questions[M]>>> {
    const id = ++this.#last
    this.#worker.ref()
    this.#worker.postMessage({ id, method, args } satisfies Question)
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #settle(id: number): void {
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
