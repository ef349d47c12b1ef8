import type { BlobRef, OpContext, TempFile } from '@colophon/core'
import { readPicture } from '@colophon/media'
import type { z } from 'zod'
import { type CopyFormat, writeAttacked } from './apply.ts'
import { attackOf } from './attacks.ts'
import type { attackReport } from './report.ts'

const extensions: Readonly<Record<CopyFormat, string>> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
}

/** What is done to a file. */
export interface AttackWish {
  readonly names: readonly string[]
  readonly seed: string
  readonly format: CopyFormat | undefined
}

/**
 * Makes an attacked copy of a picture file. The copy is upright, whatever the file's orientation says.
 *
 * @throws ColophonError as `attack`; the signal's reason
 */
export async function attackFile(
  blob: BlobRef,
  { names, seed, format }: AttackWish,
  { tempFile, signal, progress }: Pick<OpContext, 'tempFile' | 'signal' | 'progress'>,
): Promise<{ image: TempFile; report: z.infer<typeof attackReport> }> {
  progress(0, 'reading')
  const picture = await readPicture(blob)
  signal.throwIfAborted()
  progress(0.3, 'attacking')
  let image: TempFile | undefined
  const copy = await writeAttacked(picture, names, { seed, format }, async (written) => {
    image = await tempFile(extensions[written])
    return image.path
  })
  const { width, height } = picture
  return {
    image: image!,
    report: {
      attacks: names.map((name) => ({ name, summary: attackOf(name).summary })),
      seed,
      before: { width, height },
      after: { width: copy.width, height: copy.height, format: copy.format },
    },
  }
}
