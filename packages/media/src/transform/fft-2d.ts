import { ComplexFft } from './complex-fft.ts'
import { isPowerOfTwo } from './factors.ts'
import { checkArray, type Numbers, numbers, type Precision } from './precision.ts'
import { RealFft } from './real-fft.ts'
import { SimdColumns } from './simd-fft.ts'

function checkSides(width: number, height: number): void {
  for (const [what, side] of Object.entries({ width, height })) {
    if (!isPowerOfTwo(side))
      throw new RangeError(`The ${what} of a 2-D transform must be a power of two, and is ${side}.`)
  }
}

/**
 * A plan for complex discrete Fourier transforms in two dimensions, both sides powers of two. Arrays are row after row,
 * `width` numbers a row; real and imaginary parts are apart; outputs may be the inputs. Nothing is allocated by a
 * transform but views of rows.
 */
export class ComplexFft2d {
  readonly width: number
  readonly height: number
  readonly precision: Precision
  readonly #rows: ComplexFft
  readonly #columns: ColumnFft

  /** @throws RangeError if a side is not a power of two */
  constructor(width: number, height: number, precision: Precision = 'float64') {
    checkSides(width, height)
    this.width = width
    this.height = height
    this.precision = precision
    this.#rows = new ComplexFft(width, precision)
    this.#columns = new ColumnFft(width, height, precision)
  }

  /** Not scaled. @throws RangeError if an array does not have `width * height` numbers */
  forward(re: Numbers, im: Numbers, outRe: Numbers, outIm: Numbers): void {
    this.#both('forward', 1, re, im, outRe, outIm)
  }

  /** The inverse of `forward`, divided by `width * height`. @throws RangeError as `forward` does */
  inverse(re: Numbers, im: Numbers, outRe: Numbers, outIm: Numbers): void {
    // An inverse of the columns is a forward transform with real and imaginary parts exchanged.
    this.#both('inverse', 1 / this.height, im, re, outIm, outRe)
  }

  #both(way: 'forward' | 'inverse', factor: number, re: Numbers, im: Numbers, outRe: Numbers, outIm: Numbers): void {
    const { width, height } = this
    for (const [what, array] of Object.entries({ re, im, outRe, outIm })) checkArray(what, array, width * height)
    for (let at = 0; at < width * height; at += width) {
      const rows = [re, im, outRe, outIm].map((plane) => plane.subarray(at, at + width)) as [
        Numbers,
        Numbers,
        Numbers,
        Numbers,
      ]
      if (way === 'forward') this.#rows.forward(...rows)
      else this.#rows.inverse(rows[1], rows[0], rows[3], rows[2])
    }
    this.#columns.run(outRe, outIm, outRe, outIm, factor)
  }
}

/**
 * A plan for discrete Fourier transforms of real pictures, both sides powers of two. Samples are row after row. A
 * spectrum has `height` rows of `bins` = width / 2 + 1 complex numbers, the horizontal frequencies from 0 to half the
 * width; real and imaginary parts are apart. Nothing is allocated by a transform but views of rows; the plan holds one
 * spectrum after the first inverse.
 */
export class RealFft2d {
  readonly width: number
  readonly height: number
  readonly precision: Precision
  /** Numbers in a row of a spectrum. */
  readonly bins: number
  readonly #rows: RealFft
  readonly #columns: ColumnFft
  #between: readonly [re: Numbers, im: Numbers] | undefined

  /** @throws RangeError if a side is not a power of two */
  constructor(width: number, height: number, precision: Precision = 'float64') {
    checkSides(width, height)
    this.width = width
    this.height = height
    this.precision = precision
    this.#rows = new RealFft(width, precision)
    this.bins = this.#rows.bins
    this.#columns = new ColumnFft(this.bins, height, precision)
  }

  /**
   * Not scaled.
   *
   * @param input `width * height` samples @param re `bins * height` numbers @param im `bins * height` numbers
   * @throws RangeError if an array has another length
   */
  forward(input: Numbers, re: Numbers, im: Numbers): void {
    this.#check(input, re, im)
    const { width, height, bins } = this
    for (let row = 0; row < height; row++) {
      const [from, to] = [row * bins, row * bins + bins]
      this.#rows.forward(input.subarray(row * width, row * width + width), re.subarray(from, to), im.subarray(from, to))
    }
    this.#columns.run(re, im, re, im, 1)
  }

  /** The inverse of `forward`, divided by `width * height`. @throws RangeError as `forward` does */
  inverse(re: Numbers, im: Numbers, output: Numbers): void {
    this.#check(output, re, im)
    const { width, height, bins, precision } = this
    this.#between ??= [numbers(precision, bins * height), numbers(precision, bins * height)]
    const [betweenRe, betweenIm] = this.#between
    this.#columns.run(im, re, betweenIm, betweenRe, 1 / height)
    for (let row = 0; row < height; row++) {
      const [from, to] = [row * bins, row * bins + bins]
      const samples = output.subarray(row * width, row * width + width)
      this.#rows.inverse(betweenRe.subarray(from, to), betweenIm.subarray(from, to), samples)
    }
  }

  #check(samples: Numbers, re: Numbers, im: Numbers): void {
    checkArray('The picture', samples, this.width * this.height)
    checkArray('re', re, this.bins * this.height)
    checkArray('im', im, this.bins * this.height)
  }
}

/** Bytes of a row that are taken at a time: a line of the processor's cache. */
const stripBytes = 64

/** Transforms along the columns of a plane, in strips that are as wide as a line of the cache. */
class ColumnFft {
  readonly #width: number
  readonly #height: number
  readonly #columns: SimdColumns

  constructor(width: number, height: number, precision: Precision) {
    this.#width = width
    this.#height = height
    this.#columns = new SimdColumns(height, stripBytes / (precision === 'float32' ? 4 : 8), precision)
  }

  run(re: Numbers, im: Numbers, outRe: Numbers, outIm: Numbers, factor: number): void {
    const strip = this.#columns
    for (let left = 0; left < this.#width; left += strip.columns) {
      this.#gather(re, im, left)
      strip.run()
      this.#scatter(outRe, outIm, left, factor)
    }
  }

  #gather(re: Numbers, im: Numbers, left: number): void {
    const { input, columns, lanes } = this.#columns
    const width = this.#width
    const taken = Math.min(columns, width - left)
    for (let row = 0, start = 0; row < this.#height; row++, start += 2 * columns) {
      const from = row * width + left
      for (let column = 0; column < taken; column++) {
        const at = start + 2 * column - (column & (lanes - 1))
        input[at] = re[from + column]!
        input[at + lanes] = im[from + column]!
      }
    }
  }

  #scatter(re: Numbers, im: Numbers, left: number, factor: number): void {
    const { output, columns, lanes } = this.#columns
    const width = this.#width
    const taken = Math.min(columns, width - left)
    for (let row = 0, start = 0; row < this.#height; row++, start += 2 * columns) {
      const to = row * width + left
      for (let column = 0; column < taken; column++) {
        const at = start + 2 * column - (column & (lanes - 1))
        re[to + column] = output[at]! * factor
        im[to + column] = output[at + lanes]! * factor
      }
    }
  }
}
