import type { MarkKey } from '../payload/secret-key.ts'

/** Side of the tile in canonical pixels, and of the grid that a tile is folded into. A power of two. */
export const tileSize = 64

/** The short side that pictures are brought to before they are marked; smaller ones stay as they are. */
export const canonicalSide = 512

/** Pixels of a picture to one canonical pixel as it is marked: 1 for pictures of at most 512 pixels on the short side. */
export const canonicalScale = (width: number, height: number): number =>
  Math.max(1, Math.min(width, height) / canonicalSide)

/** Which part of the tile's spectrum is used, in cycles per canonical pixel. What JPEG and half the size leave is below 0.3. */
export interface TileBand {
  readonly lowest: number
  readonly highest: number
  /** Amplitude falls with the radius to this power. */
  readonly slope: number
  /** Share of the bins that carry known phases, to find the tile by. */
  readonly sync: number
}

export const tileBand: TileBand = { lowest: 0.055, highest: 0.28, slope: 0.4, sync: 0.25 }

/**
 * The mark: a tile of noise that a key makes, repeated over the whole picture (spread spectrum in a periodic tile; its lattice is the
 * template that geometry is found by: M. Kutter, Watermarking resisting to translation, rotation and scaling, SPIE 3528, 1998).
 *
 * The tile is a sum of waves `2 * amplitude * cos(2 pi (kx u + ky v) / size + phase)`, one for each bin of a half plane within the
 * band; `u` goes right, `v` down, in canonical pixels. The first `syncCount` bins have phases that the key alone gives. The others
 * carry two code bits each, one by the sign of the part along the key's phase, one by that a quarter turn ahead.
 */
export class TilePattern {
  readonly size: number
  /** Waves across the tile, of each bin, -size/2 to size/2. */
  readonly kx: Int32Array
  /** Waves down the tile, of each bin; 0 or more. */
  readonly ky: Int32Array
  /** Weight of each bin; the mean of their squares is 1. */
  readonly amplitude: Float64Array
  /** The unit vector of each bin's keyed phase. */
  readonly phaseRe: Float64Array
  readonly phaseIm: Float64Array
  readonly syncCount: number
  readonly #order: Uint32Array

  /** @param size side of the tile, a power of two */
  constructor(key: MarkKey, size = tileSize, band: TileBand = tileBand) {
    this.size = size
    const bins = binsWithin(size, band)
    const stream = key.stream(`image tile ${size}`)
    this.syncCount = Math.round(bins.length * band.sync)
    const sorted = withSyncFirst(bins, this.syncCount, (most) => stream.below(most))
    const count = sorted.length
    this.kx = Int32Array.from(sorted, ({ kx }) => kx)
    this.ky = Int32Array.from(sorted, ({ ky }) => ky)
    this.amplitude = Float64Array.from(sorted, ({ radius }) => radius ** -band.slope)
    const power = this.amplitude.reduce((sum, value) => sum + value * value, 0) / count
    for (let bin = 0; bin < count; bin++) this.amplitude[bin]! /= Math.sqrt(power)
    this.phaseRe = new Float64Array(count)
    this.phaseIm = new Float64Array(count)
    for (let bin = 0; bin < count; bin++) {
      const phase = 2 * Math.PI * stream.uniform()
      this.phaseRe[bin] = Math.cos(phase)
      this.phaseIm[bin] = Math.sin(phase)
    }
    this.#order = orderOf(this.places, (most) => stream.below(most))
  }

  /** Bins in all. */
  get count(): number {
    return this.kx.length
  }

  /** How many signs the bins that carry data have room for: two a bin. */
  get places(): number {
    return 2 * (this.kx.length - this.syncCount)
  }

  /**
   * Which code bit each place carries. Place `2 n` is the part of data bin `n` along its phase, `2 n + 1` that a quarter turn ahead.
   * Every code bit has places from all over the band, so that what takes the fine detail takes some of each.
   */
  codeBits(length: number): Uint16Array {
    const result = new Uint16Array(this.places)
    // Places come ring by ring, shuffled within each stretch: each run of `length` of them has every code bit once.
    for (let at = 0; at < result.length; at++) result[this.#order[at]!] = at % length
    return result
  }
}

interface Bin {
  readonly kx: number
  readonly ky: number
  readonly radius: number
}

/** The bins of the upper half plane within the band, from low to high. */
function binsWithin(size: number, { lowest, highest }: TileBand): Bin[] {
  const result: Bin[] = []
  const most = Math.floor(highest * size)
  for (let ky = 0; ky <= most; ky++)
    for (let kx = -most; kx <= most; kx++) {
      const radius = Math.hypot(kx, ky)
      if (radius < lowest * size || radius > highest * size || (ky === 0 && kx <= 0)) continue
      result.push({ kx, ky, radius })
    }
  return result.sort((a, b) => a.radius - b.radius || a.ky - b.ky || a.kx - b.kx)
}

/** Moves bins that a key chooses to the front, the same share of all radii. */
function withSyncFirst(bins: readonly Bin[], syncCount: number, below: (most: number) => number): Bin[] {
  const chosen = new Set<number>()
  for (let index = 0; index < syncCount; index++) {
    const from = Math.floor((index * bins.length) / syncCount)
    const to = Math.floor(((index + 1) * bins.length) / syncCount)
    chosen.add(from + below(to - from))
  }
  return [...bins.filter((_, index) => chosen.has(index)), ...bins.filter((_, index) => !chosen.has(index))]
}

/** Places within a ring are shuffled; the rings stay in order. */
const ringPlaces = 64

function orderOf(places: number, below: (most: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: places }, (_, index) => index)
  for (let from = 0; from < places; from += ringPlaces) {
    const to = Math.min(places, from + ringPlaces)
    for (let at = to - 1; at > from; at--) {
      const other = from + below(at - from + 1)
      const kept = order[at]!
      order[at] = order[other]!
      order[other] = kept
    }
  }
  return order
}
