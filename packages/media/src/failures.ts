import { ColophonError } from '@colophon/core'

/** How errors call a file whose name is not known: bytes in a store have none. */
const nameless = 'The file'

export const damaged = (why: string, cause?: unknown): ColophonError =>
  new ColophonError('MEDIA_DAMAGED', { name: nameless, why }, { cause })

export const notRecognised = (why: string, cause?: unknown): ColophonError =>
  new ColophonError('MEDIA_NOT_RECOGNISED', { name: nameless, why }, { cause })

export const wrongKind = (found: string, wanted: string): ColophonError =>
  new ColophonError('MEDIA_WRONG_KIND', { name: nameless, found, wanted })

/** Throws MEDIA_TOO_LARGE if a header claims more than a limit allows. */
export function checkLimit(what: string, found: number, limit: number): void {
  if (found > limit) throw new ColophonError('MEDIA_TOO_LARGE', { name: nameless, what, found, limit })
}

/** The same error with the name of the file, where that is known. */
export function withName(error: unknown, name: string | undefined): unknown {
  if (name === undefined || !(error instanceof ColophonError) || !error.code.startsWith('MEDIA_')) return error
  return new ColophonError(error.code, { ...(error.details as object), name } as never, { cause: error.cause })
}
