import { checkPlanes, type Plane, strideOf } from './plane.ts'

/** Radius of the window: eleven by eleven pixels. */
const radius = 5
export const ssimWindow = 2 * radius + 1
const sigma = 1.5

/** Weights of the window from its middle outwards. */
const [w0, w1, w2, w3, w4, w5] = gaussian() as [number, number, number, number, number, number]

function gaussian(): number[] {
  const weight = (distance: number) => Math.exp(-(distance ** 2) / (2 * sigma ** 2))
  const half = Array.from({ length: radius + 1 }, (_, distance) => weight(distance))
  const sum = half.reduce((total, value, distance) => total + value * (distance === 0 ? 1 : 2), 0)
  return half.map((value) => value / sum)
}

/** Means over all windows of a plane. */
export interface SsimParts {
  readonly ssim: number
  /** Of contrast and structure alone: what MS-SSIM takes from the finer scales. */
  readonly structure: number
}

/**
 * Structural similarity of two planes: 1 if they are the same.
 *
 * Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE Transactions on
 * Image Processing 13 (2004): a Gaussian window of 11x11 with a standard deviation of 1.5, K1 = 0.01, K2 = 0.03, the mean over all
 * windows that lie within the picture. That is scikit-image's `structural_similarity(gaussian_weights=True, sigma=1.5,
 * use_sample_covariance=False)`.
 *
 * @param peak the range of the samples: 255 for 8 bits
 * @throws RangeError if the sizes differ, or are below 11x11
 */
export const ssim = (a: Plane, b: Plane, peak = 255): number => ssimParts(a, b, peak).ssim

/** {@link ssim} with its part for contrast and structure. */
export function ssimParts(a: Plane, b: Plane, peak = 255): SsimParts {
  checkPlanes(a, b)
  const { width, height } = a
  if (width < ssimWindow || height < ssimWindow)
    throw new RangeError(`SSIM needs planes of at least ${ssimWindow}x${ssimWindow}; these have ${width}x${height}.`)
  const across = width - 2 * radius
  const rows = new WindowRows(width)
  const means = new Float64Array(4 * across)
  const [c1, c2] = [(0.01 * peak) ** 2, (0.03 * peak) ** 2]
  const totals: Totals = { ssim: 0, structure: 0 }
  for (let y = 0; y < height; y++) {
    rows.add(a, b, y)
    if (y < 2 * radius) continue
    rows.middle(means)
    addRow(means, across, c1, c2, totals)
  }
  const windows = across * (height - 2 * radius)
  return { ssim: totals.ssim / windows, structure: totals.structure / windows }
}

interface Totals {
  ssim: number
  structure: number
}

/**
 * Four weighted means tell all: of sums s = a + b and differences d = a - b, and of their squares. With S, D, SS, DD for them,
 * 2 ab = (S² - D²) / 2, a² + b² = (S² + D²) / 2, and likewise for the variances. Where a = b the differences are 0, and the
 * quotient is exactly 1.
 */
function addRow(means: Float64Array, across: number, c1: number, c2: number, totals: Totals): void {
  let [ssim, structure] = [0, 0]
  for (let x = 0; x < across; x++) {
    const sum = means[x]!
    const difference = means[across + x]!
    const sumSquared = sum * sum
    const differenceSquared = difference * difference
    const sumVariance = means[2 * across + x]! - sumSquared
    const differenceVariance = means[3 * across + x]! - differenceSquared
    const likeness = ((sumVariance - differenceVariance) / 2 + c2) / ((sumVariance + differenceVariance) / 2 + c2)
    const luminance = ((sumSquared - differenceSquared) / 2 + c1) / ((sumSquared + differenceSquared) / 2 + c1)
    structure += likeness
    ssim += likeness * luminance
  }
  totals.ssim += ssim
  totals.structure += structure
}

/** The last eleven rows, weighted along x: for each the means of s, d, s² and d², one after the other. */
class WindowRows {
  readonly #across: number
  readonly #rows: Float64Array[]
  readonly #sums: Float64Array
  readonly #differences: Float64Array
  readonly #squared: Float64Array
  #next = 0

  constructor(width: number) {
    this.#across = width - 2 * radius
    this.#rows = Array.from({ length: ssimWindow }, () => new Float64Array(4 * this.#across))
    this.#sums = new Float64Array(width)
    this.#differences = new Float64Array(width)
    this.#squared = new Float64Array(width)
  }

  /** Takes in row `y` in place of the oldest. */
  add(a: Plane, b: Plane, y: number): void {
    const row = this.#rows[this.#next]!
    this.#next = (this.#next + 1) % ssimWindow
    readRow(a, b, y, this.#sums, this.#differences)
    this.#along(this.#sums, row.subarray(0, this.#across), row.subarray(2 * this.#across, 3 * this.#across))
    this.#along(this.#differences, row.subarray(this.#across, 2 * this.#across), row.subarray(3 * this.#across))
  }

  /** Weighs the values of a row, and their squares, along x. */
  #along(values: Float64Array, means: Float64Array, squares: Float64Array): void {
    alongRow(values, means)
    const squared = this.#squared
    for (let x = 0; x < squared.length; x++) squared[x] = values[x]! * values[x]!
    alongRow(squared, squares)
  }

  /** Weighs the eleven rows along y. */
  middle(means: Float64Array): void {
    const row = (age: number) => this.#rows[(this.#next + age) % ssimWindow]!
    const [r0, r1, r2, r3, r4, r5] = [row(0), row(1), row(2), row(3), row(4), row(5)]
    const [r6, r7, r8, r9, r10] = [row(6), row(7), row(8), row(9), row(10)]
    for (let i = 0; i < means.length; i++)
      means[i] =
        w5 * (r0[i]! + r10[i]!) +
        w4 * (r1[i]! + r9[i]!) +
        w3 * (r2[i]! + r8[i]!) +
        w2 * (r3[i]! + r7[i]!) +
        w1 * (r4[i]! + r6[i]!) +
        w0 * r5[i]!
  }
}

function alongRow(values: Float64Array, means: Float64Array): void {
  for (let x = 0; x < means.length; x++)
    means[x] =
      w5 * (values[x]! + values[x + 10]!) +
      w4 * (values[x + 1]! + values[x + 9]!) +
      w3 * (values[x + 2]! + values[x + 8]!) +
      w2 * (values[x + 3]! + values[x + 7]!) +
      w1 * (values[x + 4]! + values[x + 6]!) +
      w0 * values[x + 5]!
}

function readRow(a: Plane, b: Plane, y: number, sums: Float64Array, differences: Float64Array): void {
  const [left, right] = [a.data, b.data]
  const [leftStep, rightStep] = [a.step ?? 1, b.step ?? 1]
  let at = (a.offset ?? 0) + y * strideOf(a)
  let to = (b.offset ?? 0) + y * strideOf(b)
  for (let x = 0; x < sums.length; x++, at += leftStep, to += rightStep) {
    const one = left[at]!
    const other = right[to]!
    sums[x] = one + other
    differences[x] = one - other
  }
}
