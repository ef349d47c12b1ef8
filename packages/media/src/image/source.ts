import { stat } from 'node:fs/promises'
import { type BlobRef, ColophonError } from '@colophon/core'
import { wrongKind } from '../failures.ts'
import { type Bytes, bytesOf, withBytes } from '../read/bytes.ts'
import { formatOf } from '../read/identify.ts'
import { type PictureFormat, pictureFormats } from './picture.ts'

/** Where a picture is: the path of a local file, its bytes, or a blob of a store. */
export type PictureSource = string | Uint8Array | Pick<BlobRef, 'path'>

/** What errors call a source. */
export const nameOf = (source: PictureSource): string | undefined =>
  typeof source === 'string' ? source : (source as { name?: string }).name

/**
 * Finds a picture's bytes and recognises its format.
 *
 * @param use gets the path or the bytes as sharp takes them, and access to parts of them
 * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_WRONG_KIND
 */
export async function withPicture<T>(
  source: PictureSource,
  use: (file: string | Uint8Array, bytes: Bytes, format: PictureFormat) => Promise<T>,
): Promise<T> {
  const open = async (file: string | Uint8Array, bytes: Bytes) => {
    const { name } = await formatOf(bytes)
    const format = pictureFormats.find((known) => known === name)
    if (!format) throw wrongKind(`a recording (${name})`, 'a picture')
    return use(file, bytes, format)
  }
  if (source instanceof Uint8Array) return open(source, bytesOf(source))
  const path = typeof source === 'string' ? source : await source.path()
  const found = await stat(path).catch((error) => {
    throw new ColophonError('FILE_NOT_FOUND', { path }, { cause: error })
  })
  if (found.isDirectory()) throw new ColophonError('FILE_IS_DIRECTORY', { path })
  return withBytes(path, (bytes) => open(path, bytes))
}
