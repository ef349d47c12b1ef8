import { extname } from 'node:path'
import { ColophonError, type Declaration, isSecret } from '@colophon/core'
import { z } from 'zod'
import type { Arguments } from './arguments.ts'
import { globalOptions, type Option } from './options.ts'
import { isAbbreviation } from './output-name.ts'
import { type JsonSchema, kindOf, kindPlaceholder, kindText, type ParamKind, parseParam } from './param-kind.ts'

/** A param as a flag. */
export interface ParamFlag {
  /** The flag's name, without dashes. */
  readonly flag: string
  readonly param: string
  readonly kind: ParamKind
  readonly required: boolean
  readonly schema: z.ZodType
  readonly text: string
  /** Left out, it is the format that the name of the main output ends in, where it is one of its choices. */
  readonly fromOutput: boolean
}

/** A name as a flag writes it: `maxWidth` as `max-width`. */
export const kebab = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')

const ownNames = new Set([...globalOptions.map(({ name }) => name), 'output', 'force', 'version'])
/** Whether a flag of this name means something to every command. */
export const isReserved = (name: string): boolean =>
  name === '' || ownNames.has(name) || /^(input|output|param|no)-/.test(name)

/** A flag name for each param: its own in kebab case, with `param-` before it where that means something else already. */
const flagNames = (params: readonly string[]): string[] => {
  const taken = new Set<string>()
  return params.map((param) => {
    const plain = kebab(param)
    const base = isReserved(plain) ? `param-${plain}`.replace(/-$/, '') : plain
    let name = base
    for (let n = 2; taken.has(name); n++) name = `${base}-${n}`
    taken.add(name)
    return name
  })
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const helpOf = (kind: ParamKind, schema: JsonSchema, required: boolean, fromOutput: boolean): string => {
  const notes: string[] = []
  // What the placeholder says already is not said again.
  if (kind.type === 'number' || kindPlaceholder(kind) === 'CHOICE' || kind.type === 'json') notes.push(kindText(kind))
  if (kind.type === 'list') notes.push('may be repeated')
  if (required) notes.push('required')
  else if (fromOutput) notes.push('default: as the name after -o ends')
  else if (schema.default !== undefined && JSON.stringify(schema.default) !== '{}') {
    notes.push(`default ${shown(schema.default)}`)
  }
  return [schema.description, notes.length > 0 && `(${notes.join('; ')})`].filter(Boolean).join(' ')
}

/** The params of an op as flags, from its Zod schema. */
export const paramFlags = ({ params }: Pick<Declaration, 'params'>): ParamFlag[] => {
  if (!params) return []
  const schemas = Object.entries(params.shape as Record<string, z.ZodType>)
  const whole = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  const names = flagNames(schemas.map(([param]) => param))
  return schemas.map(([param, schema], i) => {
    const described = whole.properties?.[param] ?? {}
    const kind: ParamKind = isSecret(schema) ? { type: 'secret' } : kindOf(described)
    const required = whole.required?.includes(param) ?? false
    const fromOutput = described.fromOutput === true
    return {
      flag: names[i]!,
      param,
      kind,
      required,
      schema,
      text: helpOf(kind, described, required, fromOutput),
      fromOutput,
    }
  })
}

/** The flags as options that can be parsed and shown. */
export const flagOptions = (flags: readonly ParamFlag[]): Option[] =>
  flags.map(({ flag, kind, text }) => ({
    name: flag,
    text,
    ...(kind.type === 'switch' ? { negatable: true } : { value: kindPlaceholder(kind) }),
    ...(kind.type === 'list' && { many: true }),
  }))

/** The value of a param that goes by the name of the main output (`.jpg` gives `jpeg`), or undefined. */
const fromName = (kind: ParamKind, output: string | undefined): unknown => {
  const ending = extname(output ?? '')
    .slice(1)
    .toLowerCase()
  if (kind.type !== 'choice' || ending === '') return undefined
  return (
    kind.values.find((value) => value === ending) ?? kind.values.find((value) => isAbbreviation(ending, String(value)))
  )
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/**
 * The params that the flags on a command line give. What is not given is left out, so that defaults stay defaults.
 *
 * @param readText the text of a file that `@FILE` names
 * @throws USAGE naming the flag, what it takes and what was given
 */
export const readParams = (
  flags: readonly ParamFlag[],
  given: Arguments,
  readText: (path: string) => string,
  help: string,
): Record<string, unknown> => {
  const params: Record<string, unknown> = {}
  for (const { flag, param, kind, required, schema, fromOutput } of flags) {
    const usage = (why: string) => new ColophonError('USAGE', { why, help })
    const value = (text: string): unknown => {
      const found = parseParam(kind, text, readText)
      if (!found) throw usage(`--${flag} takes ${kindText(kind)}, not "${text}".`)
      return found.value
    }
    const texts = given.texts(flag)
    if (texts.length === 0) {
      const named = fromOutput ? fromName(kind, given.text('output')) : undefined
      if (named !== undefined) params[param] = named
      else if (required) throw usage(`--${flag} is missing; it takes ${kindText(kind)}.`)
      continue
    }
    const read =
      kind.type === 'switch' ? given.switch(flag) : kind.type === 'list' ? texts.map(value) : value(texts[0]!)
    const checked = schema.safeParse(read)
    if (!checked.success) {
      const issue = checked.error.issues[0]!
      const why = lowerFirst(issue.message.replace(/^Invalid input: /, ''))
      const outside = kind.type === 'number' && kind.range && issue.path.length === 0
      throw usage(outside ? `--${flag} takes ${kindText(kind)}, not ${texts[0]}.` : `--${flag} is not valid: ${why}.`)
    }
    params[param] = read
  }
  return params
}
