import { openKernel } from '../kernels/open-kernel.ts'
import { radicesOf } from './factors.ts'
import { type Numbers, numbers, type Precision } from './precision.ts'
import { putRoot } from './roots.ts'

/**
 * Functions of `assembly/fft.ts`. Arguments are byte addresses and counts; what they answer is the address of the
 * result.
 */
interface Functions {
  readonly columns32: Columns
  readonly columns64: Columns
  readonly complex32: Complex
  readonly complex64: Complex
  readonly forward32: Forward
  readonly forward64: Forward
  readonly inverse32: Inverse
  readonly inverse64: Inverse
  readonly cosineForward32: CosineForward
  readonly cosineForward64: CosineForward
  readonly cosineInverse32: CosineInverse
  readonly cosineInverse64: CosineInverse
}
type Passes = [w: number, radices: number, passes: number]
type Areas = [x: number, im: number, y: number, ...Passes]
export type Columns = (x: number, y: number, ...rest: [...Passes, n: number, s: number]) => number
export type Complex = (...all: [...Areas, n: number, factor: number]) => number
export type Forward = (...all: [...Areas, h: number, v: number, weights: number]) => number
export type Inverse = (...all: [...Areas, h: number, v: number, factor: number, weights: number]) => number
export type CosineForward = (...all: [...Areas, h: number, v: number, t: number]) => number
export type CosineInverse = (...all: [...Areas, h: number, v: number, t: number, factor: number]) => number

const bytesOf = (precision: Precision): number => (precision === 'float32' ? 4 : 8)
export const lanesOf = (precision: Precision): number => 16 / bytesOf(precision)

/** Whether the kernel takes complex transforms of this length: factors 2, 3 and 5, and at least four whole vectors. */
export const isForKernel = (n: number, precision: Precision): boolean =>
  n % (4 * lanesOf(precision)) === 0 && radicesOf(n, 5) !== undefined

/**
 * Memory of a kernel: the radices, two areas that the passes go to and fro between, their twiddle factors, and tables
 * of those who ask for them. In an area the imaginary parts of split data lie `im` bytes after the real parts. The gaps
 * keep what is used together from falling on the same lines of the processor's cache.
 */
export class FftMemory {
  readonly functions: Functions
  readonly buffer: ArrayBuffer
  readonly radices = 16
  readonly passes: number
  readonly x = 128
  readonly im: number
  readonly y: number
  readonly w: number
  readonly tables: number
  readonly #precision: Precision

  /** @param s how many transforms lie interleaved @param more numbers in tables behind the twiddle factors */
  constructor(precision: Precision, n: number, s: number, more = 0) {
    const radices = radicesOf(n, 5)!
    this.#precision = precision
    const bytes = bytesOf(precision)
    const plane = n * s * bytes
    this.im = plane + 80
    const area = 2 * this.im + 176
    this.y = this.x + area
    this.w = this.y + area
    const twiddles = twiddlesOf(precision, n, s, radices)
    this.tables = this.w + twiddles.byteLength
    const kernel = openKernel<Functions>('fft', this.tables + more * bytes)
    this.functions = kernel.functions
    this.buffer = kernel.buffer
    this.passes = radices.length
    new Uint8Array(this.buffer, this.radices, this.passes).set(radices)
    this.view(this.w, twiddles.length).set(twiddles)
  }

  view(address: number, length: number): Numbers {
    return new (this.#precision === 'float32' ? Float32Array : Float64Array)(this.buffer, address, length)
  }

  /** Where the result of all passes is, if they begin at `x`. */
  get passed(): number {
    return this.passes % 2 === 0 ? this.x : this.y
  }

  /** The other area. */
  get notPassed(): number {
    return this.passes % 2 === 0 ? this.y : this.x
  }
}

/** Twiddle factors as `assembly/fft/passes.ts` describes them. */
function twiddlesOf(precision: Precision, n: number, s: number, radices: readonly number[]): Numbers {
  const lanes = lanesOf(precision)
  let m = n
  let count = 0
  for (const radix of radices) {
    m /= radix
    count += 2 * (radix - 1) * m
  }
  const twiddles = numbers(precision, count)
  let at = 0
  m = n
  for (const [index, radix] of radices.entries()) {
    const length = m
    m /= radix
    // Lane by lane in a first pass of stride 1, else one number for all lanes.
    const group = index === 0 && s === 1 ? lanes : 1
    for (let p = 0; p < m; p += group) {
      for (let k = 1; k < radix; k++, at += 2 * group) {
        for (let lane = 0; lane < group; lane++) putRoot((p + lane) * k, length, twiddles, at + lane, group)
      }
    }
  }
  return twiddles
}
