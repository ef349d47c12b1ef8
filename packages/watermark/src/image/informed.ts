import type { TileSpectrum } from './fold.ts'
import type { TilePattern } from './tile.ts'

/**
 * How strong each wave of a mark is to be. Of the sync bins there is one number each, of the others one for each place (see
 * `TilePattern`), signed as it is embedded; all along the keyed phases.
 */
export interface Strengths {
  readonly sync: Float64Array
  readonly places: Float64Array
}

/** What is asked of {@link informedStrengths}. */
export interface InformedInput {
  readonly pattern: TilePattern
  /** The sign that each place carries. */
  readonly signs: Int8Array
  /** How many code bits the places carry. */
  readonly codeBits: number
  /** What the picture itself holds at the bins, along the keyed phases: `aligned` of the unmarked picture. */
  readonly host: TileSpectrum
  /** What one unit of strength becomes in that spectrum, for each bin. */
  readonly gain: Float64Array
  /** How much each bin counts when it is read, for one unit of spectrum. */
  readonly weight: Float64Array
  /** Share of what the picture holds that is reckoned with: the rest changes with what is done to copies. */
  readonly known: number
  /** The least strength, as a share of the uniform one: what stays where the picture itself already speaks for a bit. */
  readonly least: number
}

/**
 * Spends the energy of a mark where the picture works against it (informed embedding: M. L. Miller, G. J. Doerr, I. J. Cox, Applying
 * informed coding and embedding to design a robust, high capacity watermark, IEEE Transactions on Image Processing 13, 2004). Each code
 * bit is made as strong as it needs to be for all to be read with the same margin, at the energy of the uniform mark.
 */
export function informedStrengths(input: InformedInput): Strengths {
  return { sync: input.pattern.amplitude.slice(0, input.pattern.syncCount), places: placeStrengths(input) }
}

function placeStrengths({ pattern, signs, codeBits, host, gain, weight, known, least }: InformedInput): Float64Array {
  const { amplitude, syncCount } = pattern
  const carried = pattern.codeBits(codeBits)
  const speaks = new Float64Array(codeBits)
  const grows = new Float64Array(codeBits)
  const energy = new Float64Array(codeBits)
  for (let place = 0; place < signs.length; place++) {
    const bin = syncCount + (place >> 1)
    const bit = carried[place]!
    const held = (place & 1 ? host.im[bin]! : host.re[bin]!) * signs[place]!
    speaks[bit]! += known * weight[bin]! * held
    grows[bit]! += weight[bin]! * gain[bin]! * amplitude[bin]! * Math.SQRT1_2
    energy[bit]! += (amplitude[bin]! * amplitude[bin]!) / 2
  }
  const factor = levelled(speaks, grows, energy, least)
  return Float64Array.from(
    signs,
    (sign, place) => sign * factor[carried[place]!]! * amplitude[syncCount + (place >> 1)]! * Math.SQRT1_2,
  )
}

/**
 * Factors by which `speaks + factor * grows` comes to the same level for all, none below `least`, and the level as high as the energy
 * that factors of 1 would take allows.
 */
function levelled(speaks: Float64Array, grows: Float64Array, energy: Float64Array, least: number): Float64Array {
  const count = speaks.length
  let budget = 0
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let at = 0; at < count; at++) {
    budget += energy[at]!
    low = Math.min(low, speaks[at]!)
    high = Math.max(high, speaks[at]! + 4 * grows[at]!)
  }
  const factor = new Float64Array(count)
  for (let round = 0; round < 40; round++) {
    const level = (low + high) / 2
    let spent = 0
    for (let at = 0; at < count; at++) {
      const wanted = grows[at]! > 0 ? (level - speaks[at]!) / grows[at]! : 1
      factor[at] = Math.min(4, Math.max(least, wanted))
      spent += factor[at]! * factor[at]! * energy[at]!
    }
    if (spent > budget) high = level
    else low = level
  }
  return factor
}
