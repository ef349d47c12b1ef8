import { ColophonError, type Declaration, file, type ValueType } from '@colophon/core'
import { z } from 'zod'
import type { Arguments } from './arguments.ts'
import type { Option } from './options.ts'
import { kebab } from './param-flags.ts'
import { type JsonSchema, kindOf, kindText, type ParamKind, parseJson, parseParam } from './param-kind.ts'

/** An input of an op as the command line takes it. */
export interface InputArgument {
  readonly input: string
  /** As the usage line shows it, without brackets: `IMAGE`. */
  readonly placeholder: string
  /** The flag that gives it instead of its position. */
  readonly flag: string
  readonly type: ValueType
  /** Takes several arguments. */
  readonly many: boolean
}

const isMany = ({ kind }: ValueType): boolean => kind === 'list' || kind === 'set' || kind === 'record'

/** The inputs of an op, in their order. */
export const inputArguments = ({ inputs, inputNames }: Pick<Declaration, 'inputs' | 'inputNames'>): InputArgument[] => {
  const taken = new Set<string>()
  return inputNames.map((input) => {
    const base = `input-${kebab(input)}`
    let flag = base
    for (let n = 2; taken.has(flag); n++) flag = `${base}-${n}`
    taken.add(flag)
    const type = inputs[input]!
    return { input, flag, type, many: isMany(type), placeholder: kebab(input).toUpperCase() || 'INPUT' }
  })
}

/**
 * The inputs that have a place among the arguments: the first one that takes several takes all that is left, so the
 * others that do, or that may be left out, are then given by their flags alone.
 */
const placed = (inputs: readonly InputArgument[]): InputArgument[] => {
  const spread = inputs.find(({ many }) => many)
  return inputs.filter((input) => input === spread || !spread || !(input.many || input.type.optional))
}

/** The inputs as the usage line shows them: `IMAGE`, `[MASK]`, `CLIP…`, `--input-end FILE`. */
export const inputUsage = (inputs: readonly InputArgument[]): string[] => {
  const inPlace = placed(inputs)
  return inputs.map((input) => {
    const { placeholder, type, many, flag } = input
    const dots = many ? '…' : ''
    const shown = inPlace.includes(input) ? `${placeholder}${dots}` : `--${flag} ${valueName(type)}${dots}`
    return type.optional ? `[${shown}]` : shown
  })
}

/** What stands for the value of an input's flag: `FILE`, `NAME=JSON`. */
const valueName = (type: ValueType): string => {
  const item = isMany(type) ? type.item! : type
  return `${type.kind === 'record' ? 'NAME=' : ''}${item.kind === 'blob' || item.extension ? 'FILE' : 'JSON'}`
}

/** What an input takes, for help. */
export const inputText = ({ type, flag, many }: InputArgument): string => {
  const item = many ? type.item! : type
  const how =
    item.kind === 'blob' || item.extension
      ? `${item.name} file`
      : item.kind === 'any'
        ? 'JSON text, plain text or @FILE'
        : 'JSON text or @FILE'
  const several = type.kind === 'record' ? `, several as ${valueName(type)}` : many ? ', several' : ''
  return [type.description, `${how}${several}${type.optional ? ', may be left out' : ''} (or --${flag})`]
    .filter(Boolean)
    .join(': ')
}

/** The flags that give inputs by name. */
export const inputOptions = (inputs: readonly InputArgument[]): Option[] =>
  inputs.map(({ flag, type, many, input }) => ({
    name: flag,
    value: valueName(type),
    many,
    text: `Give the input "${input}" by name`,
  }))

