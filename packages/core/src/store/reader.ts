import { Inspector } from './inspect.ts'
import type { Records } from './records.ts'
import { inMemory } from './sqlite.ts'
import { SqliteRecords } from './sqlite-records.ts'
import { Thread } from './thread.ts'
import { verifyStore } from './verify.ts'

/** What a reader can be asked. */
export function questions(db: Parameters<typeof verifyStore>[0], folder: string, path: string) {
  const inspector = new Inspector(db, folder, path)
  return {
    stats: (tenant: string | undefined) => inspector.stats(tenant),
    call: (tenant: string, name: string) => inspector.call(tenant, name),
    runs: (tenant: string, limit: number) => inspector.runs(tenant, limit),
    steps: (run: string) => inspector.steps(run),
    verify: (objects: boolean, repair: boolean) => verifyStore(db, folder, objects, repair),
  }
}

export type Questions = ReturnType<typeof questions>

/** Answers questions about a store apart from its calls. */
export interface Reader {
  ask<M extends keyof Questions>(method: M, args: Parameters<Questions[M]>): Promise<Awaited<ReturnType<Questions[M]>>>
  close(): Promise<void>
}

/** A question on its way to the reading thread. */
export interface Question {
  readonly method: keyof Questions
  readonly args: readonly unknown[]
}

/** A reader with a thread and a read-only connection of its own; for a store in memory, one in place. */
export function openReader(folder: string, path: string, records: Records): Reader {
  return path === inMemory && records instanceof SqliteRecords
    ? inPlaceReader(folder, path, records)
    : threadReader(path)
}

function inPlaceReader(folder: string, path: string, records: SqliteRecords): Reader {
  const answers = questions(records.database, folder, path)
  return {
    ask: async (method, args) => (answers[method] as (...args: unknown[]) => never)(...args),
    close: async () => undefined,
  }
}

function threadReader(path: string): Reader {
  const thread = new Thread<Question>('reader-thread', path, { path })
  return { ask: (method, args) => thread.ask({ method, args }), close: () => thread.end() }
}
