import { checkArray, checkLength, type Numbers, numbers } from './precision.ts'

/** One level of a transform. Both have ceil(n / 2) numbers. */
export interface HaarBands {
  /** (x[2 j] + x[2 j + 1]) / sqrt(2) */
  readonly approximation: Numbers
  /** (x[2 j] - x[2 j + 1]) / sqrt(2) */
  readonly detail: Numbers
}

/** Several levels: what is left of the signal, and the details from the coarsest level to the finest. */
export interface HaarLevels {
  readonly approximation: Numbers
  readonly details: readonly Numbers[]
}

const like = (values: Numbers, length: number): Numbers =>
  numbers(values instanceof Float32Array ? 'float32' : 'float64', length)

/**
 * Orthonormal Haar transform, one level. A signal of odd length goes on with its last number once more, so the last
 * detail is 0. This is PyWavelets' `dwt(x, 'haar')`, where the modes `symmetric` and `periodization` agree.
 *
 * A. Haar, Zur Theorie der orthogonalen Funktionensysteme, Math. Ann. 69 (1910).
 *
 * @returns bands in the precision of the signal
 * @throws RangeError if the signal is empty
 */
export function haar(signal: Numbers): HaarBands {
  checkLength('The length of the signal', signal.length)
  const half = Math.ceil(signal.length / 2)
  const bands = { approximation: like(signal, half), detail: like(signal, half) }
  for (let j = 0; j < half; j++) {
    const even = signal[2 * j]!
    const odd = 2 * j + 1 < signal.length ? signal[2 * j + 1]! : even
    bands.approximation[j] = (even + odd) * Math.SQRT1_2
    bands.detail[j] = (even - odd) * Math.SQRT1_2
  }
  return bands
}

/**
 * The inverse of `haar`.
 *
 * @param length of the signal: twice that of the bands, or one less
 * @throws RangeError if the bands do not have ceil(length / 2) numbers
 */
export function inverseHaar({ approximation, detail }: HaarBands, length = 2 * approximation.length): Numbers {
  checkArray('The approximation', approximation, Math.ceil(length / 2))
  checkArray('The detail', detail, approximation.length)
  const signal = like(approximation, length)
  for (let j = 0; j < length; j++) {
    const detailed = j % 2 === 0 ? detail[j >> 1]! : -detail[j >> 1]!
    signal[j] = (approximation[j >> 1]! + detailed) * Math.SQRT1_2
  }
  return signal
}

/** How many levels a length can be transformed in: as many as it takes to get to one number. */
export const haarMaxLevels = (length: number): number => Math.ceil(Math.log2(length))

function checkLevels(levels: number, length: number): void {
  if (!Number.isInteger(levels) || levels < 1 || levels > Math.max(1, haarMaxLevels(length))) {
    throw new RangeError(
      `The levels must be a whole number from 1 to ${Math.max(1, haarMaxLevels(length))}, and are ${levels}.`,
    )
  }
}

/**
 * Orthonormal Haar transform, several levels: each splits the approximation of the one before. PyWavelets' `wavedec(x,
 * 'haar')`.
 *
 * @throws RangeError if the signal is empty or does not have that many levels
 */
export function haarLevels(signal: Numbers, levels: number): HaarLevels {
  checkLength('The length of the signal', signal.length)
  checkLevels(levels, signal.length)
  const details: Numbers[] = []
  let approximation = signal
  for (let level = 0; level < levels; level++) {
    const bands = haar(approximation)
    approximation = bands.approximation
    details.unshift(bands.detail)
  }
  return { approximation, details }
}

/**
 * The inverse of `haarLevels`. @param length of the signal @throws RangeError if a band has another length than it must
 * have
 */
export function inverseHaarLevels({ approximation, details }: HaarLevels, length: number): Numbers {
  return details.reduce((signal, detail, index) => {
    // Finer details say how long the signal of this level was.
    const next = details[index + 1]?.length ?? length
    return inverseHaar({ approximation: signal, detail }, next)
  }, approximation)
}

