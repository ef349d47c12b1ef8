import type { z } from 'zod'
import { reasonOf } from '../errors.ts'
import { decode, encode } from '../value/encoding.ts'
import { isPlain } from '../value/ref.ts'

/** A Zod schema taken apart, as far as it matters here. */
interface Definition {
  readonly type: string
  readonly innerType?: z.ZodType
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly catchall?: z.ZodType
  readonly element?: z.ZodType
  readonly items?: readonly z.ZodType[]
  readonly rest?: z.ZodType | null
  readonly keyType?: z.ZodType
  readonly valueType?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly left?: z.ZodType
  readonly right?: z.ZodType
  readonly coerce?: boolean
  readonly normalize?: boolean
  readonly values?: readonly unknown[]
  readonly checks?: readonly {
    readonly _zod: { readonly def: { readonly check: string; readonly normalize?: boolean } }
  }[]
}

const definition = (schema: z.ZodType): Definition => schema.def as unknown as Definition

/** What a lazy schema stands for; Zod calls its function once. */
const lazyOf = (schema: z.ZodType): z.ZodType | undefined =>
  definition(schema).type === 'lazy' ? (schema as z.ZodLazy<z.ZodType>)._zod.innerType : undefined

/** The schema inside a wrapper such as `.optional()` or `.default()`. */
export const innerOf = (schema: z.ZodType): z.ZodType | undefined => definition(schema).innerType

/** The schemas that a schema is made of. */
function partsOf(schema: z.ZodType): readonly z.ZodType[] {
  const found = definition(schema)
  const parts = [
    found.innerType,
    ...Object.values(found.shape ?? {}),
    found.catchall,
    found.element,
    ...(found.items ?? []),
    found.rest,
    found.keyType,
    found.valueType,
    ...(found.options ?? []),
    found.left,
    found.right,
    lazyOf(schema),
  ]
  return parts.filter((part): part is z.ZodType => part !== undefined && part !== null)
}

/**
 * A schema and all that it is made of, each once.
 *
 * @throws Error when there is no end to it, as of a lazy schema that makes another one each time
 */
export function everySchema(schema: z.ZodType, found = new Set<z.ZodType>()): ReadonlySet<z.ZodType> {
  if (found.has(schema)) return found
  if (found.size >= mostSchemas) throw new Error('its schema has no end')
  found.add(schema)
  for (const part of partsOf(schema)) everySchema(part, found)
  return found
}

const mostSchemas = 1000

const changing: Readonly<Record<string, string>> = {
  transform: 'transforms its value',
  pipe: 'transforms its value',
  success: 'transforms its value',
  catch: 'replaces what is not valid',
}
const notJson = new Set([
  'bigint',
  'date',
  'file',
  'function',
  'map',
  'nan',
  'promise',
  'set',
  'symbol',
  'undefined',
  'void',
])

/**
 * Why a schema cannot be a param's: params are plain JSON, and what is given, what is keyed and what `run` sees are one value.
 * So nothing in it may make another value of it (transforms, pipes, codecs, `.catch()`, coercion, `.trim()` and its like), and
 * nothing in it may be of a type that JSON does not have.
 */
export function problemOf(schema: z.ZodType): string | undefined {
  for (const part of everySchema(schema)) {
    const { type, coerce, normalize, values, checks = [] } = definition(part)
    if (changing[type]) return changing[type]
    if (coerce) return 'converts its value'
    if (normalize || checks.some(({ _zod: { def } }) => def.check === 'overwrite' || def.normalize))
      return 'changes its value (as .trim() and .toLowerCase() do)'
    if (notJson.has(type) || values?.some((value) => typeof value === 'bigint' || value === undefined))
      return `takes a ${type}, which JSON does not have`
  }
  return undefined
}

const defaults = new WeakMap<z.ZodType, { readonly value: unknown } | 'none'>()

/**
 * What a schema makes of undefined; undefined when it has no default.
 *
 * @throws Error whose message says why the default is not a good one
 */
export function defaultOf(schema: z.ZodType): { readonly value: unknown } | undefined {
  const known = defaults.get(schema) ?? findDefault(schema)
  defaults.set(schema, known)
  return known === 'none' ? undefined : known
}

function findDefault(schema: z.ZodType): { readonly value: unknown } | 'none' {
  const made = schema.safeParse(undefined)
  if (!made.success || made.data === undefined) return 'none'
  const value = plainCopy(made.data)
  if (!sameData(plainCopy(schema.parse(undefined)), value)) throw new Error('its default is not always the same')
  // Zod does not look at defaults itself.
  const checked = schema.safeParse(value)
  if (!checked.success || !sameData(plainCopy(checked.data), value))
    throw new Error('its schema would not take its default as it is')
  return { value }
}

/**
 * A copy that shares nothing with the original and has no properties that are undefined, which JSON cannot tell from missing
 * ones.
 *
 * @throws ColophonError VALUE_*
 */
export const plainCopy = (value: unknown): unknown =>
  typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol'
    ? withoutUndefined(decode(encode(value)))
    : value

function withoutUndefined(fresh: unknown): unknown {
  if (typeof fresh !== 'object' || fresh === null) return fresh
  if (Array.isArray(fresh)) for (const item of fresh) withoutUndefined(item)
  else if (isPlain(fresh))
    for (const [key, item] of Object.entries(fresh))
      if (item === undefined) delete (fresh as Record<string, unknown>)[key]
      else withoutUndefined(item)
  return fresh
}

/** Why a schema's defaults, at any depth, are not good ones; undefined when they are. */
export function defaultProblemOf(schema: z.ZodType): string | undefined {
  for (const part of everySchema(schema)) {
    try {
      defaultOf(part)
    } catch (error) {
      return reasonOf(error).replace(/\.$/, '')
    }
  }
  return undefined
}

/** Whether properties of objects in it have defaults. */
export const hasInnerDefaults = (schema: z.ZodType): boolean =>
  [...everySchema(schema)].some((part) =>
    Object.values(definition(part).shape ?? {}).some((property) => defaultOf(property) !== undefined),
  )

/**
 * A value without what its schema would put there by itself: properties of objects that equal their defaults, at any depth of
 * objects, arrays, tuples and records. Alternatives and intersections are left whole, as it is not known what in them came
 * from where.
 */
export function withoutDefaults(schema: z.ZodType, value: unknown): unknown {
  const found = definition(schema)
  if (found.innerType) return withoutDefaults(found.innerType, value)
  const lazy = lazyOf(schema)
  if (lazy) return withoutDefaults(lazy, value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const { element, items, rest } = found
    return value.map((part, index) => within(element ?? items?.[index] ?? rest ?? undefined, part))
  }
  if (!isPlain(value)) return value
  const kept: [string, unknown][] = []
  for (const [key, part] of Object.entries(value)) {
    const property = found.shape && Object.hasOwn(found.shape, key) ? found.shape[key] : undefined
    const short = within(property ?? found.valueType, part)
    const fallback = property && defaultOf(property)
    if (fallback && sameData(short, withoutDefaults(property, fallback.value))) continue
    kept.push([key, short])
  }
  return Object.fromEntries(kept)
}

const within = (schema: z.ZodType | undefined, value: unknown): unknown =>
  schema ? withoutDefaults(schema, value) : value

/** Whether two values are the same data. */
export const sameData = (a: unknown, b: unknown): boolean =>
  typeof a === 'object' && a !== null ? Buffer.compare(encode(a), encode(b)) === 0 : Object.is(a, b)
