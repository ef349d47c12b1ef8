import { wrongKind } from '../failures.ts'
import { alphaUse } from '../image/alpha.ts'
import { toBitDepth } from '../image/depth.ts'
import { hasAlpha, type Picture } from '../image/picture.ts'
import { readPicture } from '../image/read-picture.ts'
import type { PictureSource } from '../image/source.ts'
import { type NamedPlane, PictureScores, type PlaneName } from './picture-scores.ts'
import type { CompareParams, CompareReport } from './report.ts'

/**
 * Compares two still pictures, upright. Where their profiles differ both are converted to sRGB; where their bit depths differ the
 * lower is raised; where one is grey it counts as three equal channels.
 *
 * @throws ColophonError MEDIA_WRONG_KIND if their sizes differ, and what {@link readPicture} throws
 */
export async function compareImages(
  reference: PictureSource,
  test: PictureSource,
  { quick }: CompareParams,
): Promise<CompareReport> {
  const notes: string[] = []
  let [a, b] = [await readPicture(reference), await readPicture(test)]
  if (a.width !== b.width || a.height !== b.height)
    throw wrongKind(`a picture of ${b.width}x${b.height}`, `one of ${a.width}x${a.height}, as the reference has,`)
  if (!sameBytes(a.icc, b.icc)) {
    notes.push('Their colour profiles differ, so both were converted to sRGB.')
    ;[a, b] = [await readPicture(reference, { to: 'srgb' }), await readPicture(test, { to: 'srgb' })]
  }
  const bits = Math.max(a.bitDepth, b.bitDepth) as Picture['bitDepth']
  if (a.bitDepth !== b.bitDepth)
    notes.push(`One has ${a.bitDepth} bits and the other ${b.bitDepth}; the lower was raised to ${bits}.`)
  const grey = a.channels < 3 && b.channels < 3
  if (!grey && (a.channels < 3 || b.channels < 3)) notes.push('One is grey and was compared as colours.')
  const alpha = [a, b].some((picture) => !['none', 'opaque'].includes(alphaUse(picture)))
  const [left, right] = [a, b].map((picture) => planesOf(picture, bits, grey, alpha)) as [NamedPlane[], NamedPlane[]]
  // Samples of 10 and 12 bits fill 16.
  const scores = new PictureScores(bits === 8 ? 255 : 65535, quick)
  scores.add(left, right, 0)
  const { all, planes } = scores.result
  const format = `${grey ? 'grey' : 'rgb'}${alpha ? ' and alpha' : ''}, ${bits} bit`
  const { width, height } = a
  const picture = { width, height, format, frames: 1, left: 0, right: 0, all, planes }
  return { kind: 'image', identical: all.psnr === null, picture, notes }
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.from(a).equals(b))

function planesOf(picture: Picture, bits: Picture['bitDepth'], grey: boolean, alpha: boolean): NamedPlane[] {
  const { width, height, channels } = picture
  const data = toBitDepth(picture.samples, picture.bitDepth, bits)
  const channel = (plane: PlaneName, offset: number): NamedPlane => ({
    plane,
    data,
    width,
    height,
    step: channels,
    offset,
  })
  const colours = grey
    ? [channel('y', 0)]
    : (['r', 'g', 'b'] as const).map((plane, index) => channel(plane, channels < 3 ? 0 : index))
  if (!alpha) return colours
  if (hasAlpha(channels)) return [...colours, channel('a', channels - 1)]
  const opaque = data instanceof Uint8Array ? new Uint8Array(1).fill(255) : new Uint16Array(1).fill(65535)
  // One number for all pixels.
  return [...colours, { plane: 'a', data: opaque, width, height, step: 0, stride: 0 }]
}
