import type { BlobRef } from '@colophon/core'
import { damaged, notRecognised } from '../failures.ts'
import { type Bytes, withBytes } from './bytes.ts'
import type { Format } from './formats.ts'
import { sniff, sniffLength } from './sniff.ts'
import { checkUnfolded } from './unfolded.ts'
import { whyNotWhole } from './whole.ts'

/** A blob whose bytes were recognised. */
export interface Identified {
  readonly path: string
  readonly format: Format
}

/**
 * Recognises a blob by its bytes and makes sure that its end is there.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function identify(blob: Pick<BlobRef, 'path'>): Promise<Identified> {
  const path = await blob.path()
  return withBytes(path, async (bytes) => ({ path, format: await formatOf(bytes) }))
}

/**
 * Recognises bytes and makes sure that their end is there.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function formatOf(bytes: Bytes): Promise<Format> {
  const sniffed = sniff(await bytes.read(0, sniffLength))
  if ('refused' in sniffed) throw notRecognised(sniffed.refused)
  const why = await whyNotWhole(bytes, sniffed.format)
  if (why) throw damaged(why)
  await checkUnfolded(bytes, sniffed.format)
  return sniffed.format
}
