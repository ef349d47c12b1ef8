import { ColophonError, reasonOf } from '../errors.ts'

/** What a SQLite or file system error means to a user. */
export function storeError(error: unknown, path: string): ColophonError {
  if (error instanceof ColophonError) return error
  const { code, errcode } = error as { code?: string; errcode?: number }
  const primary = errcode === undefined ? undefined : errcode & 0xff
  const options = { cause: error }
  if (code === 'ENOSPC' || code === 'EDQUOT' || primary === 13)
    return new ColophonError('STORE_DISK_FULL', { path }, options)
  if (primary === 5 || primary === 6) return new ColophonError('STORE_LOCKED', { path }, options)
  if (primary === 26 || primary === 11)
    return new ColophonError('STORE_NOT_A_STORE', { path, why: reasonOf(error) }, options)
  return new ColophonError('STORE_FAILED', { path, why: reasonOf(error) }, options)
}
