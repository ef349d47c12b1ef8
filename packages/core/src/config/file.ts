import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Document, LineCounter, YAMLMap, YAMLSeq } from 'yaml'
import { ColophonError, reasonOf } from '../errors.ts'

/** The name that is looked for. */
export const configFileName = 'colophon.yaml'

/** A configuration file that has been read. */
export interface ConfigFile {
  /** Absolute path. */
  readonly path: string
  /** Its folder, which relative paths in it are relative to. */
  readonly folder: string
  readonly data: Record<string, unknown>
  /** Where a key stands, as `path:line`; the path alone when the key is not in the file. */
  where(key: readonly string[]): string
}

const unreadable = (path: string, why: string, cause?: unknown) =>
  new ColophonError('CONFIG_UNREADABLE', { path, why }, { cause })

/**
 * Path of the `colophon.yaml` in a folder or the nearest of its parents, or undefined when there is none.
 *
 * A configuration may name code to load, so one that another user (but root) has left on the way up is refused.
 *
 * @throws CONFIG_UNREADABLE when the file found belongs to another user
 */
export const findConfigFile = (folder: string): string | undefined => {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, configFileName)
    if (existsSync(path)) {
      const owner = statSync(path).uid
      const self = process.getuid?.()
      if (self === undefined || owner === self || owner === 0) return path
      throw unreadable(path, 'it belongs to another user; name it with --config or COLOPHON_CONFIG to use it anyway')
    }
    if (dirname(at) === at) return undefined
  }
}

const plainReason = (thrown: unknown): string => {
  const code = (thrown as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'it does not exist'
  if (code === 'EISDIR') return 'it is a directory'
  if (code === 'EACCES') return 'permission denied'
  return reasonOf(thrown)
}

/**
 * Text of a file that the configuration consists of or points to.
 *
 * @param named how the file was named, when not by the user directly, such as `COLOPHON_SECRET_X_FILE`
 * @throws CONFIG_UNREADABLE when it cannot be read
 */
export const readConfigText = (path: string, named?: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    throw unreadable(path, `${plainReason(thrown)}${named ? ` (named by ${named})` : ''}`, thrown)
  }
}

/** Line of the deepest node on the way to a key that the document has. */
const lineOf = (document: Document, lines: LineCounter, key: readonly string[]): number | undefined => {
  let node: unknown = document.contents
  let offset: number | undefined
  for (const name of key) {
    const items = (node as YAMLMap | YAMLSeq | null)?.items
    if (!Array.isArray(items)) break
    const pair = (node as YAMLMap).items.find((item) => String((item as { key?: unknown }).key) === name)
    const next: unknown = pair?.key ? pair.value : items[Number(name)]
    const place = (pair?.key ?? next) as { range?: [number, number, number] } | undefined
    if (!place?.range) break
    offset = place.range[0]
    node = next
  }
  return offset === undefined ? undefined : lines.linePos(offset).line
}

/**
 * Reads a configuration file. The YAML parser is loaded only here, so that a start without a file stays quick.
 *
 * @throws CONFIG_UNREADABLE when the file cannot be read, is not YAML or holds anything but keys and values
 */
export const readConfigFile = async (path: string): Promise<ConfigFile> => {
  const text = readConfigText(path)
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const fault = document.errors[0]
  if (fault) throw unreadable(`${path}:${lines.linePos(fault.pos[0]).line}`, `it is not valid YAML (${fault.message})`)
  let data: unknown
  try {
    data = document.toJS() ?? {}
  } catch (thrown) {
    throw unreadable(path, `it is not valid YAML (${reasonOf(thrown)})`, thrown)
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw unreadable(path, 'it must hold keys and values, such as "tenant: default"')
  }
  return {
    path,
    folder: dirname(path),
    data: data as Record<string, unknown>,
    where(key) {
      const line = lineOf(document, lines, key)
      return line === undefined ? path : `${path}:${line}`
    },
  }
}
