import type { BlobRef, OpContext } from '@colophon/core'
import { readPicture } from '@colophon/media'
import { payloadOf } from '../embed/embed-picture.ts'
import { type DetectResult, detectLuma } from '../image/detect-luma.ts'
import type { ExtractParams } from '../params.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { pictureLuma } from '../picture/picture-luma.ts'
import { checkStill, nameOf } from '../picture/read-markable.ts'
import { rounded, significant } from '../picture/rounded.ts'
import { fingerprintText, imageFingerprint } from '../registry/fingerprint.ts'
import type { ExtractReport, SoftBitsReport } from '../report/extract-report.ts'
import { detectParts, type PartResult } from './detect-parts.ts'

type Context = Pick<OpContext, 'signal' | 'progress'>

/**
 * Looks for a mark in a picture file.
 *
 * @throws ColophonError as `extractImage`; the signal's reason
 */
export async function extractPicture(
  blob: BlobRef,
  { key, search }: ExtractParams,
  { signal, progress }: Context,
): Promise<{ report: ExtractReport; soft: SoftBitsReport }> {
  const markKey = MarkKey.from(key.reveal())
  progress(0, 'reading')
  const picture = await readPicture(blob)
  checkStill(picture, nameOf(blob))
  const luma = pictureLuma(picture)
  signal.throwIfAborted()
  progress(0.3, 'looking')
  const { result, part }: PartResult =
    search === 'parts'
      ? detectParts(luma, markKey, (done) => {
          signal.throwIfAborted()
          progress(0.3 + 0.7 * done, 'looking at parts')
        })
      : { result: detectLuma(luma, markKey, { search }) }
  return {
    report: {
      ...foundIn(result),
      ...(part && { part }),
      fingerprint: fingerprintText(imageFingerprint(luma)),
      key: String(key),
      picture: { width: luma.width, height: luma.height, format: picture.format },
    },
    soft: { bits: Array.from(result.softBits, (value) => significant(value, 4)) },
  }
}

function foundIn(result: DetectResult): Omit<ExtractReport, 'fingerprint' | 'key' | 'picture'> {
  const { state, found, payload, pValue, z, bitErrors, codeBits, geometry, searched } = result
  return {
    state,
    found,
    message: payload?.kind === 'text' ? payload.text : null,
    payload: payload ? payloadOf(payload) : null,
    pValue: significant(pValue, 3),
    z: rounded(z, 2),
    bitErrors: found ? bitErrors : null,
    codeBits: found ? codeBits : null,
    geometry: geometry
      ? {
          rotation: rounded(geometry.rotation, 2) % 360,
          flipped: geometry.flipped,
          scaleX: rounded(geometry.scaleX, 4),
          scaleY: rounded(geometry.scaleY, 4),
        }
      : null,
    searched,
  }
}
