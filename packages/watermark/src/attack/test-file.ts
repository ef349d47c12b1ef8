import type { BlobRef, OpContext } from '@colophon/core'
import type { z } from 'zod'
import { attack } from '../attack.ts'
import { extractImage } from '../image-extract.ts'
import { attackNames, attackOf } from './attacks.ts'
import type { testReport } from './report.ts'

/** What is tried. */
export interface TestWish {
  /** Undefined: the whole set. */
  readonly names: readonly string[] | undefined
  readonly seed: string
  /** Name and version of the key. */
  readonly key: string
}

/**
 * Attacks a marked picture and looks for its mark in each copy. Of a picture without a mark nothing is tried.
 *
 * @throws ColophonError as `attack` and `extractImage`; the signal's reason
 */
export async function testFile(
  image: BlobRef,
  { names = attackNames, seed, key }: TestWish,
  { progress, signal }: Pick<OpContext, 'progress' | 'signal'>,
): Promise<z.infer<typeof testReport>> {
  const look = async (picture: BlobRef) => (await extractImage({ image: picture, key })).report.value()
  progress(0, 'looking for the mark')
  const own = await look(image)
  const [message, id] = [own.payload?.text ?? null, own.payload?.id ?? null]
  const rows: z.infer<typeof testReport>['attacks'] = []
  for (const [index, name] of (own.found ? names : []).entries()) {
    signal.throwIfAborted()
    progress((index + 1) / (names.length + 1), name)
    const copy = await attack({ image, attack: [name], seed })
    const { state, payload, bitErrors, codeBits, pValue } = await look(copy.image)
    const survived = payload !== null && (payload.text ?? null) === message && (payload.id ?? null) === id
    rows.push({ name, summary: attackOf(name).summary, survived, state, bitErrors, codeBits, pValue })
  }
  const survived = rows.filter((row) => row.survived).length
  return { marked: own.found, message, id, key, survived, tried: rows.length, attacks: rows }
}
