import { parseArgs } from 'node:util'
import { ColophonError, nearest } from '@colophon/core'
import type { Globals, Option } from './options.ts'

/** What a command line says, sorted. */
export class Arguments {
  readonly positionals: readonly string[]
  readonly #given: ReadonlyMap<string, readonly (string | boolean)[]>

  constructor(positionals: readonly string[], given: ReadonlyMap<string, readonly (string | boolean)[]>) {
    this.positionals = positionals
    this.#given = given
  }

  /** The value of a flag, or undefined when it was not given. */
  text(name: string): string | undefined {
    return this.#given.get(name)?.[0] as string | undefined
  }

  /** All values of a flag, in their order. */
  texts(name: string): readonly string[] {
    return (this.#given.get(name) ?? []) as string[]
  }

  /** Whether a switch was turned on (true) or off (false), or undefined when it was not given. */
  switch(name: string): boolean | undefined {
    return this.#given.get(name)?.[0] as boolean | undefined
  }

  globals(): Globals {
    return {
      store: this.text('store'),
      config: this.text('config'),
      tenant: this.text('tenant'),
      ops: this.texts('ops'),
      json: this.switch('json') ?? false,
      quiet: this.switch('quiet') ?? false,
      debug: this.switch('debug') ?? false,
    }
  }
}

const isNumber = (text: string): boolean => /^-\.?\d/.test(text)

/**
 * Sorts a command line into flags and positional arguments. Flags may stand anywhere, `--name value` and `--name=value`
 * are the same, after `--` all is positional, and a negative number is an argument or a value but not a flag.
 *
 * @param argv the arguments without the command's own words
 * @param options the flags that may be given
 * @param help the command line that shows help, for errors
 * @throws USAGE for an unknown flag (with the nearest known one), a missing value, or a flag given twice
 */
export const parseArguments = (argv: readonly string[], options: readonly Option[], help: string): Arguments => {
  const usage = (why: string) => new ColophonError('USAGE', { why, help })
  const known = new Map<string, { option: Option; value: boolean }>()
  for (const option of options) known.set(option.name, { option, value: true })
  for (const option of options) {
    const off = `no-${option.name}`
    if (option.negatable && !known.has(off)) known.set(off, { option, value: false })
  }
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      [...known].map(([name, { option, value }]) => [
        name,
        {
          type: option.value === undefined ? 'boolean' : 'string',
          ...(value && option.short && { short: option.short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })

  const positionals: string[] = []
  const given = new Map<string, (string | boolean)[]>()
  let number = -1
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const written = argv[token.index]!
    const match = known.get(token.name)
    if (!match && isNumber(written)) {
      // A group such as -12 comes as one token a digit.
      if (number !== token.index) positionals.push(written)
      number = token.index
      continue
    }
    if (!match) {
      const near = nearest(token.name, known.keys())
      throw usage(`There is no flag "${token.rawName}".${near ? ` Did you mean "--${near}"?` : ''}`)
    }
    const { option, value: on } = match
    const flag = token.rawName
    const before = given.get(option.name)
    if (before && !option.many) throw usage(`${flag} is given twice; give it once.`)
    if (option.value === undefined && token.value !== undefined) throw usage(`${flag} takes no value.`)
    if (option.value !== undefined && missing(token.value, token.inlineValue)) {
      throw usage(`${flag} needs a value: ${flag} ${option.value}.`)
    }
    given.set(option.name, [...(before ?? []), option.value === undefined ? on : token.value!])
  }
  return new Arguments(positionals, given)
}

/** A value that looks like a flag is taken for one, unless it is joined by `=`. */
const missing = (value: string | undefined, inline: boolean | undefined): boolean =>
  value === undefined || (!inline && value.length > 1 && value.startsWith('-') && !isNumber(value))

/** The words that name a command: those before the first flag that is not global. */
export const commandWords = (argv: readonly string[], globals: readonly Option[]): { words: string[]; at: number } => {
  let at = 0
  for (; at < argv.length; at++) {
    const found = /^--?([^-=][^=]*)(=.*)?$/.exec(argv[at]!)
    if (!found) break
    const option = globals.find(({ name, short }) => name === found[1] || short === found[1])
    if (!option) break
    if (option.value !== undefined && found[2] === undefined) at++
  }
  const rest = argv.slice(at)
  const end = rest.findIndex((word) => word.startsWith('-'))
  return { words: end < 0 ? rest : rest.slice(0, end), at }
}
