import { resize } from '@colophon/media'
import { type Payload, payloadBits } from '../payload/payload.ts'
import { encodePayload } from '../payload/payload-code.ts'
import type { MarkKey } from '../payload/secret-key.ts'
import { canonicalOf } from './canonical.ts'
import { codedLengthOf } from './code-length.ts'
import { fold, type TileSpectrum, tileFrom, tileSpectrum } from './fold.ts'
import { informedStrengths, type Strengths } from './informed.ts'
import { visibilityMask } from './mask.ts'
import { patternOf } from './patterns.ts'
import type { GreyPlane } from './plane.ts'
import { residualOf } from './residual.ts'
import { placeSigns } from './signs.ts'
import { aligned } from './sync.ts'
import type { TilePattern } from './tile.ts'

export interface EmbedOptions {
  /**
   * Peak signal to noise ratio of the marked luma against the unmarked, in dB. Default 42. Pictures on which a mark of that strength might be
   * seen, being smooth, are changed less.
   */
  readonly psnr?: number
}

/** What is to be added to a luma, or why it cannot be marked. */
export type EmbedResult =
  | { readonly added: GreyPlane; readonly why?: undefined }
  | { readonly added?: undefined; readonly why: string }

/** What marks of one picture and key have in common, whatever they carry. */
export interface Prepared {
  readonly width: number
  readonly height: number
  readonly key: MarkKey
  readonly canonical: GreyPlane
  /** How much a change may be at each pixel. */
  readonly mask: Float32Array
  /** What the unmarked picture holds at the bins of the mark. */
  readonly host: TileSpectrum
}

const usualPsnr = 42

/** A change that might be seen is this many times the mask: marks stay below it... */
const mostVisible = 0.45

/** ...but become by this factor fainter at the most, since something has to be left after coding. */
const mostFaded = 1.05

/** Share of the picture's own disturbance that is reckoned with, and the least strength of what it helps: see `InformedInput`. */
const known = 0.5
const least = 0.5

/**
 * Marks the luma of a picture.
 *
 * @param luma 0 to 255
 * @returns what is to be added to the luma, of the picture's size, or why the picture cannot be marked
 */
export const embedLuma = (luma: GreyPlane, payload: Payload, key: MarkKey, options: EmbedOptions = {}): EmbedResult =>
  embedPrepared(prepareLuma(luma, key), payload, options)

/** What can be worked out of a picture before its payload is known. */
export function prepareLuma(luma: GreyPlane, key: MarkKey): Prepared {
  const { width, height } = luma
  const canonical = canonicalOf(luma).luma
  return { width, height, key, canonical, mask: visibilityMask(canonical), host: spectrumOf(canonical, patternOf(key)) }
}

/** As {@link embedLuma}, of a picture that was prepared. */
export function embedPrepared(
  prepared: Prepared,
  payload: Payload,
  { psnr = usualPsnr }: EmbedOptions = {},
): EmbedResult {
  const { key, canonical, mask, host } = prepared
  const pattern = patternOf(key)
  const code = encodePayload(payload, key, Math.min(codedLengthOf(payloadBits(payload)), pattern.places))
  const signs = placeSigns(code, pattern)
  const asked = 255 / 10 ** (psnr / 20)
  const deviation = Math.max(asked / mostFaded, Math.min(asked, mostVisible * rootMeanSquare(mask)))
  const added = new Float32Array(canonical.data.length)
  const uniform = uniformStrengths(pattern, signs)
  spread(uniform, pattern, mask, canonical, deviation, added)
  const marked = { ...canonical, data: canonical.data.map((value, at) => value + added[at]!) }
  const through = reading(host, spectrumOf(marked, pattern), uniform, pattern)
  const strengths = informedStrengths({ pattern, signs, codeBits: code.length, host, ...through, known, least })
  spread(strengths, pattern, mask, canonical, deviation, added)
  return { added: fullSize({ ...canonical, data: added }, prepared) }
}

