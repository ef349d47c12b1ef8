import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ColophonError } from '../errors.ts'
import { busyTimeout, inMemory, patiently, rollback } from './sqlite.ts'

/** A database that a room keeps beside the store's, for what cannot be computed again. */
export interface RoomDatabase {
  /** Name of its file, without the extension. */
  readonly name: string
  /** SQL that leads from each format to the next, the first from nothing. The list only grows. */
  readonly migrations: readonly string[]
}

/** See `openRoomDatabase` in `open-room-database.ts`. */
export function openRoomDatabaseNow(folder: string, room: RoomDatabase): DatabaseSync {
  const path = folder === inMemory ? inMemory : join(folder, `${room.name}.sqlite`)
  return patiently(path, () => {
    if (path !== inMemory) mkdirSync(folder, { recursive: true })
    const db = new DatabaseSync(path, { timeout: busyTimeout })
    try {
      db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory;')
      migrate(db, room, path)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

const formatOf = (db: DatabaseSync): number => Number(db.prepare('pragma user_version').get()?.user_version)

function migrate(db: DatabaseSync, { migrations }: RoomDatabase, path: string): void {
  if (formatOf(db) === migrations.length) return
  db.exec('begin immediate')
  try {
    // Another process may have been first.
    const found = formatOf(db)
    if (found > migrations.length) throw new ColophonError('STORE_TOO_NEW', { path, found, known: migrations.length })
    if (found === 0 && db.prepare("select 1 from sqlite_schema where type = 'table' limit 1").get())
      throw new ColophonError('STORE_NOT_A_STORE', { path, why: 'its database was made by something else' })
    for (const migration of migrations.slice(found)) db.exec(migration)
    db.exec(`pragma user_version = ${migrations.length}; commit`)
  } catch (error) {
    rollback(db)
    throw error
  }
}
