import { ColophonError } from '@colophon/core'

/** How errors call a model that has no file name. */
export const nameless = 'The model'

export const damaged = (name: string, why: string, cause?: unknown): ColophonError =>
  new ColophonError('MODEL_DAMAGED', { name, why }, { cause })

export const notRecognised = (name: string, why: string): ColophonError =>
  new ColophonError('MODEL_NOT_RECOGNISED', { name, why })

export const unsupported = (name: string, why: string, cause?: unknown): ColophonError =>
  new ColophonError('MODEL_UNSUPPORTED', { name, why }, { cause })

export const externalData = (name: string, file: string, why: string): ColophonError =>
  new ColophonError('MODEL_EXTERNAL_DATA', { name, file, why })

const fileErrors: Readonly<Record<string, 'FILE_NOT_FOUND' | 'FILE_IS_DIRECTORY'>> = {
  ENOENT: 'FILE_NOT_FOUND',
  ENOTDIR: 'FILE_NOT_FOUND',
  EISDIR: 'FILE_IS_DIRECTORY',
}

/** What the system says of a file, as an error of the table. */
export function fileFailure(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof ColophonError || typeof code !== 'string') return error
  const known = fileErrors[code]
  return known
    ? new ColophonError(known, { path }, { cause: error })
    : new ColophonError('FILE_NOT_READABLE', { path, why: message }, { cause: error })
}
