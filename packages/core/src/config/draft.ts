import type { z } from 'zod'
import { ColophonError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { ConfigFile } from './file.ts'
import { acceptsNull, childOf, fieldsOf } from './schema.ts'

/** Values by key, not yet checked. */
export type Tree = Record<string, unknown>

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** What set a key. */
export interface Setting {
  readonly source: string
  /** What a relative path is relative to. */
  readonly folder: string
}

/** Collects raw values with what set them. */
export class Draft {
  readonly tree: Tree = Object.create(null)
  readonly settings = new Map<string, Setting>()
  readonly problems: ColophonError[] = []
  readonly parts: ReadonlyMap<string, z.ZodType>

  constructor(parts: ReadonlyMap<string, z.ZodType>) {
    this.parts = parts
  }

  /** Gives a key a value; what was said about keys below it is forgotten. */
  put(key: readonly string[], value: unknown, setting: Setting) {
    let at = this.tree
    for (const word of key.slice(0, -1)) {
      if (!isTree(at[word])) at[word] = Object.create(null)
      at = at[word] as Tree
    }
    at[key.at(-1)!] = value
    const dotted = key.join('.')
    for (const set of this.settings.keys()) if (set.startsWith(`${dotted}.`)) this.settings.delete(set)
    this.settings.set(dotted, setting)
  }

  /** Takes what a file says, and reports its keys that no part knows. */
  addFile(file: ConfigFile) {
    for (const [key, value] of Object.entries(file.data)) {
      const schema = this.parts.get(key)
      if (schema) this.#addFrom(file, [key], value, schema)
      else this.#unknown(file, [key], this.parts.keys())
    }
  }

  #addFrom(file: ConfigFile, key: readonly string[], value: unknown, schema: z.ZodType) {
    // A key with nothing behind it, as when all below it is commented out.
    if (value === null && !acceptsNull(schema)) return
    const open = isTree(value) && (fieldsOf(schema) ?? childOf(schema, ''))
    if (!open) return this.put(key, value, { source: file.where(key), folder: file.folder })
    for (const [name, item] of Object.entries(value as Tree)) {
      const child = childOf(schema, name)
      if (child) this.#addFrom(file, [...key, name], item, child)
      else this.#unknown(file, [...key, name], Object.keys(fieldsOf(schema) ?? {}))
    }
  }

  #unknown(file: ConfigFile, key: readonly string[], known: Iterable<string>) {
    const near = nearest(key.at(-1)!, known)
    const hint = near && [...key.slice(0, -1), near].join('.')
    this.problems.push(new ColophonError('CONFIG_UNKNOWN_KEY', { key: key.join('.'), source: file.where(key), hint }))
  }

  /** Names directly under a key. */
  namesIn(key: readonly string[]): string[] {
    let at: unknown = this.tree
    for (const word of key) at = isTree(at) ? at[word] : undefined
    return isTree(at) ? Object.keys(at) : []
  }

  /** What set a key: itself or the nearest key above it. */
  settingOf(key: readonly string[]): Setting | undefined {
    for (let length = key.length; length > 0; length--) {
      const setting = this.settings.get(key.slice(0, length).join('.'))
      if (setting) return setting
    }
    return undefined
  }
}
