/** What a param takes on the command line, read from the JSON Schema of its Zod schema. */

/** A JSON Schema, as far as it is looked at. */
export interface JsonSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: JsonSchema | false
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  /** Zod's `.meta({ fromOutput: true })`. */
  readonly fromOutput?: boolean
}

/** How the text of a flag is understood. */
export type ParamKind =
  | { readonly type: 'text' }
  | { readonly type: 'secret' }
  | { readonly type: 'number'; readonly whole: boolean; readonly range: string }
  | { readonly type: 'switch' }
  | { readonly type: 'choice'; readonly values: readonly unknown[] }
  | { readonly type: 'list'; readonly item: ParamKind }
  | { readonly type: 'either'; readonly kinds: readonly ParamKind[] }
  | { readonly type: 'json'; readonly loose: boolean }

const rangeOf = (schema: JsonSchema): string => {
  const { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below } = schema
  // The bounds of safe and 32-bit integers say nothing to a person.
  const lower = min !== undefined && min > -(2 ** 31) ? min : undefined
  const upper = max !== undefined && max < 2 ** 31 - 1 ? max : undefined
  if (lower !== undefined && upper !== undefined) return `from ${lower} to ${upper}`
  const parts = [
    lower !== undefined && `from ${lower}`,
    above !== undefined && `above ${above}`,
    upper !== undefined && `up to ${upper}`,
    below !== undefined && `below ${below}`,
  ]
  return parts.filter(Boolean).join(' and ')
}

/** The kind of a param with this schema. Whatever has no form of its own is given as JSON. */
export const kindOf = (schema: JsonSchema): ParamKind => {
  if (schema.enum) return { type: 'choice', values: schema.enum }
  if (schema.const !== undefined) return { type: 'choice', values: [schema.const] }
  const either = schema.anyOf ?? schema.oneOf
  if (either) {
    const kinds = either.map(kindOf)
    return kinds.every(({ type }) => type === 'json') ? { type: 'json', loose: false } : { type: 'either', kinds }
  }
  switch (schema.type) {
    case 'string':
      return { type: 'text' }
    case 'number':
    case 'integer':
      return { type: 'number', whole: schema.type === 'integer', range: rangeOf(schema) }
    case 'boolean':
      return { type: 'switch' }
    case 'null':
      return { type: 'choice', values: [null] }
    case 'array':
      if (schema.items && !schema.prefixItems) return { type: 'list', item: kindOf(schema.items) }
      return { type: 'json', loose: false }
    default:
      return { type: 'json', loose: schema.type === undefined }
  }
}

const join = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** What the kind takes, to follow "takes": `a whole number from 1 to 8192`. */
export const kindText = (kind: ParamKind): string => {
  switch (kind.type) {
    case 'text':
      return 'a text'
    case 'secret':
      return 'the name of a secret, or name@version'
    case 'number':
      return [kind.whole ? 'a whole number' : 'a number', kind.range].filter(Boolean).join(' ')
    case 'switch':
      return 'true or false'
    case 'choice':
      return join(kind.values.map(String))
    case 'list':
      return kindText(kind.item)
    case 'either':
      return join(kind.kinds.map(kindText))
    case 'json':
      return 'JSON text or @FILE'
  }
}

/** What stands for the value in help: `N`, `TEXT`, `jpeg|png`. */
export const kindPlaceholder = (kind: ParamKind): string => {
  switch (kind.type) {
    case 'text':
      return 'TEXT'
    case 'secret':
      return 'NAME'
    case 'number':
      return 'N'
    case 'switch':
      return 'true|false'
    case 'choice': {
      const all = kind.values.map(String).join('|')
      return all.length <= 24 ? all : 'CHOICE'
    }
    case 'list':
      return kindPlaceholder(kind.item)
    case 'either':
      return [...new Set(kind.kinds.map(kindPlaceholder))].join('|')
    case 'json':
      return 'JSON'
  }
}

const numberPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** JSON in a text, or undefined when it is none. */
export const parseJson = (text: string): { value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/**
 * The value that a text means to a kind, or undefined when it means none.
 *
 * @param readText the text of the file that `@FILE` names
 */
export const parseParam = (
  kind: ParamKind,
  text: string,
  readText: (path: string) => string,
): { value: unknown } | undefined => {
  switch (kind.type) {
    case 'text':
    case 'secret':
      return { value: text }
    case 'number': {
      const value = Number(text)
      const fits = numberPattern.test(text.trim()) && Number.isFinite(value) && (!kind.whole || Number.isInteger(value))
      return fits ? { value } : undefined
    }
    case 'switch':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : undefined
    case 'choice': {
      const at = kind.values.findIndex((value) => String(value) === text)
      return at < 0 ? undefined : { value: kind.values[at] }
    }
    case 'list':
      return parseParam(kind.item, text, readText)
    case 'either': {
      // Text takes everything, so it comes last.
      const order = [...kind.kinds].sort((a, b) => Number(a.type === 'text') - Number(b.type === 'text'))
      for (const each of order) {
        const found = parseParam(each.type === 'list' ? { type: 'json', loose: false } : each, text, readText)
        if (found) return found
      }
      return undefined
    }
    case 'json': {
      const source = text.startsWith('@') ? readText(text.slice(1)) : text
      return parseJson(source) ?? (kind.loose && source === text ? { value: text } : undefined)
    }
  }
}
