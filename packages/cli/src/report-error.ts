import { type ColophonError, toColophonError } from '@colophon/core'
import type { Terminal } from './terminal.ts'

/** A wrong use of a command whose usage line is known. */
export class UsageError extends Error {
  readonly error: ColophonError
  readonly usage: string

  constructor(error: ColophonError, usage: string) {
    super(error.message)
    this.error = error
    this.usage = usage
  }
}

/** Text of an error that may hold a file's name, with what would steer the terminal shown as it is written. */
const safe = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\n]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** Tells the user what went wrong; the exit code is returned. */
export const reportError = (thrown: unknown, argv: readonly string[], terminal: Terminal): number => {
  const usage = thrown instanceof UsageError ? thrown.usage : undefined
  const error = toColophonError(thrown instanceof UsageError ? thrown.error : thrown)
  if (argv.includes('--json')) terminal.stderr.write(`${JSON.stringify(error.toProblem())}\n`)
  else {
    terminal.stderr.write(`colophon: ${safe(error.message)}\n`)
    if (usage) terminal.stderr.write(`Usage: ${usage}\n`)
  }
  if (argv.includes('--debug') || terminal.env.COLOPHON_DEBUG === '1') {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      terminal.stderr.write(`${cause.stack}\n`)
  }
  return error.exitCode
}
