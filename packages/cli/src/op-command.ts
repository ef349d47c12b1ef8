import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ColophonError, type Op, reasonOf } from '@colophon/core'
import { type Command, type CommandContext, helpLine } from './command.ts'
import { type InputArgument, inputArguments, inputOptions, inputText, inputUsage, readInputs } from './inputs.ts'
import { type OpPlan, runOp } from './op-run.ts'
import { type OutputFile, outputFiles, outputOptions, planOutputs } from './output-plan.ts'
import { flagOptions, type ParamFlag, paramFlags, readParams } from './param-flags.ts'

const readText = (cwd: string) => (path: string) => {
  try {
    return readFileSync(resolve(cwd, path), 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new ColophonError('FILE_NOT_FOUND', { path }, { cause })
    if (code === 'EISDIR') throw new ColophonError('FILE_IS_DIRECTORY', { path }, { cause })
    throw new ColophonError('FILE_NOT_READABLE', { path, why: reasonOf(cause) }, { cause })
  }
}

/** A sample value for a required param, for a made-up example. */
const sample = ({ kind, flag }: ParamFlag): string => {
  const value = { number: '1', choice: 'values' in kind ? String(kind.values[0]) : '', json: "'{}'", secret: 'my-key' }
  return `--${flag} ${(value as Record<string, string>)[kind.type] ?? 'text'}`
}

/** A command line that would do, for an op whose declaration gives none. */
const madeUpExample = (
  words: readonly string[],
  inputs: InputArgument[],
  flags: ParamFlag[],
  files: OutputFile[],
): string => {
  const givens = inputs
    .filter(({ type }) => !type.optional)
    .map(({ type, input, many }) => {
      const item = many ? type.item! : type
      if (item.extension) return `${input}${item.extension}`
      const given = item.kind === 'blob' ? `${input}${item.blob?.extensions?.[0] ?? '.bin'}` : '1'
      return type.kind === 'record' ? `a=${given}` : given
    })
  const required = flags.filter((flag) => flag.required).map(sample)
  const output = files[0] ? [`-o out${files[0].extensions[0]}`] : []
  return ['colophon', ...words, ...givens, ...required, ...output].join(' ')
}

const flagOf = ({ main, flag }: OutputFile): string => (main ? '-o' : `--${flag}`)

const sentence = (text: string): string => (text && !/[.!?]$/.test(text) ? `${text}.` : text)

/**
 * The command that an op is, made from its declaration alone.
 *
 * @param words the words it is called by; the words of its name unless given
 */
export const opCommand = (op: Op, words: readonly string[] = op.declaration.name.split('.')): Command => {
  const { declaration } = op
  const inputs = inputArguments(declaration)
  const flags = paramFlags(declaration)
  const files = outputFiles(declaration)
  const help = helpLine(words)
  const { name, summary, description, effect, foreign, outputs, outputNames, examples } = declaration
  const notes = [
    sentence(description),
    effect === 'external' && 'It acts on the world outside, and its result is kept as for every op.',
    foreign && 'It is run by a worker elsewhere.',
  ]
  return {
    words,
    summary: summary || `The op ${name}`,
    description: notes.filter(Boolean).join(' '),
    args: inputUsage(inputs),
    sections: [
      { title: 'Inputs', rows: inputs.map((input) => [input.placeholder, inputText(input)] as const) },
      {
        title: 'Outputs',
        rows: outputNames.map((output) => {
          const type = outputs[output]!
          const file = files.find((file) => file.output === output)
          const written = !file ? 'printed' : !file.document ? 'written to a file' : `written with ${flagOf(file)}`
          return [output, `${type.description ? `${type.description}: ` : ''}${type.name}, ${written}`] as const
        }),
      },
    ].filter(({ rows }) => rows.length > 0),
    options: [...outputOptions(files).slice(0, 1), ...flagOptions(flags), ...outputOptions(files).slice(1)],
    hidden: inputOptions(inputs),
    examples: examples.length > 0 ? examples : [madeUpExample(words, inputs, flags, files)],
    run: async (context: CommandContext) => {
      const { args, terminal } = context
      const read = readText(terminal.cwd)
      const given = readInputs(inputs, args, read, help)
      const params = readParams(flags, args, read, help)
      const targets = planOutputs(name, files, args, given, terminal.cwd, help)
      if (args.switch('json') && [...targets.values()].some(({ path }) => path === '-')) {
        throw new ColophonError('USAGE', { why: '--json and a file on standard output exclude each other.', help })
      }
      const plan: OpPlan = { op, inputs: given.values, params, targets, force: args.switch('force') ?? false }
      return runOp(plan, context)
    },
  }
}
