import { ColophonError, reasonOf } from '../errors.ts'

/** What a SQLite or file system error means to a user. */
export function storeError(error: unknown, path: string): ColophonError {
  if (error instanceof ColophonError) return error
  const { code, errcode } = error as { code?: string; errcode?: number }
  const primary = primaryOf(error)
  const options = { cause: error }
  // The memory that processes share beside the database is a file too.
  const noSharedMemory = errcode === 4874
  if (code === 'ENOSPC' || code === 'EDQUOT' || primary === 13 || noSharedMemory)
    return new ColophonError('STORE_DISK_FULL', { path }, options)
  // A call that was still running when the store was closed.
  if (code === 'ERR_INVALID_STATE') return new ColophonError('STORE_CLOSED', {}, options)
  if (isLocked(error)) return new ColophonError('STORE_LOCKED', { path }, options)
  if (isDamage(error)) return new ColophonError('STORE_DAMAGED', { path, why: reasonOf(error) }, options)
  if (primary === 26) return new ColophonError('STORE_NOT_A_STORE', { path, why: reasonOf(error) }, options)
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return new ColophonError('STORE_NOT_A_STORE', { path, why: 'a file is where a folder should be' }, options)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || primary === 8 || primary === 14)
    return new ColophonError('STORE_NOT_WRITABLE', { path, why: reasonOf(error) }, options)
  return new ColophonError('STORE_FAILED', { path, why: reasonOf(error) }, options)
}

const primaryOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff

/** Whether SQLite says that its file is not as it wrote it. */
export const isDamage = (error: unknown): boolean => primaryOf(error) === 11

/** Whether SQLite could not have a lock. */
export const isLocked = (error: unknown): boolean => [5, 6].includes(primaryOf(error))
