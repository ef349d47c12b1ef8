import { fold, spectrumAt, type TileSpectrum, tileTransform } from './fold.ts'
import { inverse, type Matrix } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import type { TilePlace } from './sync.ts'
import type { TilePattern } from './tile.ts'

/** Tiles to a side of a part, and parts to a side of a picture at the most. */
const tilesOfPart = 1.5
const mostParts = 6

/** Steps by which parts at the edge are moved against the middle, in canonical pixels. */
const steps = [1, 0.5, 0.25, 0.12, 0.06]

/** How many terms the motion of parts has, across and down: of a whole, of an affine map, of one that is bent. */
export type MotionTerms = 1 | 3 | 6

/**
 * A picture that was read in parts, and the motion of the parts against one another by which all their known waves come together.
 *
 * Where a part is goes from -1 to 1, across (x) and down (y) the picture. The motion to the right is a polynomial of the terms 1, x, y, x²,
 * xy and y², in canonical pixels, and so is the motion down.
 */
export class Parts {
  readonly #pattern: TilePattern
  /** Whether the tile is the negative of the pattern. */
  readonly #inverted: boolean
  /** The highest wave number of the pattern. */
  readonly #most: number
  /** Six numbers a part: the terms there. */
  readonly #terms: number[] = []
  /** What each part holds, turned so that what is known is real where the geometry is exact. */
  readonly #spectra: TileSpectrum[] = []
  /** Known waves of each part, cut down to the root of their magnitude, which `findSync` does as well. */
  readonly #knownRe: Float64Array[] = []
  readonly #knownIm: Float64Array[] = []
  #power = 0
  /** Coefficients of the terms: to the right, then down. */
  readonly motion = new Float64Array(12)
  /** Powers of a part's turn, across and down. */
  readonly #acrossRe: Float64Array
  readonly #acrossIm: Float64Array
  readonly #downRe: Float64Array
  readonly #downIm: Float64Array