const kindOfInput = (type: ValueType): ParamKind => {
  if (!type.schema) return { type: 'json', loose: true }
  const kind = kindOf(z.toJSONSchema(type.schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
  return kind.type === 'list' ? { type: 'json', loose: false } : kind
}

const readDocument = (text: string, readText: (path: string) => string, help: string): unknown => {
  const found = parseJson(text) ?? parseJson(readText(text.replace(/^@/, '')))
  if (!found) throw new ColophonError('USAGE', { why: `${text} is not JSON.`, help })
  return found.value
}

const readOne = (type: ValueType, text: string, named: string, readText: (path: string) => string, help: string) => {
  if (type.kind === 'blob') return file(text)
  if (type.extension) return readDocument(text, readText, help)
  const kind = kindOfInput(type)
  const found = parseParam(kind, text, readText)
  if (!found) throw new ColophonError('USAGE', { why: `${named} takes ${kindText(kind)}, not "${text}".`, help })
  return found.value
}

const readInput = (
  { type, placeholder, many }: InputArgument,
  texts: readonly string[],
  readText: (path: string) => string,
  help: string,
): unknown => {
  if (!many) return readOne(type, texts[0]!, placeholder, readText, help)
  const item = type.item!
  if (type.kind !== 'record') {
    const items = texts.map((text) => readOne(item, text, placeholder, readText, help))
    return type.kind === 'set' ? new Set(items) : items
  }
  const pairs = texts.map((text) => {
    const at = text.indexOf('=')
    const what = item.kind === 'blob' ? 'FILE' : 'JSON'
    if (at < 1) throw new ColophonError('USAGE', { why: `${placeholder} takes NAME=${what}, not "${text}".`, help })
    return [text.slice(0, at), readOne(item, text.slice(at + 1), placeholder, readText, help)] as const
  })
  return Object.fromEntries(pairs)
}

/** Inputs read from the command line. */
export interface ReadInputs {
  readonly values: Record<string, unknown>
  /** Paths of the files given, the first one first. */
  readonly files: readonly string[]
  /** The file that the op is about: of the first input that takes just one blob, else the first of all. */
  readonly subject: string | undefined
}

/** Which arguments go to which input: first to those that must be given, what is left to the one that takes several. */
const share = (inputs: readonly InputArgument[], texts: readonly string[]): Map<InputArgument, readonly string[]> => {
  const inPlace = placed(inputs)
  const must = inPlace.filter(({ type, many }) => !many && !type.optional).length
  let spare = Math.max(0, texts.length - must)
  let at = 0
  const found = new Map<InputArgument, readonly string[]>()
  for (const input of inPlace) {
    const count = input.many ? spare : input.type.optional ? Math.min(1, spare) : 1
    if (input.many || input.type.optional) spare -= count
    const own = texts.slice(at, at + count)
    at += count
    if (own.length > 0) found.set(input, own)
  }
  return found
}

/**
 * The inputs that a command line gives. Positional arguments fill, in the declared order, the inputs that are not given
 * by name.
 *
 * @param readText the text of a file that `@FILE` names
 * @throws USAGE when an input is missing, there is an argument too many, or one cannot be read
 */
export const readInputs = (
  inputs: readonly InputArgument[],
  given: Arguments,
  readText: (path: string) => string,
  help: string,
): ReadInputs => {
  const open = inputs.filter(({ flag }) => given.texts(flag).length === 0)
  const found = share(open, given.positionals)
  const extra = given.positionals[[...found.values()].flat().length]
  if (extra !== undefined) {
    const many = inputs.length === 0 ? 'no inputs' : inputs.length === 1 ? 'one input' : `${inputs.length} inputs`
    throw new ColophonError('USAGE', { why: `"${extra}" is one argument too many; this takes ${many}.`, help })
  }

  const values: Record<string, unknown> = {}
  const files: string[] = []
  let subject: string | undefined
  for (const input of inputs) {
    const named = given.texts(input.flag)
    const own = named.length > 0 ? named : found.get(input)
    if (own) {
      values[input.input] = readInput(input, own, readText, help)
      const item = input.many ? input.type.item! : input.type
      const isRecord = input.type.kind === 'record'
      if (input.type.kind === 'blob') subject ??= own[0]
      if (item.kind === 'blob') files.push(...own.map((text) => (isRecord ? text.slice(text.indexOf('=') + 1) : text)))
    } else if (!input.type.optional) {
      throw new ColophonError('USAGE', { why: `The input ${input.placeholder} is missing.`, help })
    }
  }
  return { values, files, subject: subject ?? files[0] }
}
