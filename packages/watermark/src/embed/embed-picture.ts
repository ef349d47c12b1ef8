import { type BlobRef, ColophonError, type OpContext, type TempFile } from '@colophon/core'
import { type Picture, readPicture, writePicture } from '@colophon/media'
import { detectLuma } from '../image/detect-luma.ts'
import { embedLuma } from '../image/embed-luma.ts'
import type { GreyPlane } from '../image/plane.ts'
import type { EmbedParams } from '../params.ts'
import { formatId } from '../payload/id-text.ts'
import { type Payload, payloadBits } from '../payload/payload.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { addLuma } from '../picture/add-luma.ts'
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
import { common } from './prepared.ts'
import { whyNot } from './why-not.ts'

/** What marking gives. */
export interface Embedded {
  readonly image: TempFile
  readonly residual: TempFile | undefined
  readonly report: EmbedReport
}

type Context = Pick<OpContext, 'signal' | 'progress' | 'tempFile'>

const extensions = { jpeg: '.jpg', png: '.png', webp: '.webp', avif: '.avif', tiff: '.tif' } as const

/**
 * Marks a picture, from file to file, and looks for the mark in what was written.
 *
 * @throws ColophonError as `embedImage`; the signal's reason
 */
export async function embedPicture(blob: BlobRef, params: EmbedParams, context: Context): Promise<Embedded> {
  const { signal, progress, tempFile } = context
  const name = nameOf(blob)
  const key = MarkKey.from(params.key.reveal())
  const { payload, message, registered } = choosePayload(params, key, blob.hash)
  progress(0, 'reading')
  const { picture, luma } = await common(`${blob.hash} ${params.format}`, async () => {
    const read = await readMarkable(blob, params.format)
    return { picture: read, luma: pictureLuma(read) }
  })
  signal.throwIfAborted()

  progress(0.15, 'marking')
  const marked = markPicture(picture, luma, payload, key, params, name)
  signal.throwIfAborted()

  progress(0.5, 'writing')
  const format = markedFormat(picture.format, params.format)
  const image = await tempFile(extensions[format])
  const written = await writeMarked(marked, image.path, { format, quality: params.quality, signal, name })

  progress(0.7, 'reading back')
  const again = await readPicture(image.path, { orient: false })
  const check = readBack(again, payload, key)
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
        filePsnr: roundedOrNull(picturePsnr(picture, again), 3),
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

/**
 * The picture with the mark in it, its PSNR that which was asked for and not below: what rounding adds is made up for by a weaker mark, and what
 * black and white cut off by a stronger one.
 *
 * @throws ColophonError WATERMARK_NO_CAPACITY
 */
export function markPicture(
  picture: Picture,
  luma: GreyPlane,
  payload: Payload,
  key: MarkKey,
  { psnr }: Pick<EmbedParams, 'psnr'>,
  name: string,
): Picture {
  const unfit = whyNot(luma)
  const { added, why = unfit } = unfit === undefined ? embedLuma(luma, payload, key, { psnr }) : { added: undefined }
  if (!added) throw new ColophonError('WATERMARK_NO_CAPACITY', { name, why: why ?? 'nothing can be added to it' })
  let strength = picture.bitDepth === 8 ? 10 ** (-roundingNoise(psnr) / 20) : 1
  let best: Picture | undefined
  for (let round = 0; round < mostRounds; round++) {
    const marked = addLuma(picture, { ...added, data: added.data.map((value) => strength * value) })
    const spare = (picturePsnr(picture, marked) ?? psnr) - psnr
    if (spare >= 0) best = marked
    if (spare >= 0 && spare < closePsnr) break
    // A little above what was asked for, so that the next one is not just below.
    strength = Math.min(mostStrength, strength * 10 ** ((spare - closePsnr / 4) / 20))
  }
  return best ?? addLuma(picture, { ...added, data: added.data.map((value) => (strength / 2) * value) })
}

/** How near to the PSNR that was asked for is near enough, in dB. */
const closePsnr = 0.1

/** How often a mark is made weaker or stronger to come to the PSNR that was asked for. */
const mostRounds = 5

/** How much stronger a mark may become where black and white cut it off. */
const mostStrength = 2

/** How many dB below its PSNR a mark comes by rounding to 8 bits: diffused errors have a mean square of about 0.12 levels. */
const roundingNoise = (psnr: number): number => 10 * Math.log10(1 + (0.12 * 10 ** (psnr / 10)) / 255 ** 2)

/** What a detector makes of the written file; undefined where it does not find the payload. */
function readBack(picture: Picture, payload: Payload, key: MarkKey): EmbedReport['check'] | undefined {
  const found = detectLuma(pictureLuma(picture), key, { search: 'upright' })
  if (!found.payload || !samePayload(found.payload, payload)) return undefined
  const { bitErrors, codeBits, pValue } = found
  return { bitErrors, codeBits, accuracy: rounded(1 - bitErrors / codeBits, 5), pValue: significant(pValue, 3) }
}

const samePayload = (a: Payload, b: Payload): boolean =>
  a.kind === 'text' ? b.kind === 'text' && a.text === b.text : b.kind === 'id' && a.id === b.id && a.bits === b.bits

/** A payload as reports show it. */
export const payloadOf = (payload: Payload): PayloadReport =>
  payload.kind === 'id'
    ? { kind: 'id', bits: payload.bits, id: formatId(payload), text: null }
    : { kind: 'text', bits: payloadBits(payload), id: null, text: payload.text }
