import { ColophonError, nearest } from '@colophon/core'
import { type Command, helpLine } from './command.ts'
import { builtIn } from './commands/index.ts'
import type { House } from './house.ts'
import { opCommand } from './op-command.ts'
import { opLines } from './op-lines.ts'

/** What a command line turned out to name. */
export type Target =
  | { readonly kind: 'command'; readonly command: Command }
  /** Words that several commands begin with: a room, or `ops`. */
  | { readonly kind: 'group'; readonly words: readonly string[]; readonly commands: readonly CommandWords[] }
  | { readonly kind: 'top' }

/** A command as far as lists need it. */
type CommandWords = Pick<Command, 'words' | 'args' | 'summary'>

const startsWith = (words: readonly string[], start: readonly string[]): boolean =>
  start.length <= words.length && start.every((word, i) => word === words[i])

/**
 * The command that the words name: a built-in one first, then the op with the longest name.
 *
 * @throws USAGE when they name none, with the nearest one
 */
export const findCommand = async (words: readonly string[], house: House): Promise<Target> => {
  const own = builtIn.filter((command) => startsWith(words, command.words))
  const longest = own.sort((a, b) => b.words.length - a.words.length)[0]
  if (longest) return { kind: 'command', command: (await longest.resolve?.(words, house)) ?? longest }
  const [first] = words
  if (first === undefined) return { kind: 'top' }
  const group = builtIn.filter((command) => command.words[0] === first && !command.inRoom)
  if (group.length > 0) return groupOr(words, [first], group)

  const catalogue = await house.catalogue()
  for (let length = words.length; length > 0; length--) {
    const name = words.slice(0, length).join('.')
    if (catalogue.has(name)) return { kind: 'command', command: opCommand(catalogue.get(name)) }
  }
  const ops = opLines(catalogue.list())
  const shared = [...ops, ...builtIn].filter((command) => command.words[0] === first)
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
