import { type Command, type Section, usageLine } from './command.ts'
import { globalOptions, type Option } from './options.ts'

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line ? `${line} ${word}` : word
  }
  return line || lines.length === 0 ? [...lines, line] : lines
}

const nameColumn = 26

const rowText = ([name, text]: readonly [string, string], width: number): string => {
  const lines = wrap(text, Math.max(20, width - nameColumn - 2))
  const indent = ' '.repeat(nameColumn + 2)
  if (name.length > nameColumn - 2) return [`  ${name}`, ...lines.map((line) => indent + line)].join('\n')
  return [`  ${name.padEnd(nameColumn)}${lines[0]}`, ...lines.slice(1).map((line) => indent + line)]
    .join('\n')
    .trimEnd()
}

const sectionText = ({ title, rows }: Section, width: number): string =>
  [title, ...rows.map((row) => rowText(row, width))].join('\n')

/** A flag as help shows it: `-o, --output FILE`. */
const optionRow = ({ name, short, value, negatable, text }: Option): readonly [string, string] => {
  const flag = `${short ? `-${short}, ` : ''}--${negatable ? '[no-]' : ''}${name}`
  return [value === undefined ? flag : `${flag} ${value}`, text]
}

const join = (parts: readonly (string | false | undefined)[]): string => `${parts.filter(Boolean).join('\n\n')}\n`

/** The help text of a command. */
export const commandHelp = (command: Command, width = 100): string => {
  const { words, summary, description, sections = [], options = [], examples } = command
  return join([
    `colophon ${words.join(' ')}: ${summary}`,
    description && wrap(description, width).join('\n'),
    `Usage: ${usageLine(command)}`,
    ...sections.map((section) => sectionText(section, width)),
    options.length > 0 && sectionText({ title: 'Flags', rows: options.map(optionRow) }, width),
    sectionText({ title: 'Flags of every command', rows: globalOptions.map(optionRow) }, width),
    examplesText(examples),
  ])
}

const examplesText = (examples: readonly string[]): string =>
  [examples.length > 1 ? 'Examples' : 'Example', ...examples.map((line) => `  ${line}`)].join('\n')

/** The help text of several commands that share their first words, such as a room. */
export const groupHelp = (words: readonly string[], commands: readonly CommandLine[], width = 100): string =>
  join([
    `Usage: colophon ${[...words, 'VERB'].join(' ')}`,
    sectionText({ title: 'Commands', rows: commands.map(commandRow) }, width),
    examplesText([`colophon ${commands[0]!.words.join(' ')} --help`]),
  ])

/** A command as a list shows it. */
export type CommandLine = Pick<Command, 'words' | 'args' | 'summary'>

const commandRow = ({ words, args, summary }: CommandLine): readonly [string, string] => [
  [...words, ...args].join(' '),
  summary,
]

/** The help text of `colophon` itself. */
export const topHelp = (ops: readonly CommandLine[], builtIn: readonly CommandLine[], width = 100): string =>
  join([
    'colophon: a production line for AI media that computes every step once and knows how everything was made',
    'Usage: colophon ROOM VERB INPUT… [-o OUTPUT] [--flag value] [--json]',
    ops.length > 0 && sectionText({ title: 'Ops', rows: ops.map(commandRow) }, width),
    sectionText({ title: 'Commands', rows: builtIn.map(commandRow) }, width),
    sectionText({ title: 'Flags of every command', rows: globalOptions.map(optionRow) }, width),
    examplesText([
      'colophon media thumbnail clip.mp4 -o thumb.jpg',
      'colophon media probe clip.mp4 --json',
      'colophon media thumbnail --help',
    ]),
    'Exit codes: 0 done, 1 the op failed, 2 wrong usage, 3 bad input, 4 not found, 130 interrupted.',
  ])
