import { readFile, stat } from 'node:fs/promises'
import { ColophonError, reasonOf } from '@colophon/core'
import { type BadRow, readCandidateMessages } from './candidate-messages.ts'
import { isExport, readExport } from './export.ts'
import type { Registry } from './registry.ts'

/** What became of the rows of a file. */
export interface ImportReport {
  /** What the file was taken for. */
  readonly format: 'candidate-messages' | 'export'
  readonly rows: number
  /** Rows whose payload was new. */
  readonly added: number
  /** Rows that brought nothing new. */
  readonly known: number
  /** Rows that were not imported, in the order of the file. */
  readonly bad: readonly BadRow[]
  /** Nothing was written. */
  readonly dryRun: boolean
}

export interface ImportOptions {
  /** Finds out what would become of the rows, and writes nothing. */
  readonly dryRun?: boolean
}

/** Largest file, in bytes. */
export const mostImportBytes = 256 << 20

/**
 * Imports a file into the registry: `candidate_messages.json` of the AI-Generated-Content-Identification-Toolkit, or an export of a registry. Good rows are
 * imported, in one transaction; bad ones are told by key, line and reason.
 *
 * @throws FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_EMPTY, FILE_NOT_READABLE, WATERMARK_REGISTRY_IMPORT_INVALID for a file that is neither, is no
 *   UTF-8 or is too large; WATERMARK_REGISTRY_DAMAGED, STORE_*
 */
export async function importFile(
  registry: Registry,
  tenant: string,
  path: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  return importText(registry, tenant, await textOf(path), path, options)
}

/** {@link importFile} of a text. @param name what errors call it */
export function importText(
  registry: Registry,
  tenant: string,
  text: string,
  name: string,
  { dryRun = false }: ImportOptions = {},
): ImportReport {
  const format = isExport(text) ? 'export' : 'candidate-messages'
  const { rows, bad: unreadable } = format === 'export' ? readExport(text) : readCandidateMessages(text)
  const [first] = unreadable
  if (rows.length === 0 && first && first.key === undefined)
    throw new ColophonError('WATERMARK_REGISTRY_IMPORT_INVALID', { name, why: `line ${first.line}: ${first.why}` })
  const bad = [...unreadable]
  const entries = rows.map(({ entry }) => entry)
  const done = registry.registerAll(
    tenant,
    entries,
    (error, _, index) => {
      const { key, line } = rows[index]!
      bad.push({ key, line, why: error.message })
    },
    { dryRun },
  )
  const imported = done.filter((each) => each !== undefined)
  const added = imported.filter((each) => each.added || each.copyAdded).length
  return {
    format,
    rows: rows.length + unreadable.length,
    added,
    known: imported.length - added,
    bad: bad.sort((a, b) => a.line - b.line),
    dryRun,
  }
}

async function textOf(path: string): Promise<string> {
  const found = await stat(path).catch((error) => {
    throw fileError(error, path)
  })
  if (found.isDirectory()) throw new ColophonError('FILE_IS_DIRECTORY', { path })
  const invalid = (why: string) => new ColophonError('WATERMARK_REGISTRY_IMPORT_INVALID', { name: path, why })
  if (found.size > mostImportBytes) throw invalid(`it has ${found.size} bytes, and ${mostImportBytes} are the most`)
  const bytes = await readFile(path).catch((error) => {
    throw fileError(error, path)
  })
  if (bytes.length === 0) throw new ColophonError('FILE_EMPTY', { path })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid('it is no text in UTF-8')
  }
}

const fileError = (error: NodeJS.ErrnoException, path: string): ColophonError =>
  error.code === 'ENOENT'
    ? new ColophonError('FILE_NOT_FOUND', { path }, { cause: error })
    : new ColophonError('FILE_NOT_READABLE', { path, why: reasonOf(error) }, { cause: error })
