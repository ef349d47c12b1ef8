import type { Payload } from '../payload/payload.ts'
import { type Decoded, decodeSoft } from '../payload/payload-code.ts'
import type { MarkKey } from '../payload/secret-key.ts'
import { canonicalOf } from './canonical.ts'
import { logChance } from './chance.ts'
import { codedLengthOf, sizesWithin } from './code-length.ts'
import { type Geometry, geometryOf } from './geometry.ts'
import { patternOf } from './patterns.ts'
import type { GreyPlane } from './plane.ts'
import { type Reading, searchReadings, uprightReading } from './readings.ts'
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

/** A reading that chance gives this often is worth decoding. */
const worthDecoding = Math.log(0.05)

/** Readings of the search that are decoded, at most. */
const mostDecoded = 3

/**
 * Looks for a mark of a key in the luma of a picture.
 *
 * First the picture is taken to be whole and upright. If no payload is read, every lattice that a mark may lie in is tried.
 *
 * @param luma 0 to 255
 */
export function detectLuma(luma: GreyPlane, key: MarkKey, { search = 'full' }: DetectOptions = {}): DetectResult {
  const pattern = patternOf(key)
  const { luma: canonical, scaleX, scaleY } = canonicalOf(luma)
  const residual = residualOf(canonical)
  const attempt = new Attempt(key, pattern, scaleX, scaleY)
  attempt.add(uprightReading(residual, pattern))
  if (attempt.read(1) || search === 'upright') return attempt.result('upright')
  for (const reading of searchReadings(residual, pattern)) attempt.add(reading)
  attempt.read(mostDecoded)
  return attempt.result('full')
}

/** Readings of one picture, the best first, and what they were decoded to. */
class Attempt {
  readonly #key: MarkKey
  readonly #pattern: TilePattern
  readonly #scaleX: number
  readonly #scaleY: number
  readonly #readings: Reading[] = []
  readonly #tried = new Set<Reading>()
  #tries = 0
  #read: { readonly reading: Reading; readonly decoded: Decoded; readonly logFalse: number } | undefined

  constructor(key: MarkKey, pattern: TilePattern, scaleX: number, scaleY: number) {
    this.#key = key
    this.#pattern = pattern
    this.#scaleX = scaleX
    this.#scaleY = scaleY
  }

  add(reading: Reading): void {
    this.#readings.push(reading)
    this.#tries += reading.tries
    this.#readings.sort((a, b) => b.sync.z - a.sync.z)
  }

  /** Decodes the best readings until one gives a payload. */
  read(most: number): boolean {
    for (const reading of this.#readings.slice(0, most)) {
      if (this.#read) return true
      if (this.#tried.has(reading) || logChance(reading.sync.z, this.#pattern, reading.tries) > worthDecoding) continue
      this.#tried.add(reading)
      this.#decode(reading)
    }
    return this.#read !== undefined
  }

  #decode(reading: Reading): void {
    const places = this.#places(reading)
    const sizes = sizesWithin(this.#pattern.places)
    for (const { bits, codeBits } of sizes) {
      const soft = codeBitValues(places, this.#pattern, codeBits)
      const decoded = decodeSoft(soft, this.#key, { sizes: [bits] })
      if (!decoded) continue
      const logFalse = decoded.logFalseMatch + Math.log(sizes.length * this.#tried.size)
      if (logFalse <= logLimit && logFalse < (this.#read?.logFalse ?? 0)) this.#read = { reading, decoded, logFalse }
    }
  }

  #places = (reading: Reading): Float64Array =>
    placeValues(aligned(reading.spectrum, reading.sync, this.#pattern), this.#pattern)

  result(searched: DetectResult['searched']): DetectResult {
    const best = this.#read?.reading ?? this.#readings[0]!
    const logSync = logChance(this.#readings[0]!.sync.z, this.#pattern, this.#tries)
    const decoded = this.#read?.decoded
    const there = decoded !== undefined || logSync <= logLimit
    return {
      state: decoded ? 'found' : there ? 'unreadable' : 'none',
      found: decoded !== undefined,
      payload: decoded?.payload,
      pValue: Math.exp(Math.min(logSync, this.#read?.logFalse ?? 0)),
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
