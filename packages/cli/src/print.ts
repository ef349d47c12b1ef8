import { toJson } from './readable.ts'
import type { Terminal } from './terminal.ts'

/** Prints a value as one JSON object on one line. */
export const printJson = ({ stdout }: Pick<Terminal, 'stdout'>, value: unknown): void => {
  stdout.write(`${JSON.stringify(toJson(value))}\n`)
}
