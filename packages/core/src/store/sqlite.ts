import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ColophonError, reasonOf } from '../errors.ts'
import { format, schema } from './schema.ts'
import { isDamage, isLocked, storeError } from './store-error.ts'

/** A prepared statement whose rows are arrays. */
export type Statement = StatementSync

/** How hard a commit is pressed onto the disk: `normal` survives the death of the process, `full` that of the machine. */
export type Synchronous = 'normal' | 'full'

export const databaseFile = 'colophon.sqlite'
export const inMemory = ':memory:'

/** Milliseconds to wait for another process's lock. */
export const busyTimeout = 10_000

interface OpenOptions {
  readonly synchronous?: Synchronous
  readonly readOnly?: boolean
  /** Bytes of database pages kept in memory. Default 64 MiB. */
  readonly pageCacheBytes?: number
}

/**
 * Opens the database of an embedded store, and makes it when it is not there.
 *
 * @param folder the store's folder, or {@link inMemory}
 * @throws ColophonError STORE_NOT_A_STORE, STORE_TOO_NEW, STORE_DAMAGED, STORE_NOT_WRITABLE, STORE_DISK_FULL, STORE_FAILED
 */
export const openDatabase = (folder: string, options: OpenOptions = {}): DatabaseSync =>
  patiently(folder, () => openOnce(folder, options))

/** Opens a database again and again while others hold it. @throws ColophonError STORE_*, with `path` */
export function patiently(path: string, open: () => DatabaseSync): DatabaseSync {
  const until = Date.now() + busyTimeout
  for (;;)
    try {
      return open()
    } catch (error) {
      // Where a database is made, or its last user is just leaving, SQLite does not wait for the lock by itself.
      if (!isLocked(error) || Date.now() > until) throw storeError(error, path)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 + Math.random() * 20)
    }
}

function openOnce(folder: string, options: OpenOptions): DatabaseSync {
  const { synchronous = 'normal', readOnly = false, pageCacheBytes = 64 << 20 } = options
  const memory = folder === inMemory
  let db: DatabaseSync | undefined
  try {
    if (!memory) mkdirSync(folder, { recursive: true })
    db = new DatabaseSync(memory ? inMemory : join(folder, databaseFile), { readOnly, timeout: busyTimeout })
    db.exec(
      `pragma cache_size = -${Math.round(pageCacheBytes / 1024)}; pragma foreign_keys = off; pragma temp_store = memory;`,
    )
    if (!readOnly) {
      if (!memory)
        db.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}; pragma wal_autocheckpoint = 4000;`)
      create(db)
    }
    checkFormat(db, folder)
    return db
  } catch (error) {
    db?.close()
    throw error
  }
}

function create(db: DatabaseSync): void {
  if (hasTables(db)) return
  db.exec('begin immediate')
  try {
    // Another process may have been first.
    if (!hasTables(db)) db.exec(schema)
    db.exec('commit')
  } catch (error) {
    rollback(db)
    throw error
  }
}

const hasTables = (db: DatabaseSync): boolean =>
  db.prepare("select 1 from sqlite_schema where type = 'table' limit 1").get() !== undefined

function checkFormat(db: DatabaseSync, path: string): void {
  let found: unknown
  try {
    found = db.prepare("select value from meta where name = 'format'").get()?.value
  } catch (error) {
    if (isDamage(error) || isLocked(error)) throw error
    throw new ColophonError('STORE_NOT_A_STORE', { path, why: reasonOf(error) })
  }
  if (typeof found !== 'number')
    throw new ColophonError('STORE_NOT_A_STORE', { path, why: 'its database says no format' })
  if (found > format) throw new ColophonError('STORE_TOO_NEW', { path, found, known: format })
}

/** Ends a transaction that failed; SQLite may have ended it already. */
export function rollback(db: DatabaseSync): void {
  try {
    db.exec('rollback')
  } catch {
    // Nothing was open any more.
  }
}

/** Prepares a statement whose rows come as arrays, which is the cheapest form. */
export function prepare(db: DatabaseSync, sql: string): Statement {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return statement
}
