import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ColophonError, type Declaration, type ValueType } from '@colophon/core'
import type { Arguments } from './arguments.ts'
import type { ReadInputs } from './inputs.ts'
import type { Option } from './options.ts'
import { nameBeside, outputName } from './output-name.ts'
import { isReserved, kebab, paramFlags } from './param-flags.ts'

/** An output of an op that is written to files. */
export interface OutputFile {
  readonly output: string
  readonly flag: string
  /** The one that `-o` names. */
  readonly main: boolean
  /** Plain data that is written where its flag says, and not at all without it. */
  readonly document: boolean
  /** That files of its type have, the usual one first. */
  readonly extensions: readonly string[]
}

const blobIn = (type: ValueType): ValueType | undefined =>
  type.kind === 'blob' ? type : type.item && type.kind !== 'json' ? blobIn(type.item) : undefined

/**
 * The outputs of an op that are written to files: the ones that hold blobs in their order, then documents. Each is named by a flag that
 * is called as it is, with `output-` before it where that means something else already.
 */
export const outputFiles = (declaration: Pick<Declaration, 'outputs' | 'outputNames' | 'params'>): OutputFile[] => {
  const { outputs, outputNames } = declaration
  const taken = new Set(paramFlags(declaration).map(({ flag }) => flag))
  const blobs = outputNames.filter((output) => blobIn(outputs[output]!))
  const documents = outputNames.filter((output) => outputs[output]!.extension)
  return [...blobs, ...documents].map((output, i) => {
    const plain = kebab(output)
    const base = isReserved(plain) || taken.has(plain) ? `output-${plain}` : plain
    let flag = base
    for (let n = 2; taken.has(flag); n++) flag = `${base}-${n}`
    taken.add(flag)
    const { extension } = outputs[output]!
    const extensions = extension ? [extension] : blobIn(outputs[output]!)!.blob?.extensions
    return {
      output,
      flag,
      main: i === 0,
      document: !!extension,
      extensions: extensions?.length ? extensions : ['.bin'],
    }
  })
}

/** The flags that name output files. */
export const outputOptions = (files: readonly OutputFile[]): Option[] =>
  files.length === 0
    ? []
    : [
        {
          name: 'output',
          short: 'o',
          value: 'FILE',
          text: `Where to write the output "${files[0]!.output}" (- for standard output)`,
        },
        ...files
          .slice(1)
          .map(({ flag, output }) => ({ name: flag, value: 'FILE', text: `Where to write the output "${output}"` })),
        { name: 'force', text: 'Replace a file that has the name made up for an output' },
      ]

/** Where one output goes. */
export interface Target {
  /** As the user named it, or the name made up for it; `-` is standard output. */
  readonly path: string
  /** The absolute path. */
  readonly full: string
  /** Named by the user, or after a file that was; who did so means to replace what is there. */
  readonly explicit: boolean
  /** Extensions that a made-up name may have; the first one is in it. */
  readonly extensions: readonly string[]
}

/** What stands at a path: nothing, a file, a folder, or something that is written into (a device, a pipe, `-`). */
export const whatIs = (path: string, full: string): 'nothing' | 'file' | 'folder' | 'sink' => {
  if (path === '-') return 'sink'
  const found = statSync(full, { throwIfNoEntry: false })
  return !found ? 'nothing' : found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'sink'
}

const sameFile = (a: string, b: string): boolean => {
  try {
    return realpathSync(a) === realpathSync(b)
  } catch {
    return false
  }
}

const checkFolder = (path: string, folder: string) => {
  const refuse = (why: string, cause?: unknown) => new ColophonError('FILE_NOT_WRITABLE', { path, why }, { cause })
  if (whatIs(folder, folder) !== 'folder') throw refuse(`the folder ${folder} does not exist`)
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw refuse(`the folder ${folder} may not be written to`, cause)
  }
}

/**
 * Where each output file goes: where its flag says, otherwise beside the main output if `-o` names that, otherwise into the
 * current folder under a name made from an input file and the op. Documents go nowhere without their flag. What
 * cannot work is said here, before anything is computed.
 *
 * @param read the input files, and the one that outputs are named after
 * @throws FILE_IS_DIRECTORY, FILE_NOT_WRITABLE; FILE_EXISTS when an output would replace an input; USAGE
 */
export const planOutputs = (
  op: string,
  files: readonly OutputFile[],
  given: Arguments,
  { files: inputs, subject }: Pick<ReadInputs, 'files' | 'subject'>,
  cwd: string,
  help: string,
): Map<string, Target> => {
  const usage = (why: string) => new ColophonError('USAGE', { why, help })
  const targets = new Map<string, Target>()
  const taken = new Set<string>()
  const main = given.text('output')
  const beside = main && whatIs(main, resolve(cwd, main)) !== 'sink' ? main : undefined
  for (const { output, flag, main, document, extensions } of files) {
    const named = given.text(main ? 'output' : flag)
    if (named === '') throw usage(`${main ? '-o' : `--${flag}`} needs the name of a file.`)
    if (named === undefined && document) continue
    const madeUp = beside
      ? nameBeside(beside, output, extensions[0]!)
      : outputName(op, subject, main ? undefined : output, extensions[0]!)
    const path = named ?? madeUp
    const full = resolve(cwd, path)
    if (taken.has(full)) throw usage(`Two outputs would be written to ${path}.`)
    taken.add(full)
    const there = whatIs(path, full)
    if (there === 'folder') throw new ColophonError('FILE_IS_DIRECTORY', { path })
    if (there !== 'sink') checkFolder(path, dirname(full))
    // Replacing an input loses it; most likely another name was meant.
    const replacesInput = there === 'file' && inputs.some((input) => sameFile(resolve(cwd, input), full))
    if (replacesInput && !given.switch('force')) throw new ColophonError('FILE_EXISTS', { path })
    targets.set(output, { path, full, explicit: named !== undefined || beside !== undefined, extensions })
  }
  return targets
}
