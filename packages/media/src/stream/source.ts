import { stat } from 'node:fs/promises'
import { type BlobRef, ColophonError } from '@colophon/core'
import { type Bytes, withBytes } from '../read/bytes.ts'
import type { Format } from '../read/formats.ts'
import { formatOf } from '../read/identify.ts'

/** Where media bytes are: the path of a local file, a blob of a store, or anything that gives ranges of bytes. */
export type MediaSource = string | Pick<BlobRef, 'path'> | Bytes

/** A source whose format is known: what FFmpeg is to open. */
export interface Located {
  readonly input: string | Bytes
  readonly format: Format
}

/**
 * Finds a source's bytes and recognises its format.
 *
 * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED
 */
export async function locate(source: MediaSource): Promise<Located> {
  if (typeof source !== 'string' && 'read' in source) return { input: source, format: await formatOf(source) }
  const path = typeof source === 'string' ? source : await source.path()
  const found = await stat(path).catch((error) => {
    throw new ColophonError('FILE_NOT_FOUND', { path }, { cause: error })
  })
  if (found.isDirectory()) throw new ColophonError('FILE_IS_DIRECTORY', { path })
  return { input: path, format: await withBytes(path, formatOf) }
}

/** What errors call a source. */
export const nameOf = (source: MediaSource): string | undefined =>
  typeof source === 'string' ? source : ((source as { name?: string }).name ?? undefined)
