import { z } from 'zod'
import { encode } from './encoding.ts'
import { ColophonError } from './errors.ts'

const unkeyedSchemas = new WeakSet<z.ZodType>()
const secretSchemas = new WeakSet<z.ZodType>()

/**
 * Marks a param that cannot change the result (how many threads, how much to log): it is given to `run` and left out of the key.
 *
 * @example
 * params: z.object({ threads: unkeyed(z.number().int().default(2)) })
 */
export function unkeyed<S extends z.ZodType>(schema: S): S {
  unkeyedSchemas.add(schema)
  return schema
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
 * @example
 * params: z.object({ key: secret() })
 */
export function secret(): z.ZodType<Secret, string> {
  const schema = z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*(@[1-9]\d*)?$/, 'a secret is given as its name, or as name@version')
    .describe('the name of a secret')
  secretSchemas.add(schema)
  return schema as unknown as z.ZodType<Secret, string>
}

interface Wrapper {
  readonly innerType?: z.ZodType
  readonly type?: string
}
const definition = (schema: z.ZodType): Wrapper => schema.def as unknown as Wrapper

function marked(schema: z.ZodType, marks: WeakSet<z.ZodType>): boolean {
  const inner = definition(schema).innerType
  return marks.has(schema) || (inner !== undefined && marked(inner, marks))
}

/** Whether a param schema was marked with {@link unkeyed}, also under `.default()` or `.optional()`. */
export const isUnkeyed = (schema: z.ZodType): boolean => marked(schema, unkeyedSchemas)

/** Whether a param schema was made by {@link secret}. */
export const isSecret = (schema: z.ZodType): boolean => marked(schema, secretSchemas)

/** A secret's value and version, or undefined if it is not known. */
export type SecretProvider = (
  name: string,
  version: number | undefined,
) => Promise<{ value: string; version: number } | undefined> | { value: string; version: number } | undefined

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

/** The params schema of an op, taken apart once. */
export class ParamSet {
  readonly schema: z.ZodObject
  readonly names: readonly string[]
  readonly #op: string
  readonly #secret: ReadonlySet<string>
  readonly #unkeyed: ReadonlySet<string>
  readonly #defaults = new Map<string, Uint8Array>()
  #whenNoneGiven: ParsedParams | undefined

  /** @throws ColophonError OP_INVALID when a param is not plain data */
  constructor(op: string, schema: z.ZodObject) {
    this.#op = op
    this.schema = schema
    const shape = Object.entries(schema.shape as Record<string, z.ZodType>)
    this.names = shape.map(([name]) => name)
    this.#secret = new Set(shape.filter(([, param]) => isSecret(param)).map(([name]) => name))
    this.#unkeyed = new Set(shape.filter(([, param]) => isUnkeyed(param)).map(([name]) => name))
    for (const [name, param] of shape) {
      if (hasTransform(param))
        throw new ColophonError('OP_INVALID', {
          op,
          why: `param "${name}" transforms its value, and params are plain data`,
        })
      const fallback = param.safeParse(undefined)
      if (fallback.success && fallback.data !== undefined) this.#defaults.set(name, encode(fallback.data))
    }
  }

  /** Checks the given params and splits off what is keyed. Secrets are resolved by `provide`. */
  async parse(given: Record<string, unknown>, provide: SecretProvider): Promise<ParsedParams> {
    const none = this.names.every((name) => given[name] === undefined)
    if (none && this.#whenNoneGiven) return this.#whenNoneGiven
    const parsed = this.schema.safeParse(given)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!
      const [param = '?', ...inside] = issue.path.map(String)
      const why = inside.length > 0 ? `${inside.join('.')}: ${issue.message}` : issue.message
      throw new ColophonError('CALL_PARAM_INVALID', { op: this.#op, param, why: lowerFirst(why) })
    }
    const values = parsed.data as Record<string, unknown>
    const keyed: Record<string, unknown> = {}
    const secrets: Secret[] = []
    for (const name of this.names) {
      let value = values[name]
      if (value === undefined) continue
      if (this.#secret.has(name)) {
        const resolved = await resolveSecret(value as string, provide)
        secrets.push(resolved)
        values[name] = resolved
        value = resolved.toJSON()
      }
      if (this.#unkeyed.has(name)) continue
      const fallback = this.#defaults.get(name)
      if (fallback && Buffer.compare(encode(value), fallback) === 0) continue
      keyed[name] = value
    }
    const params: ParsedParams = { values, keyed: Object.keys(keyed).length > 0 ? keyed : undefined, secrets }
    if (none && secrets.length === 0 && Object.values(values).every((value) => typeof value !== 'object'))
      this.#whenNoneGiven = params
    return params
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

function hasTransform(schema: z.ZodType): boolean {
  const { type, innerType } = definition(schema)
  return type === 'transform' || type === 'pipe' || (innerType !== undefined && hasTransform(innerType))
}

async function resolveSecret(given: string, provide: SecretProvider): Promise<Secret> {
  const [name = '', version] = given.split('@')
  const found = await provide(name, version === undefined ? undefined : Number(version))
  if (!found) throw new ColophonError('SECRET_NOT_FOUND', { name: given })
  return new Secret(name, found.version, found.value)
}