/** One level of a transform in two dimensions: ceil(width / 2) by ceil(height / 2) numbers each, row after row. */
export interface HaarQuarters {
  readonly approximation: Numbers
  /** Differences from row to row: horizontal edges. */
  readonly horizontal: Numbers
  /** Differences from column to column: vertical edges. */
  readonly vertical: Numbers
  readonly diagonal: Numbers
}

/**
 * Orthonormal Haar transform of a plane, one level, along rows and columns; odd sides as in `haar`. PyWavelets'
 * `dwt2(x, 'haar')`.
 *
 * @param plane `width * height` numbers, row after row
 * @throws RangeError if the plane does not have that many
 */
export function haar2d(plane: Numbers, width: number, height: number): HaarQuarters {
  checkLength('The width', width)
  checkLength('The height', height)
  checkArray('The plane', plane, width * height)
  const [wide, high] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const quarter = () => like(plane, wide * high)
  const quarters = { approximation: quarter(), horizontal: quarter(), vertical: quarter(), diagonal: quarter() }
  for (let row = 0; row < high; row++) {
    const above = 2 * row * width
    const below = 2 * row + 1 < height ? above + width : above
    for (let column = 0, at = row * wide; column < wide; column++, at++) {
      const left = 2 * column
      const right = left + 1 < width ? left + 1 : left
      const a = plane[above + left]!
      const b = plane[above + right]!
      const c = plane[below + left]!
      const d = plane[below + right]!
      quarters.approximation[at] = (a + b + c + d) / 2
      quarters.horizontal[at] = (a + b - c - d) / 2
      quarters.vertical[at] = (a - b + c - d) / 2
      quarters.diagonal[at] = (a - b - c + d) / 2
    }
  }
  return quarters
}

/** The inverse of `haar2d`. @throws RangeError if a band does not have ceil(width / 2) * ceil(height / 2) numbers */
export function inverseHaar2d(quarters: HaarQuarters, width: number, height: number): Numbers {
  const [wide, high] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  for (const [what, band] of Object.entries(quarters)) checkArray(`The ${what} band`, band, wide * high)
  const plane = like(quarters.approximation, width * height)
  for (let row = 0; row < height; row++) {
    const down = row % 2 === 0 ? 1 : -1
    for (let column = 0; column < width; column++) {
      const across = column % 2 === 0 ? 1 : -1
      const at = (row >> 1) * wide + (column >> 1)
      const upper = quarters.approximation[at]! + down * quarters.horizontal[at]!
      const lower = quarters.vertical[at]! + down * quarters.diagonal[at]!
      plane[row * width + column] = (upper + across * lower) / 2
    }
  }
  return plane
}

/**
 * Several levels in two dimensions: what is left of the plane, and the details from the coarsest level to the finest.
 */
export interface HaarPyramid {
  readonly approximation: Numbers
  readonly details: readonly Omit<HaarQuarters, 'approximation'>[]
}

/**
 * Orthonormal Haar transform of a plane, several levels. PyWavelets' `wavedec2(x, 'haar')`.
 *
 * @throws RangeError if the plane does not have `width * height` numbers, or its longer side not that many levels
 */
export function haarPyramid(plane: Numbers, width: number, height: number, levels: number): HaarPyramid {
  checkLevels(levels, Math.max(width, height))
  const details: Omit<HaarQuarters, 'approximation'>[] = []
  let approximation = plane
  let [wide, high] = [width, height]
  for (let level = 0; level < levels; level++) {
    const { approximation: rest, ...detail } = haar2d(approximation, wide, high)
    details.unshift(detail)
    approximation = rest
    wide = Math.ceil(wide / 2)
    high = Math.ceil(high / 2)
  }
  return { approximation, details }
}

/** The inverse of `haarPyramid`. @throws RangeError if a band has another length than it must have */
export function inverseHaarPyramid({ approximation, details }: HaarPyramid, width: number, height: number): Numbers {
  const halved = (side: number, times: number): number => (times === 0 ? side : halved(Math.ceil(side / 2), times - 1))
  return details.reduce((plane, detail, index) => {
    const finer = details.length - 1 - index
    return inverseHaar2d({ approximation: plane, ...detail }, halved(width, finer), halved(height, finer))
  }, approximation)
}
