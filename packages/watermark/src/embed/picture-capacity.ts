import type { BlobRef, OpContext } from '@colophon/core'
import { detectLuma } from '../image/detect-luma.ts'
import { embedLuma } from '../image/embed-luma.ts'
import { modalityOf } from '../modality.ts'
import type { CapacityParams } from '../params.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { addLuma } from '../picture/add-luma.ts'
import { pictureLuma } from '../picture/picture-luma.ts'
import { readMarkable } from '../picture/read-markable.ts'
import type { CapacityReport } from '../report/capacity-report.ts'
import { whyNot } from './why-not.ts'

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
  const luma = pictureLuma(picture)
  signal.throwIfAborted()
  progress(0.3, 'trying')
  const payload = { kind: 'id', id: 2n ** BigInt(bits) / 3n, bits } as const
  const unfit = whyNot(luma)
  const { added, why = unfit } =
    unfit === undefined ? embedLuma(luma, payload, markKey, { psnr }) : { added: undefined }
  const found = added && detectLuma(pictureLuma(addLuma(picture, added)), markKey, { search: 'upright' })
  const carries = found?.payload?.kind === 'id' && found.payload.id === payload.id
  return {
    carries,
    why: carries ? null : (why ?? 'a mark of this quality is not read again'),
    bits,
    psnr,
    picture: { width: luma.width, height: luma.height, format: picture.format },
  }
}
