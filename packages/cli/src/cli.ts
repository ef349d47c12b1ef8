import { ColophonError, toColophonError } from '@colophon/core'
import { commandWords, parseArguments } from './arguments.ts'
import { helpLine, usageLine } from './command.ts'
import { builtIn } from './commands/index.ts'
import { findCommand } from './find-command.ts'
import { commandHelp, groupHelp, topHelp } from './help.ts'
import { House } from './house.ts'
import { opLines } from './op-lines.ts'
import { globalOptions } from './options.ts'
import { reportError, UsageError } from './report-error.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

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
  const found = words.length === 0 ? ({ kind: 'top' } as const) : await findCommand(words, house)
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
  const found = await findCommand(words, house)
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
    return reportError(thrown, argv, terminal)
  }
}
