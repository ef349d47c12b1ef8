import { checkPlanes, type Plane, strideOf } from './plane.ts'

/** Sums of a block of four by four pixels: of a, of b, of a² + b², of ab. */
const sumsOfBlock = 4

/**
 * Structural similarity of two planes as FFmpeg's filter `ssim` has it: windows of 8x8 at every fourth pixel, all pixels alike, K1 =
 * 0.01, K2 = 0.03. Faster than {@link ssim} and close to it, but not the same number. Pixels beyond the last whole block of four are
 * left out.
 *
 * @param peak the range of the samples: 255 for 8 bits, 1023 for 10
 * @throws RangeError if the sizes differ, or are below 8x8
 */
export function blockSsim(a: Plane, b: Plane, peak = 255): number {
  checkPlanes(a, b)
  const across = a.width >> 2
  const down = a.height >> 2
  if (across < 2 || down < 2)
    throw new RangeError(`SSIM by blocks needs planes of at least 8x8; these have ${a.width}x${a.height}.`)
  // Means of 64 numbers and their variances (by 63), multiplied out so that all but the quotient are whole numbers.
  const c1 = Math.floor((0.01 * peak) ** 2 * 64 + 0.5)
  const c2 = Math.floor((0.03 * peak) ** 2 * 64 * 63 + 0.5)
  let above = new Float64Array(across * sumsOfBlock)
  let here = new Float64Array(across * sumsOfBlock)
  let total = 0
  for (let row = 0; row < down; row++) {
    ;[above, here] = [here, above]
    blockSums(a, b, row, here)
    if (row > 0) total += windowRow(above, here, across, c1, c2)
  }
  return total / ((across - 1) * (down - 1))
}

function blockSums(a: Plane, b: Plane, row: number, sums: Float64Array): void {
  const [left, right] = [a.data, b.data]
  const [leftStep, rightStep] = [a.step ?? 1, b.step ?? 1]
  sums.fill(0)
  for (let y = 4 * row; y < 4 * row + 4; y++) {
    let at = (a.offset ?? 0) + y * strideOf(a)
    let to = (b.offset ?? 0) + y * strideOf(b)
    for (let block = 0; block < sums.length; block += sumsOfBlock) {
      let [ones, others, squares, products] = [0, 0, 0, 0]
      for (let x = 0; x < 4; x++, at += leftStep, to += rightStep) {
        const one = left[at]!
        const other = right[to]!
        ones += one
        others += other
        squares += one * one + other * other
        products += one * other
      }
      sums[block]! += ones
      sums[block + 1]! += others
      sums[block + 2]! += squares
      sums[block + 3]! += products
    }
  }
}

function windowRow(above: Float64Array, here: Float64Array, across: number, c1: number, c2: number): number {
  let total = 0
  for (let block = 0; block < (across - 1) * sumsOfBlock; block += sumsOfBlock) {
    const sum = (index: number) => {
      const at = block + index
      return above[at]! + above[at + sumsOfBlock]! + here[at]! + here[at + sumsOfBlock]!
    }
    const ones = sum(0)
    const others = sum(1)
    const variances = sum(2) * 64 - ones * ones - others * others
    const covariance = sum(3) * 64 - ones * others
    total +=
      ((2 * ones * others + c1) * (2 * covariance + c2)) / ((ones * ones + others * others + c1) * (variances + c2))
  }
  return total
}
