import { z } from 'zod'
import { ColophonError, reasonOf } from '../errors.ts'
import {
  defaultOf,
  defaultProblemOf,
  everySchema,
  hasInnerDefaults,
  innerOf,
  plainCopy,
  problemOf,
  sameData,
  withoutDefaults,
} from './param-schema.ts'

const unkeyedSchemas = new WeakSet<z.ZodType>()
const secretSchemas = new WeakSet<z.ZodType>()
const generatedSchemas = new WeakSet<z.ZodType>()

/**
 * Marks a param that cannot change the result (how many threads, how much to log): it is given to `run` and left out of the key.
 *
 * @returns a copy of the schema that carries the mark; the given one stays without
 * @example
 * params: z.object({ threads: unkeyed(z.number().int().default(2)) })
 */
export function unkeyed<S extends z.ZodType>(schema: S): S {
  const marked = schema.clone() as S
  unkeyedSchemas.add(marked)
  return marked
}

/** A secret as `run` receives it. It prints and serialises as its name; {@link reveal} gives the value. */
export class Secret {
  readonly name: string
  readonly version: number
  readonly #value: string

  constructor(name: string, version: number, value: string) {
    this.name = name
    this.version = version
    this.#value = value
  }

  /** The secret value itself. */
  reveal(): string {
    return this.#value
  }

  toJSON(): string {
    return `${this.name}@${this.version}`
  }

  toString(): string {
    return this.toJSON()
  }
}

/**
 * A param that names a secret: callers give `name` or `name@version`, the key holds name and version, `run` gets a
 * {@link Secret}, and the value is stored nowhere.
 *
 * @param options.generated where nobody set a value for the secret that is the default, a store with a folder makes a random one, of version 0, and
 * keeps it there for the tenant: for keys of which any will do, as long as it stays the same
 * @example
 * params: z.object({ key: secret() })
 */
export function secret(options: { readonly generated?: boolean } = {}): z.ZodType<Secret, string> {
  const schema = z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*(@(0|[1-9]\d*))?$/, 'a secret is given as its name, or as name@version')
    .describe('the name of a secret')
  secretSchemas.add(schema)
  if (options.generated) generatedSchemas.add(schema)
  return schema as unknown as z.ZodType<Secret, string>
}

/** Whether a schema is marked, or the one that it wraps (`.optional()`) or was made from (`.describe()`). */
function isMarked(schema: z.ZodType, marks: WeakSet<z.ZodType>): boolean {
  const inner = innerOf(schema)
  const parent = schema._zod.parent as z.ZodType | undefined
  return (
    marks.has(schema) ||
    (inner !== undefined && isMarked(inner, marks)) ||
    (parent !== undefined && isMarked(parent, marks))
  )
}

/** Whether a param schema was marked with {@link unkeyed}, also under `.default()`, `.optional()` or `.describe()`. */
export const isUnkeyed = (schema: z.ZodType): boolean => isMarked(schema, unkeyedSchemas)

/** Whether a param schema was made by {@link secret}. */
export const isSecret = (schema: z.ZodType): boolean => isMarked(schema, secretSchemas)

/** A secret's value and version, or undefined if it is not known. */
export type FoundSecret = { readonly value: string; readonly version: number } | undefined

/**
 * Looks a secret up.
 *
 * @param generated whether one may be made where none is set (see {@link secret}); providers may leave that to the store
 */
export type SecretProvider = (
  name: string,
  version: number | undefined,
  generated?: boolean,
) => Promise<FoundSecret> | FoundSecret

/** Secrets from the environment: `COLOPHON_SECRET_TENANT_KEY` holds version 1 of `tenant-key`. */
export const environmentSecrets: SecretProvider = (name, version = 1) => {
  const value = process.env[`COLOPHON_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`]
  return value === undefined || version !== 1 ? undefined : { value, version }
}

/** Params of one call: what `run` gets, and what is keyed. */
export interface ParsedParams {
  readonly values: Record<string, unknown>
  /** Without defaults, unkeyed and undefined ones; undefined when nothing is left. */
  readonly keyed: Record<string, unknown> | undefined
  readonly secrets: readonly Secret[]
}

/** What is known of a param from its schema. */
interface Param {
  readonly name: string
  readonly schema: z.ZodType
  readonly secret: boolean
  readonly generated: boolean
  readonly unkeyed: boolean
  /** Whether properties inside it have defaults of their own. */
  readonly inner: boolean
  /** Without the defaults inside it. */
  readonly fallback: { readonly value: unknown } | undefined
}

/** The params schema of an op, taken apart once. */
export class ParamSet {
  readonly schema: z.ZodObject
  readonly names: readonly string[]
  readonly #op: string
  readonly #params: readonly Param[]
  #whenNoneGiven: ParsedParams | undefined

