import type { DatabaseSync } from 'node:sqlite'
import type { RoomDatabase } from './room-database.ts'

/**
 * Opens a room's own database in the store's folder, and makes it or brings it up to date. Commits are pressed onto the disk
 * (`synchronous=FULL`), and locks of other processes are waited for.
 *
 * @param folder the store's folder, or `:memory:`
 * @throws ColophonError STORE_NOT_A_STORE, STORE_TOO_NEW, STORE_DAMAGED, STORE_LOCKED, STORE_NOT_WRITABLE, STORE_DISK_FULL, STORE_FAILED
 */
export async function openRoomDatabase(folder: string, room: RoomDatabase): Promise<DatabaseSync> {
  // Loaded when it is needed: it brings SQLite along.
  return (await import('./room-database.ts')).openRoomDatabaseNow(folder, room)
}
