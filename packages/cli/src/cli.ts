import { ColophonError, nearest, toColophonError } from '@colophon/core'
import { commandWords, parseArguments } from './arguments.ts'
import { type Command, helpLine, usageLine } from './command.ts'
import { builtIn } from './commands/index.ts'
import { commandHelp, groupHelp, topHelp } from './help.ts'
import { House } from './house.ts'
import { opCommand } from './op-command.ts'
import { opLines } from './op-lines.ts'
import { globalOptions } from './options.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** What a command line turned out to name. */
type Target =
  | { readonly kind: 'command'; readonly command: Command }
  /** Words that several commands begin with: a room, or `ops`. */
  | { readonly kind: 'group'; readonly words: readonly string[]; readonly commands: readonly CommandWords[] }
  | { readonly kind: 'top' }

type CommandWords = Pick<Command, 'words' | 'args' | 'summary'>

const startsWith = (words: readonly string[], start: readonly string[]): boolean =>
  start.length <= words.length && start.every((word, i) => word === words[i])

/** The command that the words name: a built-in one first, then the op with the longest name. */
const find = async (words: readonly string[], house: House): Promise<Target> => {
  const own = builtIn.filter((command) => startsWith(words, command.words))
  const longest = own.sort((a, b) => b.words.length - a.words.length)[0]
  if (longest) return { kind: 'command', command: (await longest.resolve?.(words, house)) ?? longest }
  const [first] = words
  if (first === undefined) return { kind: 'top' }
  const group = builtIn.filter((command) => command.words[0] === first)
  if (group.length > 0) return groupOr(words, [first], group)

  const catalogue = await house.catalogue()
  for (let length = words.length; length > 0; length--) {
    const name = words.slice(0, length).join('.')
    if (catalogue.has(name)) return { kind: 'command', command: opCommand(catalogue.get(name)) }
  }
  const ops = opLines(catalogue.list())
  const shared = ops.filter((op) => op.words[0] === first)
  if (shared.length > 0) return groupOr(words, longestShared(words, shared), shared)
  const near = nearest(
    first,
    [...builtIn, ...ops].map((command) => command.words[0]!),
  )
  const why = `There is no command "${first}".${near ? ` Did you mean "${near}"?` : ''}`
  throw new ColophonError('USAGE', { why, help: 'colophon help' })
}

const longestShared = (words: readonly string[], commands: readonly CommandWords[]): string[] => {
  let length = 1
  while (length < words.length && commands.some((each) => startsWith(each.words, words.slice(0, length + 1)))) length++
  return words.slice(0, length)
}

/** The group itself, or an error when a word follows that none of its commands has. */
const groupOr = (words: readonly string[], shared: readonly string[], all: readonly CommandWords[]): Target => {
  const commands = all.filter((command) => startsWith(command.words, shared))
  const next = words[shared.length]
  if (next === undefined) return { kind: 'group', words: shared, commands }
  const verbs = commands.map((command) => command.words[shared.length]!)
  const near = nearest(next, verbs)
  const why = `There is no command "${[...shared, next].join(' ')}".${near ? ` Did you mean "${[...shared, near].join(' ')}"?` : ''}`
  throw new ColophonError('USAGE', { why, help: helpLine(shared) })
}

const asksHelp = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h')
}

/** Global flags as far as they can be told before the command is known. */
const earlyGlobals = (argv: readonly string[]) => {
  const early: string[] = []
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  for (let i = 0; i < own.length; i++) {
    const [name, ...value] = own[i]!.replace(/^--/, '').split('=')
    const option = own[i]!.startsWith('--') && globalOptions.find((each) => each.name === name)
    if (!option) continue
    if (option.value === undefined) early.push(own[i]!)
    else if (value.length > 0) early.push(own[i]!)
    else if (own[i + 1] !== undefined) early.push(`${own[i]}=${own[++i]}`)
  }
  return parseArguments(early, globalOptions, 'colophon help').globals()
}

const helpFor = async (words: readonly string[], house: House, terminal: Terminal): Promise<string> => {
  const found = words.length === 0 ? ({ kind: 'top' } as const) : await find(words, house)
  if (found.kind === 'command') return commandHelp(found.command)
  if (found.kind === 'group') return groupHelp(found.words, found.commands)
  try {
    return topHelp(opLines((await house.catalogue()).list()), builtIn)
  } catch (thrown) {
    // Help must come even when the configuration is wrong.
    terminal.stderr.write(`colophon: ${toColophonError(thrown).message}\n`)
    return topHelp([], builtIn)
  }
}

const dispatch = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  const { words, at } = commandWords(argv, globalOptions)
  if (argv[at] === '--version' || argv[at] === '-V') {
    terminal.stdout.write(`${version()}\n`)
    return 0
  }
  const globals = earlyGlobals(argv)
  const house = new House(globals, terminal)
  const help = asksHelp(argv) || words[0] === 'help' || argv.length === 0
  if (help) {
    terminal.stdout.write(await helpFor(words[0] === 'help' ? words.slice(1) : words, house, terminal))
    return 0
  }
  const found = await find(words, house)
  if (found.kind === 'top') {
    parseArguments(argv, globalOptions, 'colophon help')
    throw new ColophonError('USAGE', { why: 'No command is given.', help: 'colophon help' })
  }
  if (found.kind === 'group') {
    const verbs = found.commands.map((command) => command.words[found.words.length])
    const why = `"colophon ${found.words.join(' ')}" needs one more word: ${[...new Set(verbs)].join(', ')}.`
    throw new ColophonError('USAGE', { why, help: helpLine(found.words) })
  }
  const { command } = found
  const options = [...globalOptions, ...(command.options ?? []), ...(command.hidden ?? [])]
  const rest = [...argv.slice(0, at), ...argv.slice(at + command.words.length)]
  try {
    const args = parseArguments(rest, options, helpLine(command.words))
    return await command.run({ args, globals: args.globals(), terminal, house })
  } catch (thrown) {
    if (thrown instanceof ColophonError && thrown.code === 'USAGE') throw new UsageError(thrown, usageLine(command))
    throw thrown
  } finally {
    await house.close()
  }
}

/** A wrong use of a command whose usage line is known. */
class UsageError extends Error {
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

const report = (thrown: unknown, argv: readonly string[], terminal: Terminal): number => {
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

/**
 * Runs the `colophon` command.
 *
 * @param argv the arguments, without the runtime and the script
 * @returns the exit code: 0 done, 1 the op failed, 2 wrong usage, 3 bad input, 4 not found, 130 interrupted
 */
export const runCommandLine = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  try {
    return await dispatch(argv, terminal)
  } catch (thrown) {
    return report(thrown, argv, terminal)
  }
}
