import { ColophonError } from '../errors.ts'
import type { Store, StoreOptions } from './store.ts'

/**
 * Opens a store, and makes it when it is not there.
 *
 * @param options the store's folder, or {@link StoreOptions}; nothing for a store in memory
 * @example
 * const store = await createStore('.colophon')
 * @throws ColophonError USAGE for an empty path, STORE_NOT_A_STORE, STORE_TOO_NEW, STORE_DAMAGED, STORE_NOT_WRITABLE, STORE_DISK_FULL, STORE_FAILED
 */
export async function createStore(options: string | StoreOptions = {}): Promise<Store> {
  const path = typeof options === 'string' ? options : options.path
  if (path === '')
    throw new ColophonError('USAGE', {
      why: 'The path of the store is empty. Give a folder, or nothing for a store in memory.',
    })
  // Loaded when it is needed: it brings the database along.
  const { openStore } = await import('./store.ts')
  return openStore(options)
}
