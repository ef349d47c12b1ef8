import type { Payload } from '../payload/payload.ts'
import { type Decoded, decodeSoft } from '../payload/payload-code.ts'
import type { MarkKey } from '../payload/secret-key.ts'
import { canonicalOf } from './canonical.ts'
import { logChance } from './chance.ts'
import { codedLengthOf, sizesWithin } from './code-length.ts'
import { type Geometry, geometryOf } from './geometry.ts'
import { patternOf } from './patterns.ts'
import type { GreyPlane } from './plane.ts'
import { bestReading, latticesOf, type Reading, refinedReading, uprightReading } from './readings.ts'
import { refinedLattices } from './refine-lattices.ts'
import { residualOf } from './residual.ts'
import { codeBitValues, placeValues } from './soft-bits.ts'
import { aligned } from './sync.ts'
import type { TilePattern } from './tile.ts'

export interface DetectOptions {
  /** `upright`: the picture is whole and not turned. `full` (default): then any rotation, mirroring, size, stretching and part. */
  readonly search?: 'upright' | 'full'
}

/** What was found in a picture. */
export interface DetectResult {
  /**
   * `found`: a payload was read. `unreadable`: there is a mark of this key, and too little is left of it to be read. `none`: nothing that
   * could not be chance.
   */
  readonly state: 'found' | 'unreadable' | 'none'
  readonly found: boolean
  readonly payload: Payload | undefined
  /** Probability (or a bound of it) that a picture without a mark of this key looks like this, all that was tried counted in. */
  readonly pValue: number
  /** Height of the best correlation with the known part of the mark, in standard deviations of chance. */
  readonly z: number
  /** Code bits that were wrong and corrected; 0 where none was read. */
  readonly bitErrors: number
  /** Code bits of the payload that was read; 0 where none was. */
  readonly codeBits: number
  /** Undefined where no mark was found. */
  readonly geometry: Geometry | undefined
  /** How far the search went. */
  readonly searched: 'upright' | 'full'
  /**
   * What the picture says of the code bits of the payload that was read, or of one of 64 bits: above 0 speaks for 1. About log-likelihood
   * ratios. They are of a meaning only where a mark was found.
   */
  readonly softBits: Float64Array
}

/** What chance may give once in so many pictures: the natural logarithm. */
const logLimit = Math.log(1e-6)

/** A correlation that chance gives this often is worth decoding. */
const worthDecoding = Math.log(0.05)

/** Readings of the search that are made exact and decoded, at most. */
const mostRefined = 3

/** Of those that are made exact whether or not they show anything before. */
const mostLast = 2

/** How a probability is shared out between the reading that is taken as upright, those of the search, and those made exact. */
const shares = { upright: 0.05, searched: 0.9, refined: 0.04, last: 0.01 } as const

/**
 * Looks for a mark of a key in the luma of a picture.
 *
 * First the picture is taken to be whole and upright. If no payload is read, every lattice that a mark may lie in is tried: as it was
 * found, then, for those that show the most, made exact. If none is read still, the likeliest lattices are made exact before they are
 * judged.
 *
 * @param luma 0 to 255
 */
export function detectLuma(luma: GreyPlane, key: MarkKey, { search = 'full' }: DetectOptions = {}): DetectResult {
  const pattern = patternOf(key)
  const { luma: canonical, scaleX, scaleY } = canonicalOf(luma)
  const residual = residualOf(canonical)
  const attempt = new Attempt(key, pattern, scaleX, scaleY)
  const upright = uprightReading(residual, pattern)
  attempt.add(upright, search === 'upright' ? 1 : 1 / shares.upright)
  if (attempt.decode(upright) || search === 'upright') return attempt.result('upright')
  const lattices = latticesOf(residual, pattern)
  const readings = [upright, ...lattices.map((lattice) => bestReading(residual, lattice, pattern))]
  const correlations = readings.reduce((sum, { tries }) => sum + tries, 0)
  readings.sort((a, b) => b.sync.z - a.sync.z)
  for (const reading of readings.slice(0, mostRefined)) {
    attempt.add(reading, correlations / shares.searched)
    const refined = refinedReading(residual, reading, pattern)
    if (refined !== reading) attempt.add(refined, (correlations * refined.tries) / reading.tries / shares.refined)
    if (attempt.decode(refined)) return attempt.result('full')
  }
  for (const reading of refinedLattices(residual, lattices, pattern).slice(0, mostLast)) {
    attempt.add(reading, reading.tries / shares.last)
    if (attempt.decode(reading)) break
  }
  return attempt.result('full')
}

/** What was read in one picture, and what it was decoded to. */
class Attempt {
  readonly #key: MarkKey
  readonly #pattern: TilePattern
  readonly #scaleX: number
  readonly #scaleY: number
  #best: Reading | undefined
  /** Of the reading that chance gives the least. */
  #logSync = 0
  #decodings = 0
  #decoded: { readonly decoded: Decoded; readonly logFalse: number } | undefined

  constructor(key: MarkKey, pattern: TilePattern, scaleX: number, scaleY: number) {
    this.#key = key
    this.#pattern = pattern
    this.#scaleX = scaleX
    this.#scaleY = scaleY
  }

  /** @param tries correlations of which this reading's is the best, over its share of what chance may give */
  add(reading: Reading, tries: number): void {
    this.#logSync = Math.min(this.#logSync, logChance(reading.sync.z, this.#pattern, tries))
    if (!this.#best || reading.sync.z > this.#best.sync.z) this.#best = reading
  }

  /** Whether a payload can be read. */
  decode(reading: Reading): boolean {
    if (logChance(reading.sync.z, this.#pattern, 1) > worthDecoding) return false
    this.#decodings++
    const places = this.#places(reading)
    const sizes = sizesWithin(this.#pattern.places)
    for (const { bits, codeBits } of sizes) {
      const soft = codeBitValues(places, this.#pattern, codeBits)
      const decoded = decodeSoft(soft, this.#key, { sizes: [bits], summedFrom: places })
      if (!decoded) continue
      const logFalse = decoded.logFalseMatch + Math.log(sizes.length * this.#decodings)
      if (logFalse > logLimit || logFalse >= (this.#decoded?.logFalse ?? 0)) continue
      this.#decoded = { decoded, logFalse }
      this.#best = reading
    }
    return this.#decoded !== undefined
  }

  #places = (reading: Reading): Float64Array =>
    placeValues(aligned(reading.spectrum, reading.sync, this.#pattern), this.#pattern)

  result(searched: DetectResult['searched']): DetectResult {
    const best = this.#best!
    const decoded = this.#decoded?.decoded
    const there = decoded !== undefined || this.#logSync <= logLimit
    return {
      state: decoded ? 'found' : there ? 'unreadable' : 'none',
      found: decoded !== undefined,
      payload: decoded?.payload,
      pValue: Math.exp(Math.min(this.#logSync, this.#decoded?.logFalse ?? 0)),
      z: best.sync.z,
      bitErrors: decoded?.errorsCorrected ?? 0,
      codeBits: decoded?.codeBits ?? 0,
      geometry: there ? this.#geometry(best) : undefined,
      searched,
      softBits: codeBitValues(this.#places(best), this.#pattern, decoded?.codeBits ?? codedLengthOf(64)),
    }
  }

  #geometry({ matrix: [xx, xy, yx, yy], sync }: Reading): Geometry {
    const { right, down } = sync
    const [sx, sy] = [this.#scaleX, this.#scaleY]
    return geometryOf([xx * sx, xy * sx, yx * sy, yy * sy], { right, down }, this.#pattern.size)
  }
}
