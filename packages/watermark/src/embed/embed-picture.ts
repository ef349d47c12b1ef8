import { type BlobRef, ColophonError, type OpContext, type TempFile } from '@colophon/core'
import { type Picture, readPicture, writePicture } from '@colophon/media'
import { detectLuma } from '../image/detect-luma.ts'
import type { EmbedParams } from '../params.ts'
import { formatId } from '../payload/id-text.ts'
import { type Payload, payloadBits } from '../payload/payload.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { pictureLuma } from '../picture/picture-luma.ts'
import { lumaSsim, picturePsnr } from '../picture/quality.ts'
import { nameOf, readMarkable } from '../picture/read-markable.ts'
import { rounded, roundedOrNull, significant } from '../picture/rounded.ts'
import { markedDepth, markedFormat, writeMarked } from '../picture/write-marked.ts'
import { fingerprintText, imageFingerprint } from '../registry/fingerprint.ts'
import type { EmbedReport } from '../report/embed-report.ts'
import type { PayloadReport } from '../report/payload-report.ts'
import { residualAmplification, residualPicture } from '../report/residual-picture.ts'
import { choosePayload } from './choose-payload.ts'
import { markPicture, preparePicture } from './mark-picture.ts'
import { common } from './prepared.ts'

/** What marking gives. */
export interface Embedded {
  readonly image: TempFile
  readonly residual: TempFile | undefined
  readonly report: EmbedReport
}

type Context = Pick<OpContext, 'signal' | 'progress' | 'tempFile'>

const extensions = { jpeg: '.jpg', png: '.png', webp: '.webp', avif: '.avif', tiff: '.tif', gif: '.gif' } as const

/**
 * Marks a picture, from file to file, and looks for the mark in what was written.
 *
 * @throws ColophonError as `embedImage`; the signal's reason
 */
export async function embedPicture(blob: BlobRef, params: EmbedParams, context: Context): Promise<Embedded> {
  const { signal, progress, tempFile } = context
  const name = nameOf(blob)
  const { payload, message, registered } = choosePayload(params, MarkKey.from(params.key.reveal()), blob.hash)
  progress(0, 'reading')
  const { picture, key, prepared } = await common(`${blob.hash} ${params.format} ${params.key}`, async () => {
    const key = MarkKey.from(params.key.reveal())
    const picture = await readMarkable(blob, params.format)
    return { picture, key, prepared: preparePicture(picture, key) }
  })
  const { luma } = prepared
  signal.throwIfAborted()

  progress(0.15, 'marking')
  const marked = markPicture(picture, payload, key, { psnr: params.psnr, name, prepared })
  signal.throwIfAborted()

  progress(0.5, 'writing')
  const format = markedFormat(picture.format, params.format)
  const image = await tempFile(extensions[format])
  const written = await writeMarked(marked, image.path, { format, quality: params.quality, signal, name })

  progress(0.7, 'reading back')
  const { check, filePsnr } = await readBack(image.path, picture, payload, key)
  if (!check) throw new ColophonError('WATERMARK_NOT_READ_BACK', { name, psnr: params.psnr })
  signal.throwIfAborted()

  progress(0.9, 'measuring')
  const residual = params.residual ? await tempFile('.png') : undefined
  if (residual) await writePicture(residualPicture(picture, marked), residual.path, { signal })
  const depth = markedDepth(format, picture.bitDepth)
  return {
    image,
    residual,
    report: {
      message,
      recipient: params.recipient ?? null,
      payload: payloadOf(payload),
      registered,
      key: String(params.key),
      picture: { width: luma.width, height: luma.height, format },
      quality: {
        psnr: roundedOrNull(picturePsnr(picture, marked), 3),
        ssim: roundedOrNull(lumaSsim(luma, pictureLuma(marked)), 5),
        filePsnr: roundedOrNull(filePsnr, 3),
      },
      check,
      fingerprint: fingerprintText(imageFingerprint(luma)),
      residual: residual ? { amplification: residualAmplification } : null,
      lost: [...written.lost],
      remarks: [
        ...(depth < picture.bitDepth ? [`${format} holds ${depth} bits; the picture had ${picture.bitDepth}.`] : []),
        ...written.lost.map(
          (item) => `${format} does not hold the picture's ${item.toUpperCase()} data, as it is written here.`,
        ),
      ],
    },
  }
}

/** What the written file is against the picture, and what a detector makes of it: nothing where it does not find the payload. */
async function readBack(
  path: string,
  picture: Picture,
  payload: Payload,
  key: MarkKey,
): Promise<{ check?: EmbedReport['check']; filePsnr: number | null }> {
  const written = await readPicture(path, { orient: false })
  const filePsnr = picturePsnr(picture, written)
  const found = detectLuma(pictureLuma(written), key, { search: 'upright' })
  if (!found.payload || !samePayload(found.payload, payload)) return { filePsnr }
  const { bitErrors, codeBits, pValue } = found
  const accuracy = rounded(1 - bitErrors / codeBits, 5)
  return { filePsnr, check: { bitErrors, codeBits, accuracy, pValue: significant(pValue, 3) } }
}

const samePayload = (a: Payload, b: Payload): boolean =>
  a.kind === 'text' ? b.kind === 'text' && a.text === b.text : b.kind === 'id' && a.id === b.id && a.bits === b.bits

/** A payload as reports show it. */
export const payloadOf = (payload: Payload): PayloadReport =>
  payload.kind === 'id'
    ? { kind: 'id', bits: payload.bits, id: formatId(payload), text: null }
    : { kind: 'text', bits: payloadBits(payload), id: null, text: payload.text }
