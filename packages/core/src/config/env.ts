import { resolve } from 'node:path'
import type { z } from 'zod'
import { ColophonError, toColophonError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { readConfigText } from './file.ts'
import { childOf, fieldsOf, marksOf, recordValueOf } from './schema.ts'

/** Variables that start like a configuration key and are not one. */
const otherVariables = new Set(['COLOPHON_CONFIG', 'COLOPHON_DEBUG'])

/** A value that a variable gives to a key. */
export interface EnvValue {
  readonly key: readonly string[]
  readonly value: unknown
  /** Name of the variable. */
  readonly variable: string
}

/** How a name is written in a variable: `cacheBytes` as `CACHE_BYTES`, `tenant-key` as `TENANT_KEY`. */
export const envWord = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '_')

interface Field {
  readonly key: readonly string[]
  readonly schema: z.ZodType
  /** A record: the rest of the variable's name is the name of the item. */
  readonly open: boolean
}

const walk = (key: readonly string[], schema: z.ZodType, prefix: string, found: Map<string, Field>) => {
  const name = `${prefix}_${marksOf(schema).env ?? envWord(key.at(-1)!)}`
  const fields = fieldsOf(schema)
  if (fields) {
    for (const [child, childSchema] of Object.entries(fields)) walk([...key, child], childSchema, name, found)
    return
  }
  if (found.has(name)) throw new TypeError(`two configuration keys would both be read from ${name}`)
  found.set(name, { key, schema, open: recordValueOf(schema) !== undefined })
}

/** The variables that set keys, by name; for a record, the beginning of the name. */
const variablesOf = (parts: ReadonlyMap<string, z.ZodType>): Map<string, Field> => {
  const found = new Map<string, Field>()
  for (const [key, schema] of parts) walk([key], schema, 'COLOPHON', found)
  return found
}

/** Name of the variable that sets a key, or undefined when none does. */
export const variableOf = (parts: ReadonlyMap<string, z.ZodType>, key: readonly string[]): string | undefined => {
  for (const [name, field] of variablesOf(parts)) {
    if (field.key.length === key.length && field.key.every((word, i) => word === key[i])) return name
    if (field.open && field.key.length === key.length - 1 && field.key.every((word, i) => word === key[i])) {
      return `${name}_${envWord(key.at(-1)!)}`
    }
  }
  return undefined
}

const words: Record<string, boolean> = { '1': true, yes: true, on: true, '0': false, no: false, off: false }

/** What a text can mean, the likeliest first. */
const meanings = (text: string): unknown[] => {
  const found: unknown[] = [text]
  try {
    found.push(JSON.parse(text))
  } catch {
    // Not JSON: then only the text itself is meant.
  }
  if (Object.hasOwn(words, text.toLowerCase())) found.push(words[text.toLowerCase()])
  return [...found, text.split(',').map((item) => item.trim())]
}

/** The text as the schema wants it: as it stands, as JSON, as yes or no, or as a list with commas. */
const valueFor = (schema: z.ZodType, text: string): unknown => {
  const all = meanings(text)
  // When nothing fits, the last meaning but the list gets the better message: "too big" rather than "not a number".
  return all.find((meaning) => schema.safeParse(meaning).success) ?? all.at(-2)
}

const itemName = (rest: string, names: readonly string[]): string =>
  names.find((name) => envWord(name) === rest) ?? rest.toLowerCase().replaceAll('_', '-')

/**
 * What the environment says: `COLOPHON_STORE_CACHE_BYTES=64MiB` sets `store.cacheBytes`, and a secret may be given by
 * the name of a file that holds it in a variable that ends in `_FILE`. A variable that is set to nothing is not set.
 *
 * @param namesIn names that a record already has, so that a variable replaces the right one
 * @param onProblem told of every variable that is wrong; the others are still returned
 */
export const readEnvironment = (
  parts: ReadonlyMap<string, z.ZodType>,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  allowed: readonly string[],
  namesIn: (key: readonly string[]) => readonly string[],
  onProblem: (problem: ColophonError) => void,
): EnvValue[] => {
  const variables = variablesOf(parts)
  const found: EnvValue[] = []

  const match = (name: string): { key: readonly string[]; schema: z.ZodType } | undefined => {
    const exact = variables.get(name)
    if (exact && !exact.open) return exact
    for (const [prefix, field] of variables) {
      if (!field.open || !name.startsWith(`${prefix}_`)) continue
      const item = itemName(name.slice(prefix.length + 1), namesIn(field.key))
      return { key: [...field.key, item], schema: recordValueOf(field.schema)! }
    }
    return undefined
  }

  for (const [variable, text] of Object.entries(env).sort()) {
    if (!variable.startsWith('COLOPHON_') || otherVariables.has(variable) || allowed.includes(variable) || !text)
      continue
    const named = variable.endsWith('_FILE') ? match(variable.slice(0, -'_FILE'.length)) : undefined
    const exact = variables.has(variable) ? match(variable) : undefined
    const target = exact ?? (named && marksOf(named.schema).secret ? named : match(variable))
    if (!target) {
      const hint = nearest(variable, [...variables.keys(), ...otherVariables])
      onProblem(new ColophonError('CONFIG_UNKNOWN_KEY', { key: variable, source: 'the environment', hint }))
    } else if (target === named) {
      const plain = variable.slice(0, -'_FILE'.length)
      if (env[plain]) {
        const why = `${plain} is set as well; keep one of the two`
        onProblem(new ColophonError('CONFIG_INVALID', { key: target.key.join('.'), source: variable, why }))
        continue
      }
      try {
        const value = readConfigText(resolve(cwd, text), variable).replace(/\r?\n$/, '')
        found.push({ key: target.key, value, variable })
      } catch (thrown) {
        onProblem(toColophonError(thrown))
      }
    } else {
      found.push({ key: target.key, value: valueFor(target.schema, text), variable })
    }
  }
  return found
}

/** Whether a schema has a place for this key; a record has one for every name. */
export const hasKey = (parts: ReadonlyMap<string, z.ZodType>, key: readonly string[]): boolean => {
  let schema = parts.get(key[0] ?? '')
  for (const word of key.slice(1)) schema = schema && childOf(schema, word)
  return schema !== undefined
}
