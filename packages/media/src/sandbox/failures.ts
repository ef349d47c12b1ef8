import { ColophonError, type ErrorCode, errorTable, reasonOf } from '@colophon/core'

/** An error of ours in a form that survives the way out of a child. */
export interface Told {
  readonly code: ErrorCode
  readonly details: object
}

/** What is passed on of an error; undefined if it is not one of ours. */
export function told(thrown: unknown): Told | undefined {
  const { name, code, details } = (thrown ?? {}) as Record<string, unknown>
  // Details hold what the sentence needs; anything that cannot be sent is not of them.
  return name === 'ColophonError'
    ? { code: code as ErrorCode, details: JSON.parse(JSON.stringify(details)) }
    : undefined
}

export const failed = (why: string): ColophonError => new ColophonError('SANDBOX_FAILED', { why })

/**
 * An error of a child, made anew. A child that was taken over may say anything, so its word is not taken for it.
 *
 * @param name of the file that it read
 */
export function rebuilt({ code, details }: Told, name: string): ColophonError {
  if (!Object.hasOwn(errorTable, code)) return failed(`it reports an unknown error "${code}"`)
  try {
    const named = code.startsWith('MEDIA_') ? { ...details, name } : details
    return new ColophonError(code, named as never)
  } catch (error) {
    return failed(`its error ${code} cannot be told: ${reasonOf(error)}`)
  }
}