  /** @param matrix from canonical pixels to pixels of the residual @param place how the tile lies with it */
  constructor(residual: GreyPlane, matrix: Matrix, place: TilePlace, pattern: TilePattern) {
    this.#pattern = pattern
    this.#inverted = place.inverted ?? false
    this.#most = pattern.kx.reduce((most, k, bin) => Math.max(most, Math.abs(k), pattern.ky[bin]!), 0)
    this.#acrossRe = new Float64Array(2 * this.#most + 1)
    this.#acrossIm = new Float64Array(2 * this.#most + 1)
    this.#downRe = new Float64Array(this.#most + 1)
    this.#downIm = new Float64Array(this.#most + 1)
    const { width, height } = residual
    const [ux, uy, vx, vy] = inverse(matrix)
    const columns = partsOf(width, pattern.size * Math.hypot(matrix[0], matrix[1]))
    const rows = partsOf(height, pattern.size * Math.hypot(matrix[2], matrix[3]))
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const [left, right] = [Math.floor((column * width) / columns), Math.floor(((column + 1) * width) / columns)]
        const [top, bottom] = [Math.floor((row * height) / rows), Math.floor(((row + 1) * height) / rows)]
        const x = (left + right) / width - 1
        const y = (top + bottom) / height - 1
        this.#terms.push(1, x, y, x * x, x * y, y * y)
        const spectrum = tileTransform(
          fold(cut(residual, left, top, right, bottom), matrix, pattern.size),
          pattern.size,
        )
        // A part's tiles begin elsewhere than the picture's, by where the part begins.
        this.#add(spectrumAt(spectrum, pattern), place.right - ux * left - uy * top, place.down - vx * left - vy * top)
      }
  }

  #add(spectrum: TileSpectrum, right: number, down: number): void {
    const { count, syncCount, phaseRe, phaseIm, amplitude } = this.#pattern
    const turned = { re: new Float64Array(count), im: new Float64Array(count) }
    this.#turnInto(turned, spectrum, right, down)
    if (this.#inverted) negate(turned)
    this.#spectra.push(turned)
    const [re, im] = [new Float64Array(syncCount), new Float64Array(syncCount)]
    for (let bin = 0; bin < syncCount; bin++) {
      const a = turned.re[bin]!
      const b = turned.im[bin]!
      const magnitude = Math.hypot(a, b)
      if (magnitude === 0) continue
      const weight = amplitude[bin]! / Math.sqrt(magnitude)
      re[bin] = weight * (a * phaseRe[bin]! + b * phaseIm[bin]!)
      im[bin] = weight * (b * phaseRe[bin]! - a * phaseIm[bin]!)
      this.#power += weight * weight * magnitude * magnitude
    }
    this.#knownRe.push(re)
    this.#knownIm.push(im)
  }

  /** Adds a spectrum to `sum` with its tile moved back by so many cells. */
  #turnInto(sum: TileSpectrum, { re, im }: TileSpectrum, right: number, down: number): void {
    const { count, kx, ky } = this.#pattern
    this.#setTurn(right, down)
    for (let bin = 0; bin < count; bin++) {
      const [c, s] = [this.#turnRe(kx[bin]!, ky[bin]!), this.#turnIm(kx[bin]!, ky[bin]!)]
      sum.re[bin]! += re[bin]! * c - im[bin]! * s
      sum.im[bin]! += re[bin]! * s + im[bin]! * c
    }
  }

  #setTurn(right: number, down: number): void {
    const unit = (2 * Math.PI) / this.#pattern.size
    powers(unit * right, this.#acrossRe, this.#acrossIm, this.#most)
    powers(unit * down, this.#downRe, this.#downIm, 0)
  }

  #turnRe = (kx: number, ky: number): number =>
    this.#acrossRe[this.#most + kx]! * this.#downRe[ky]! - this.#acrossIm[this.#most + kx]! * this.#downIm[ky]!

  #turnIm = (kx: number, ky: number): number =>
    this.#acrossRe[this.#most + kx]! * this.#downIm[ky]! + this.#acrossIm[this.#most + kx]! * this.#downRe[ky]!

  /** How many parts there are. */
  get count(): number {
    return this.#spectra.length
  }

  /** How far all known waves have come together, in standard deviations of chance, as `Sync.z` is. */
  get z(): number {
    return this.#power === 0 ? 0 : (Math.SQRT2 * this.#together()) / Math.sqrt(this.#power)
  }

  /** What the parts hold together with the motion taken back, as a tile that lies at `place`. */
  spectrum({ right, down, inverted }: TilePlace = { right: 0, down: 0 }): TileSpectrum {
    const { count } = this.#pattern
    const sum = { re: new Float64Array(count), im: new Float64Array(count) }
    this.#spectra.forEach((spectrum, part) => {
      this.#turnInto(sum, spectrum, this.#moved(part, 0) - right, this.#moved(part, 6) - down)
    })
    if (inverted) negate(sum)
    return sum
  }

  /** Changes the motion until the parts come together the best. */
  climb(terms: MotionTerms): void {
    const { motion } = this
    let best = this.#together()
    for (const step of steps)
      for (let round = 0, better = true; better && round < 6; round++) {
        better = false
        for (let entry = 0; entry < 12; entry++) {
          if (entry % 6 >= terms) continue
          const before = motion[entry]!
          for (const way of [-step, step]) {
            motion[entry] = before + way
            const sum = this.#together()
            if (sum > best) {
              best = sum
              better = true
              break
            }
            motion[entry] = before
          }
        }
      }
  }

  /** The motion of a part, to the right (`first` 0) or down (6). */
  #moved(part: number, first: number): number {
    const { motion } = this
    let sum = 0
    for (let term = 0; term < 6; term++) sum += motion[first + term]! * this.#terms[6 * part + term]!
    return sum
  }

  /** The sum of all parts' known waves with the motion taken back. */
  #together(): number {
    const { syncCount, kx, ky } = this.#pattern
    const most = this.#most
    const acrossRe = this.#acrossRe
    const acrossIm = this.#acrossIm
    const downRe = this.#downRe
    const downIm = this.#downIm
    let sum = 0
    for (let part = 0; part < this.#knownRe.length; part++) {
      this.#setTurn(this.#moved(part, 0), this.#moved(part, 6))
      const re = this.#knownRe[part]!
      const im = this.#knownIm[part]!
      for (let bin = 0; bin < syncCount; bin++) {
        const column = most + kx[bin]!
        const row = ky[bin]!
        const c = acrossRe[column]! * downRe[row]! - acrossIm[column]! * downIm[row]!
        const s = acrossRe[column]! * downIm[row]! + acrossIm[column]! * downRe[row]!
        sum += re[bin]! * c - im[bin]! * s
      }
    }
    return sum
  }
}

/** `exp(i k angle)` for each k from `-first` to the end of the arrays. */
function powers(angle: number, re: Float64Array, im: Float64Array, first: number): void {
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  re[first] = 1
  im[first] = 0
  for (let k = 1; first + k < re.length; k++) {
    const a = re[first + k - 1]!
    const b = im[first + k - 1]!
    re[first + k] = a * c - b * s
    im[first + k] = a * s + b * c
    if (k > first) continue
    re[first - k] = re[first + k]!
    im[first - k] = -im[first + k]!
  }
}

function negate({ re, im }: TileSpectrum): void {
  for (let bin = 0; bin < re.length; bin++) {
    re[bin] = -re[bin]!
    im[bin] = -im[bin]!
  }
}

/** How many parts a side is cut into. */
const partsOf = (side: number, tile: number): number =>
  Math.max(1, Math.min(mostParts, Math.round(side / (tilesOfPart * tile))))

function cut({ data, width }: GreyPlane, left: number, top: number, right: number, bottom: number): GreyPlane {
  const out = new Float32Array((right - left) * (bottom - top))
  for (let y = top, to = 0; y < bottom; y++, to += right - left)
    out.set(data.subarray(y * width + left, y * width + right), to)
  return { data: out, width: right - left, height: bottom - top }
}