function fullSize(plane: GreyPlane, { width, height }: Prepared): GreyPlane {
  if (plane.width === width && plane.height === height) return plane
  return { data: resize(plane, width, height, 'bicubic'), width, height }
}

function rootMeanSquare(values: Float32Array): number {
  let power = 0
  for (let at = 0; at < values.length; at++) power += values[at]! * values[at]!
  return Math.sqrt(power / values.length)
}

/** Marks begin at the corner of the picture. */
const here = { right: 0, down: 0 }

const spectrumOf = (luma: GreyPlane, pattern: TilePattern): TileSpectrum =>
  aligned(tileSpectrum(fold(residualOf(luma), [1, 0, 0, 1], pattern.size), pattern), here, pattern)

function uniformStrengths({ amplitude, syncCount }: TilePattern, signs: Int8Array): Strengths {
  return {
    sync: amplitude.slice(0, syncCount),
    places: Float64Array.from(signs, (sign, place) => sign * amplitude[syncCount + (place >> 1)]! * Math.SQRT1_2),
  }
}

/** Lays the tile of these strengths over the picture, scaled so that what is added has the given standard deviation. */
function spread(
  { sync, places }: Strengths,
  pattern: TilePattern,
  mask: Float32Array,
  { width, height }: GreyPlane,
  deviation: number,
  out: Float32Array,
): void {
  const { count, syncCount, phaseRe, phaseIm, size } = pattern
  const re = new Float64Array(count)
  const im = new Float64Array(count)
  for (let bin = 0; bin < count; bin++) {
    const a = bin < syncCount ? sync[bin]! : places[2 * (bin - syncCount)]!
    const b = bin < syncCount ? 0 : places[2 * (bin - syncCount) + 1]!
    re[bin] = a * phaseRe[bin]! - b * phaseIm[bin]!
    im[bin] = a * phaseIm[bin]! + b * phaseRe[bin]!
  }
  const tile = tileFrom({ re, im }, pattern)
  let power = 0
  for (let y = 0, at = 0; y < height; y++) {
    const row = (y % size) * size
    for (let x = 0; x < width; x++, at++) {
      const value = mask[at]! * tile[row + (x % size)]!
      out[at] = value
      power += value * value
    }
  }
  const factor = deviation / Math.sqrt(power / out.length)
  for (let at = 0; at < out.length; at++) out[at]! *= factor
}

/** How a mark comes through: the gain of each bin for a unit of strength, and how much a reader makes of each. */
function reading(host: TileSpectrum, marked: TileSpectrum, strengths: Strengths, pattern: TilePattern) {
  const { count, syncCount, kx, ky } = pattern
  const rings = 24
  const own = new Float64Array(rings)
  const energy = new Float64Array(rings)
  const noise = new Float64Array(rings)
  const bins = new Float64Array(rings)
  const ring = Int32Array.from(kx, (x, bin) => Math.min(rings - 1, Math.round(Math.hypot(x, ky[bin]!))))
  for (let bin = 0; bin < count; bin++) {
    const a = bin < syncCount ? strengths.sync[bin]! : strengths.places[2 * (bin - syncCount)]!
    const b = bin < syncCount ? 0 : strengths.places[2 * (bin - syncCount) + 1]!
    for (let near = Math.max(0, ring[bin]! - 1); near <= Math.min(rings - 1, ring[bin]! + 1); near++) {
      own[near]! += (marked.re[bin]! - host.re[bin]!) * a + (marked.im[bin]! - host.im[bin]!) * b
      energy[near]! += a * a + b * b
      noise[near]! += host.re[bin]! ** 2 + host.im[bin]! ** 2
      bins[near]! += 1
    }
  }
  const gain = new Float64Array(count)
  const weight = new Float64Array(count)
  for (let bin = 0; bin < count; bin++) {
    const at = ring[bin]!
    gain[bin] = own[at]! / energy[at]!
    weight[bin] = gain[bin]! / (noise[at]! / bins[at]!)
  }
  return { gain, weight }
}
