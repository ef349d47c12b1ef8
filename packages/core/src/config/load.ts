import { resolve } from 'node:path'
import type { z } from 'zod'
import { ColophonError } from '../errors.ts'
import { Draft, isTree, type Tree } from './draft.ts'
import { hasKey, readEnvironment, variableOf } from './env.ts'
import { findConfigFile, readConfigFile } from './file.ts'
import type { Config, ConfigPart } from './part.ts'
import { childOf, fieldsOf, marksOf } from './schema.ts'

/** Where to read the configuration from. */
export interface LoadOptions {
  /** The file to read; without one `COLOPHON_CONFIG` names it, or `colophon.yaml` is looked for from `cwd` upwards. */
  readonly file?: string
  /** The environment; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The current directory; the process's own unless given. */
  readonly cwd?: string
  /** Variables that start with `COLOPHON_` and are no configuration. */
  readonly allow?: readonly string[]
  /** Values that win over all others, by dotted key, with what gave them (`--store`). Undefined values are left out. */
  readonly set?: Readonly<Record<string, { readonly value: unknown; readonly source: string }>>
}

/** Where a loaded configuration came from. */
export interface ConfigOrigin {
  /** Absolute path of the file that was read. */
  readonly file: string | undefined
  /** What set each dotted key; keys that are not here have their defaults. */
  readonly sources: ReadonlyMap<string, string>
  readonly parts: ReadonlyMap<string, z.ZodType>
}

const origins = new WeakMap<object, ConfigOrigin>()

/** Where a configuration that {@link loadConfig} returned came from. */
export const configOrigin = (config: object): ConfigOrigin => {
  const origin = origins.get(config)
  if (!origin) throw new TypeError('this is not a configuration that loadConfig returned')
  return origin
}

const sentence = (issue: z.core.$ZodIssue): string => {
  const text = issue.message.replace(/^Invalid input: /, '').replace(/\.$/, '')
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** The issue that says the most: of a union's, that of the alternative that came furthest. */
const deepest = (
  issue: z.core.$ZodIssue,
  above: readonly PropertyKey[],
): { key: string[]; issue: z.core.$ZodIssue } => {
  const key = [...above, ...issue.path]
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0]
    if (inner && inner.path.length > 0) return deepest(inner, key)
  }
  return { key: key.map(String), issue }
}

const problemOf = (draft: Draft, part: string, found: z.core.$ZodIssue): ColophonError => {
  const { key, issue } = deepest(found, [part])
  if (issue.code === 'unrecognized_keys') {
    const dotted = [...key, issue.keys[0]!]
    const source = draft.settingOf(dotted)?.source ?? 'the defaults'
    return new ColophonError('CONFIG_UNKNOWN_KEY', { key: dotted.join('.'), source })
  }
  const setting = draft.settingOf(key)
  if (setting)
    return new ColophonError('CONFIG_INVALID', { key: key.join('.'), source: setting.source, why: sentence(issue) })
  const variable = variableOf(draft.parts, key)
  const why = `it must be given, in colophon.yaml${variable ? ` or as ${variable}` : ''}`
  return new ColophonError('CONFIG_INVALID', { key: key.join('.'), source: 'the defaults', why })
}

/** The value with its path fields made absolute, frozen to the bottom. */
const finish = (
  schema: z.ZodType | undefined,
  value: unknown,
  key: string[],
  folderOf: (key: string[]) => string,
): unknown => {
  if (typeof value === 'string') return schema && marksOf(schema).path ? resolve(folderOf(key), value) : value
  if (Array.isArray(value)) {
    return Object.freeze(
      value.map((item, i) => finish(schema && childOf(schema, String(i)), item, [...key, String(i)], folderOf)),
    )
  }
  if (!isTree(value)) return value
  const entries = Object.entries(value).map(([name, item]) => {
    return [name, finish(schema && childOf(schema, name), item, [...key, name], folderOf)] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}

const oneOf = (problems: readonly ColophonError[]): ColophonError =>
  problems.length === 1
    ? problems[0]!
    : new ColophonError('CONFIG_PROBLEMS', {
        count: problems.length,
        problems: problems.map(({ message }) => message),
      })

/**
 * Loads the configuration: defaults, then the file, then the environment, then what is set by the caller.
 *
 * @param parts the parts of all rooms, composed at the composition root
 * @returns the values, typed by the parts and frozen; {@link configOrigin} says what set them
 * @throws CONFIG_INVALID, CONFIG_UNKNOWN_KEY or CONFIG_UNREADABLE, naming the key and what set it; CONFIG_PROBLEMS when
 *   there are several of them
 * @example
 * const config = await loadConfig(coreConfig)
 * const store = await createStore(config.store)
 */
export const loadConfig = async <const P extends readonly ConfigPart[]>(
  parts: P,
  { file, env = process.env, cwd = process.cwd(), allow = [], set = {} }: LoadOptions = {},
): Promise<Config<P>> => {
  const schemas = new Map<string, z.ZodType>(parts.map((part) => [part.key, part.schema]))
  if (schemas.size < parts.length) throw new TypeError('two configuration parts have the same key')
  const draft = new Draft(schemas)

  const named = file ?? env.COLOPHON_CONFIG
  const path = named ? resolve(cwd, named) : findConfigFile(cwd)
  if (path) draft.addFile(await readConfigFile(path))

  const fromEnvironment = readEnvironment(
    schemas,
    env,
    cwd,
    allow,
    (key) => draft.namesIn(key),
    (problem) => draft.problems.push(problem),
  )
  for (const { key, value, variable } of fromEnvironment) draft.put(key, value, { source: variable, folder: cwd })

  for (const [dotted, { value, source }] of Object.entries(set)) {
    const key = dotted.split('.')
    if (value === undefined) continue
    if (!hasKey(schemas, key)) throw new TypeError(`there is no configuration key ${dotted} to set`)
    draft.put(key, value, { source, folder: cwd })
  }

  const values: Tree = {}
  for (const [key, schema] of schemas) {
    const raw = draft.tree[key] ?? (fieldsOf(schema) ? {} : undefined)
    const parsed = schema.safeParse(raw)
    if (parsed.success) {
      values[key] = finish(schema, parsed.data, [key], (at) => draft.settingOf(at)?.folder ?? cwd)
    } else {
      draft.problems.push(...parsed.error.issues.map((issue) => problemOf(draft, key, issue)))
    }
  }
  if (draft.problems.length > 0) throw oneOf(draft.problems)

  const config = Object.freeze(values) as Config<P>
  const sources = new Map([...draft.settings].map(([key, setting]) => [key, setting.source]))
  origins.set(config, { file: path, sources, parts: schemas })
  return config
}
