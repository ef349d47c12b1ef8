import { fold, spectrumAt, tileTransform } from './fold.ts'
import { inverse, type Matrix } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import type { Sync } from './sync.ts'
import type { TilePattern } from './tile.ts'

/** Tiles to a side of a part, and parts to a side of a picture at the most. */
const tilesOfPart = 1.5
const mostParts = 5

/** Steps by which parts at the edge are moved against the middle, in canonical pixels. */
const steps = [1, 0.5, 0.25, 0.12, 0.06]

/**
 * Makes a geometry exact. The picture is read in parts, each by itself; then the affine motion of the parts against one another is
 * looked for by which all their known waves come together the best. That costs little more than reading the picture once.
 *
 * It finds what is off by up to two or three canonical pixels at the picture's edge. What it finds fits chance better, too: how sure a
 * mark is must be told from the geometry that came in.
 *
 * @param matrix from canonical pixels to pixels of the residual
 * @param sync where the tile begins with that matrix
 * @returns the better matrix; the tile begins elsewhere then
 */
export function refineMatrix(
  residual: GreyPlane,
  matrix: Matrix,
  sync: Pick<Sync, 'right' | 'down'>,
  pattern: TilePattern,
): Matrix {
  const { width, height } = residual
  const back = inverse(matrix)
  const parts = new Parts(residual, matrix, back, sync, pattern)
  const motion = parts.climb()
  // Parts lie from -1 to 1 across and down the picture; `motion` is in canonical pixels of that. The motion of pixels is theirs of the
  // half sides, and that of canonical pixels follows through the matrix.
  const ofPixels: Matrix = [
    (2 * motion[0]!) / width,
    (2 * motion[1]!) / height,
    (2 * motion[2]!) / width,
    (2 * motion[3]!) / height,
  ]
  return inverse([back[0] - ofPixels[0], back[1] - ofPixels[1], back[2] - ofPixels[2], back[3] - ofPixels[3]])
}

/** The known waves of each part of a picture, turned so that all are real where the geometry is exact. */
class Parts {
  readonly #pattern: TilePattern
  readonly #most: number
  /** Where the parts are, -1 to 1. */
  readonly #x: number[] = []
  readonly #y: number[] = []
  readonly #re: Float64Array[] = []
  readonly #im: Float64Array[] = []
  /** Motion to the right and down in canonical pixels: across, down, across, down, and of all. */
  readonly #motion = new Float64Array(6)
  /** Powers of a part's turn, across and down. */
  readonly #acrossRe: Float64Array
  readonly #acrossIm: Float64Array
  readonly #downRe: Float64Array
  readonly #downIm: Float64Array

  constructor(
    residual: GreyPlane,
    matrix: Matrix,
    back: Matrix,
    { right, down }: Pick<Sync, 'right' | 'down'>,
    pattern: TilePattern,
  ) {
    this.#pattern = pattern
    this.#most = pattern.kx.reduce((most, k, bin) => Math.max(most, Math.abs(k), pattern.ky[bin]!), 0)
    this.#acrossRe = new Float64Array(2 * this.#most + 1)
    this.#acrossIm = new Float64Array(2 * this.#most + 1)
    this.#downRe = new Float64Array(this.#most + 1)
    this.#downIm = new Float64Array(this.#most + 1)
    const { width, height } = residual
    const columns = partsOf(width, pattern.size * Math.hypot(matrix[0], matrix[1]))
    const rows = partsOf(height, pattern.size * Math.hypot(matrix[2], matrix[3]))
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const left = Math.floor((column * width) / columns)
        const top = Math.floor((row * height) / rows)
        const part = cut(
          residual,
          left,
          top,
          Math.floor(((column + 1) * width) / columns),
          Math.floor(((row + 1) * height) / rows),
        )
        const moved = { right: right - back[0] * left - back[1] * top, down: down - back[2] * left - back[3] * top }
        this.#x.push((2 * (left + part.width / 2)) / width - 1)
        this.#y.push((2 * (top + part.height / 2)) / height - 1)
        this.#read(part, matrix, moved)
      }
  }

  #read(part: GreyPlane, matrix: Matrix, { right, down }: Pick<Sync, 'right' | 'down'>): void {
    const { size, syncCount, kx, ky, phaseRe, phaseIm, amplitude } = this.#pattern
    const spectrum = spectrumAt(tileTransform(fold(part, matrix, size), size), this.#pattern)
    const [re, im] = [new Float64Array(syncCount), new Float64Array(syncCount)]
    for (let bin = 0; bin < syncCount; bin++) {
      const a = spectrum.re[bin]!
      const b = spectrum.im[bin]!
      const magnitude = Math.hypot(a, b)
      if (magnitude === 0) continue
      const turn = (2 * Math.PI * (kx[bin]! * right + ky[bin]! * down)) / size
      const [c, s] = [Math.cos(turn), Math.sin(turn)]
      const turnRe = c * phaseRe[bin]! + s * phaseIm[bin]!
      const turnIm = s * phaseRe[bin]! - c * phaseIm[bin]!
      const weight = amplitude[bin]! / Math.sqrt(magnitude)
      re[bin] = weight * (a * turnRe - b * turnIm)
      im[bin] = weight * (a * turnIm + b * turnRe)
    }
    this.#re.push(re)
    this.#im.push(im)
  }

  /** The motion that brings the parts together the best. */
  climb(): Float64Array {
    const motion = this.#motion
    let best = this.#together()
    for (const step of steps)
      for (let round = 0, moved = true; moved && round < 6; round++) {
        moved = false
        for (let entry = 0; entry < motion.length; entry++) {
          const before = motion[entry]!
          for (const way of [-step, step]) {
            motion[entry] = before + way
            const sum = this.#together()
            if (sum > best) {
              best = sum
              moved = true
              break
            }
            motion[entry] = before
          }
        }
      }
    return motion
  }

  /** The sum of all parts' waves with the motion taken back. */
  #together(): number {
    const { size, syncCount, kx, ky } = this.#pattern
    const motion = this.#motion
    const most = this.#most
    let sum = 0
    for (let part = 0; part < this.#x.length; part++) {
      const x = this.#x[part]!
      const y = this.#y[part]!
      powers(
        (2 * Math.PI * (motion[0]! * x + motion[1]! * y + motion[4]!)) / size,
        this.#acrossRe,
        this.#acrossIm,
        most,
      )
      powers((2 * Math.PI * (motion[2]! * x + motion[3]! * y + motion[5]!)) / size, this.#downRe, this.#downIm, 0)
      const re = this.#re[part]!
      const im = this.#im[part]!
      for (let bin = 0; bin < syncCount; bin++) {
        const column = most + kx[bin]!
        const row = ky[bin]!
        const c = this.#acrossRe[column]! * this.#downRe[row]! - this.#acrossIm[column]! * this.#downIm[row]!
        const s = this.#acrossRe[column]! * this.#downIm[row]! + this.#acrossIm[column]! * this.#downRe[row]!
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

/** How many parts a side is cut into. */
const partsOf = (side: number, tile: number): number =>
  Math.max(1, Math.min(mostParts, Math.round(side / (tilesOfPart * tile))))

function cut({ data, width }: GreyPlane, left: number, top: number, right: number, bottom: number): GreyPlane {
  const out = new Float32Array((right - left) * (bottom - top))
  for (let y = top, to = 0; y < bottom; y++, to += right - left)
    out.set(data.subarray(y * width + left, y * width + right), to)
  return { data: out, width: right - left, height: bottom - top }
}
