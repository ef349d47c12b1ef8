import { type BlobRef, ColophonError } from '@colophon/core'

/** How errors call a file whose name is not known. */
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

/** The error, with the name of the file that it speaks of where that was not known. */
export function renamed(error: unknown, name: string | undefined): unknown {
  if (!name || !(error instanceof ColophonError) || (error.details as { name?: string }).name !== nameless) return error
  return new ColophonError(error.code, { ...(error.details as object), name } as never, { cause: error.cause })
}

/** Does work on a blob; errors that it meets carry the name of the file that the blob came from, where that is known. */
export async function naming<T>(blob: BlobRef, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw renamed(error, blob.name)
  }
}
