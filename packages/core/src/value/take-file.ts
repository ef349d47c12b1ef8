import { stat } from 'node:fs/promises'
import { ColophonError, reasonOf } from '../errors.ts'
import { scanFile } from './read-file.ts'

/**
 * The bytes of a local file, in pieces that are good only until the next is asked for.
 *
 * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_EMPTY, FILE_NOT_READABLE
 */
export async function* openFile(path: string): AsyncIterable<Uint8Array> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new ColophonError('FILE_IS_DIRECTORY', { path })
    if (found.isFile() && found.size === 0) throw new ColophonError('FILE_EMPTY', { path })
    yield* scanFile(path)
  } catch (error) {
    throw fileError(error, path)
  }
}

function fileError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ColophonError('FILE_NOT_FOUND', { path }, { cause: error })
  if (code === 'EISDIR') return new ColophonError('FILE_IS_DIRECTORY', { path }, { cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new ColophonError('FILE_NOT_READABLE', { path, why: 'permission is denied' }, { cause: error })
  if (typeof code === 'string' && !(error instanceof ColophonError))
    return new ColophonError('FILE_NOT_READABLE', { path, why: reasonOf(error) }, { cause: error })
  return error
}
