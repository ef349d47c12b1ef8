import type { Store, StoreOptions } from './store.ts'

/**
 * Opens a store, and makes it when it is not there.
 *
 * @param options the store's folder, or {@link StoreOptions}; nothing for a store in memory
 * @example
 * const store = await createStore('.colophon')
 * @throws ColophonError STORE_NOT_A_STORE, STORE_TOO_NEW, STORE_DAMAGED, STORE_NOT_WRITABLE, STORE_DISK_FULL, STORE_FAILED
 */
export async function createStore(options: string | StoreOptions = {}): Promise<Store> {
  // Loaded when it is needed: it brings the database along.
  const { openStore } = await import('./store.ts')
  return openStore(options)
}