  /** @throws ColophonError OP_INVALID when a param is not plain JSON */
  constructor(op: string, schema: z.ZodObject) {
    this.#op = op
    this.schema = schema
    if (schema.def?.type !== 'object') throw this.#invalid('its params are not a z.object')
    this.#params = Object.entries(schema.shape as Record<string, z.ZodType>).map((param) => this.#param(...param))
    this.names = this.#params.map(({ name }) => name)
    const problem = problemOf(schema)
    if (problem) throw this.#invalid(`its params as a whole are not plain data: the schema ${problem}`)
  }

  #invalid(why: string): ColophonError {
    return new ColophonError('OP_INVALID', { op: this.#op, why })
  }

  #param(name: string, schema: z.ZodType): Param {
    try {
      if (name in Object.prototype) throw new Error('every object has something of that name')
      const problem = problemOf(schema)
      if (problem) throw new Error(`it ${problem}, and params are plain JSON that is used as it is given`)
      const badDefault = defaultProblemOf(schema)
      if (badDefault) throw new Error(badDefault)
      const [secret, unkeyed] = [isSecret(schema), isUnkeyed(schema)]
      const generated = isMarked(schema, generatedSchemas)
      for (const part of everySchema(schema))
        if ((isSecret(part) && !secret) || (isUnkeyed(part) && !unkeyed))
          throw new Error('only a whole param can be secret or unkeyed, not a part of it')
      const inner = hasInnerDefaults(schema)
      const found = defaultOf(schema)
      const fallback = found && { value: inner ? withoutDefaults(schema, found.value) : found.value }
      return { name, schema, secret, generated, unkeyed, inner, fallback }
    } catch (error) {
      throw this.#invalid(`param "${name}": ${reasonOf(error).replace(/\.$/, '')}`)
    }
  }

  /** Checks the given params and splits off what is keyed. Secrets are resolved by `provide`. */
  async parse(given: Record<string, unknown>, provide: SecretProvider): Promise<ParsedParams> {
    const none = this.names.every((name) => given[name] === undefined)
    if (none && this.#whenNoneGiven) return this.#whenNoneGiven
    const values = this.#check(given)
    const keyed: Record<string, unknown> = {}
    // All of this before anything is waited for: what the caller does to the params then changes nothing.
    for (const param of this.#params) {
      if (values[param.name] === undefined || isNamed(param, values)) continue
      values[param.name] = this.#copy(param.name, values[param.name])
      if (!param.unkeyed) addKeyed(keyed, param, values[param.name])
    }
    const secrets: Secret[] = []
    for (const param of this.#params.filter((each) => isNamed(each, values))) {
      const given = values[param.name] as string
      // A name that someone chose is one that they set a value for; if there is none, it is a slip.
      const generated = param.generated && given.split('@')[0] === param.fallback?.value
      const resolved = await resolveSecret(given, generated, provide)
      secrets.push(resolved)
      values[param.name] = resolved
      if (!param.unkeyed) keyed[param.name] = resolved.toJSON()
    }
    const params: ParsedParams = { values, keyed: Object.keys(keyed).length > 0 ? keyed : undefined, secrets }
    if (none && Object.values(values).every((value) => typeof value !== 'object')) this.#whenNoneGiven = params
    return params
  }

  #check(given: Record<string, unknown>): Record<string, unknown> {
    let parsed: z.ZodSafeParseResult<Record<string, unknown>>
    try {
      parsed = this.schema.safeParse(given)
    } catch (error) {
      throw this.#invalid(`its params cannot be checked: ${reasonOf(error).replace(/\.$/, '')}`)
    }
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]!
    const [param = this.names.join('", "'), ...inside] = issue.path.map(String)
    const why = inside.length > 0 ? `${inside.join('.')}: ${lowerFirst(issue.message)}` : lowerFirst(issue.message)
    throw new ColophonError('CALL_PARAM_INVALID', { op: this.#op, param, why })
  }

  #copy(param: string, value: unknown): unknown {
    try {
      return plainCopy(value)
    } catch (error) {
      const why = lowerFirst(reasonOf(error).replace(/\.$/, ''))
      throw new ColophonError('CALL_PARAM_INVALID', { op: this.#op, param, why }, { cause: error })
    }
  }
}

/** Whether a secret is named; an optional one may be missing or null. */
const isNamed = ({ name, secret }: Param, values: Readonly<Record<string, unknown>>): boolean =>
  secret && typeof values[name] === 'string'

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** Keys a param's value, unless it is its default. */
function addKeyed(keyed: Record<string, unknown>, { name, schema, inner, fallback }: Param, value: unknown): void {
  const short = inner ? withoutDefaults(schema, value) : value
  if (!fallback || !sameData(short, fallback.value)) keyed[name] = short
}

async function resolveSecret(given: string, generated: boolean, provide: SecretProvider): Promise<Secret> {
  const [name = '', version] = given.split('@')
  const found = await provide(name, version === undefined ? undefined : Number(version), generated)
  if (!found || (version !== undefined && found.version !== Number(version)))
    throw new ColophonError('SECRET_NOT_FOUND', { name: given })
  return new Secret(name, found.version, found.value)
}
