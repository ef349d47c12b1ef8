import { type BlobRef, ColophonError, type OpContext } from '@colophon/core'
import type { Picture } from '@colophon/media'
import { detectLuma } from '../image/detect-luma.ts'
import { modalityOf } from '../modality.ts'
import type { CapacityParams } from '../params.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { pictureLuma } from '../picture/picture-luma.ts'
import { readMarkable } from '../picture/read-markable.ts'
import { rounded } from '../picture/rounded.ts'
import type { CapacityReport } from '../report/capacity-report.ts'
import { markPicture, preparePicture } from './mark-picture.ts'

/**
 * Finds out whether a picture carries a payload by hiding one in memory and reading it again.
 *
 * @throws ColophonError as `capacity`; the signal's reason
 */
export async function pictureCapacity(
  blob: BlobRef,
  { bits, psnr, key }: CapacityParams,
  { signal, progress }: Pick<OpContext, 'signal' | 'progress'>,
): Promise<CapacityReport> {
  modalityOf(blob)
  const markKey = MarkKey.from(key.reveal())
  progress(0, 'reading')
  const picture = await readMarkable(blob, undefined)
  const prepared = preparePicture(picture, markKey)
  const { luma } = prepared
  signal.throwIfAborted()
  progress(0.3, 'trying')
  const payload = { kind: 'id', id: 2n ** BigInt(bits) / 3n, bits } as const
  const { marked, why } = tried(() => markPicture(picture, payload, markKey, { psnr, prepared }))
  const found = marked && detectLuma(pictureLuma(marked), markKey, { search: 'upright' })
  const carries = found?.payload?.kind === 'id' && found.payload.id === payload.id
  return {
    carries,
    why: carries ? null : (why ?? 'a mark that changes so little is not read again'),
    accuracy: carries ? rounded(1 - found.bitErrors / found.codeBits, 5) : null,
    bits,
    psnr,
    picture: { width: luma.width, height: luma.height, format: picture.format },
  }
}

/** The marked picture, or why there is none. */
function tried(mark: () => Picture): { marked?: Picture; why?: string } {
  try {
    return { marked: mark() }
  } catch (error) {
    if (error instanceof ColophonError && error.code === 'WATERMARK_NO_CAPACITY')
      return { why: (error.details as { why: string }).why }
    throw error
  }
}
