import { ColophonError } from '@colophon/core'
import type { Arguments } from './arguments.ts'
import type { House } from './house.ts'
import type { Globals, Option } from './options.ts'
import type { Terminal } from './terminal.ts'

/** What a command gets to work with. */
export interface CommandContext {
  readonly args: Arguments
  readonly globals: Globals
  readonly terminal: Terminal
  /** Configuration, catalogue and store, each opened when first asked for. */
  readonly house: House
}

/** A command of `colophon`: a built-in one, or one made from an op. */
export interface Command {
  /** The words that name it: `ops list`. */
  readonly words: readonly string[]
  /** One line. */
  readonly summary: string
  /** More, when one line is not enough. */
  readonly description?: string
  /** Its positional arguments as the usage line shows them: `OP`, `[FILE]`, `FILE…`. */
  readonly args: readonly string[]
  /** What the arguments are, and other tables of the help text. */
  readonly sections?: readonly Section[]
  /** Its own flags, beside the global ones. */
  readonly options?: readonly Option[]
  /** Flags that the sections explain and the lists of flags leave out. */
  readonly hidden?: readonly Option[]
  /** Command lines that work; at least one. */
  readonly examples: readonly string[]
  /** Does the work; the number is the exit code. */
  readonly run: (context: CommandContext) => Promise<number> | number
}

/** A command that is always there, whatever ops are offered. */
export interface BuiltIn extends Command {
  /** Its first word is a room's: it stands among the ops of that room. */
  readonly inRoom?: true
  /** The command that further words make of it, if they do: `run OP` is the command of that op. */
  readonly resolve?: (words: readonly string[], house: House) => Promise<Command | undefined>
}

/** A titled table of a help text. */
export interface Section {
  readonly title: string
  readonly rows: readonly (readonly [name: string, text: string])[]
}

/** The command line that shows a command's help. */
export const helpLine = (words: readonly string[]): string => `colophon ${words.join(' ')} --help`

/** The usage line: `colophon media thumbnail MEDIA [-o FILE] [--width N]`. */
export const usageLine = ({ words, args, options = [] }: Pick<Command, 'words' | 'args' | 'options'>): string => {
  const flags = options.map(({ name, short, value, negatable }) => {
    const flag = short ? `-${short}` : negatable ? `--[no-]${name}` : `--${name}`
    return `[${value === undefined ? flag : `${flag} ${value}`}]`
  })
  return ['colophon', ...words, ...args, ...(flags.length > 6 ? [...flags.slice(0, 5), '[…]'] : flags)].join(' ')
}

/**
 * The positional arguments of a command that takes exactly these.
 *
 * @param names as the usage line shows them
 * @throws USAGE when one is missing or there is one too many
 */
export const exactly = (args: Arguments, names: readonly string[], words: readonly string[]): readonly string[] => {
  const help = helpLine(words)
  const missing = names[args.positionals.length]
  if (missing !== undefined) throw new ColophonError('USAGE', { why: `${missing} is missing.`, help })
  const extra = args.positionals[names.length]
  if (extra !== undefined) throw new ColophonError('USAGE', { why: `"${extra}" is one argument too many.`, help })
  return args.positionals
}
