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
  /** Peak signal to noise ratio of the marked luma against the unmarked, in dB. Default 42.3. */
  readonly psnr?: number
  /** Share of the picture's own disturbance that is reckoned with. For experiments. */
  readonly known?: number
  readonly least?: number
  readonly rounds?: number
}

const here = { right: 0, down: 0, z: 0 }

/**
 * Marks the luma of a picture.
 *
 * @param luma 0 to 255
 * @returns what is to be added to the luma, of the picture's size, or why the picture cannot be marked
 */
export function embedLuma(
  luma: GreyPlane,
  payload: Payload,
  key: MarkKey,
  options: EmbedOptions = {},
): { added?: GreyPlane; why?: string } {
  const pattern = patternOf(key)
  const code = encodePayload(payload, key, Math.min(codedLengthOf(payloadBits(payload)), pattern.places))
  const canonical = canonicalOf(luma)
  const data = markOf(canonical.luma, code, pattern, options)
  const { width, height } = canonical.luma
  if (canonical.scaleX === 1 && canonical.scaleY === 1) return { added: { data, width, height } }
  const full = resize({ data, width, height }, luma.width, luma.height, 'bicubic')
  return { added: { data: full, width: luma.width, height: luma.height } }
}

/** The mark for a picture at canonical scale. */
export function markOf(luma: GreyPlane, code: Uint8Array, pattern: TilePattern, options: EmbedOptions): Float32Array {
  const signs = placeSigns(code, pattern)
  const mask = visibilityMask(luma)
  const added = new Float32Array(luma.data.length)
  const mse = 255 ** 2 / 10 ** ((options.psnr ?? 42.3) / 10)
  const uniform = uniformStrengths(pattern, signs)
  spread(uniform, pattern, mask, luma, mse, added)
  if (options.known === 0) return added
  const host = spectrumOf(luma, pattern)
  const marked = { data: luma.data.map((v, at) => v + added[at]!), width: luma.width, height: luma.height }
  const with0 = spectrumOf(marked, pattern)
  const { gain, weight } = reading(host, with0, uniform, pattern)
  const strengths = informedStrengths({
    pattern,
    signs,
    codeBits: code.length,
    host,
    gain,
    weight,
    known: options.known ?? 0.5,
    least: options.least ?? 0.5,
  })
  spread(strengths, pattern, mask, luma, mse, added)
  return added
}

const spectrumOf = (luma: GreyPlane, pattern: TilePattern): TileSpectrum =>
  aligned(tileSpectrum(fold(residualOf(luma), [1, 0, 0, 1], pattern.size), pattern), here, pattern)

function uniformStrengths({ amplitude, syncCount }: TilePattern, signs: Int8Array): Strengths {
  return {
    sync: amplitude.slice(0, syncCount),
    places: Float64Array.from(signs, (sign, place) => sign * amplitude[syncCount + (place >> 1)]! * Math.SQRT1_2),
  }
}

/** Lays the tile of these strengths over the picture, scaled so that the mean square of what is added is `mse`. */
function spread(
  { sync, places }: Strengths,
  pattern: TilePattern,
  mask: Float32Array,
  { width, height }: GreyPlane,
  mse: number,
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
  const factor = Math.sqrt((mse * out.length) / power)
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
