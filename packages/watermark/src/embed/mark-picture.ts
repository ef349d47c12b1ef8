import { ColophonError } from '@colophon/core'
import { type Picture, psnrOf } from '@colophon/media'
import { embedPrepared, type Prepared, prepareLuma } from '../image/embed-luma.ts'
import type { GreyPlane } from '../image/plane.ts'
import { usualPsnr } from '../params.ts'
import type { Payload } from '../payload/payload.ts'
import type { MarkKey } from '../payload/secret-key.ts'
import { addLuma } from '../picture/add-luma.ts'
import { pictureLuma } from '../picture/picture-luma.ts'
import { picturePsnr } from '../picture/quality.ts'
import { whyNot } from './why-not.ts'

/** How near to the PSNR that was asked for is near enough, in dB. */
const closePsnr = 0.1

/** How often a mark is made weaker or stronger to come to the PSNR that was asked for. */
const mostRounds = 5

/** How much stronger a mark may become where black and white cut it off. */
const mostStrength = 2

/** How many dB below its PSNR a mark comes by rounding to 8 bits: diffused errors have a mean square of about 0.12 levels. */
const roundingNoise = (psnr: number): number => 10 * Math.log10(1 + (0.12 * 10 ** (psnr / 10)) / 255 ** 2)

/** How a picture is marked. */
export interface MarkOptions {
  /** In dB, over all colours. Default 42. */
  readonly psnr?: number
  /** What an error calls the picture. */
  readonly name?: string
  /** {@link preparePicture} of the picture with the same key, where there is one: what marks of one picture have in common. */
  readonly prepared?: PreparedPicture
}

/** What is known of a picture before it is marked. */
export interface PreparedPicture {
  readonly luma: GreyPlane
  /** Undefined where the picture cannot be marked. */
  readonly host?: Prepared
  /** Why it cannot. */
  readonly why?: string
}

/** Studies a picture that is to be marked with a key, once for all its copies. */
export function preparePicture(picture: Picture, key: MarkKey): PreparedPicture {
  const luma = pictureLuma(picture)
  const why = whyNot(luma)
  return why === undefined ? { luma, host: prepareLuma(luma, key) } : { luma, why }
}

/**
 * The picture with a mark in it, its PSNR that which was asked for and not below, or a little higher on smooth pictures. What rounding adds is made
 * up for by a weaker mark, and what black and white cut off by a stronger one.
 *
 * @example
 * const marked = markPicture(await readPicture('photo.png'), { kind: 'text', text: 'hello' }, MarkKey.from('a long secret'))
 * await writePicture(marked, 'marked.png')
 * @throws ColophonError WATERMARK_NO_CAPACITY, WATERMARK_ID_INVALID, WATERMARK_TEXT_INVALID, WATERMARK_TEXT_TOO_LONG
 */
export function markPicture(picture: Picture, payload: Payload, key: MarkKey, options: MarkOptions = {}): Picture {
  const { psnr = usualPsnr, name = 'The picture', prepared = preparePicture(picture, key) } = options
  const refused = (why: string) => new ColophonError('WATERMARK_NO_CAPACITY', { name, why })
  if (!prepared.host) throw refused(prepared.why ?? 'nothing can be added to it')
  const { added, why } = embedPrepared(prepared.host, payload, { psnr })
  if (!added) throw refused(why)
  // On a smooth picture the mark may be meant to be fainter than was asked for.
  const wanted = Math.max(psnr, psnrOf(meanSquare(added.data), 255))
  let strength = picture.bitDepth === 8 ? 10 ** (-roundingNoise(wanted) / 20) : 1
  let best: Picture | undefined
  for (let round = 0; round < mostRounds; round++) {
    const marked = addLuma(picture, added, strength)
    const spare = (picturePsnr(picture, marked) ?? wanted) - wanted
    if (spare >= 0) best = marked
    if (spare >= 0 && spare < closePsnr) break
    // A little above what was asked for, so that the next one is not just below.
    strength = Math.min(mostStrength, strength * 10 ** ((spare - closePsnr / 4) / 20))
  }
  return best ?? addLuma(picture, added, strength / 2)
}

function meanSquare(values: Float32Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]! * values[at]!
  return sum / values.length
}
