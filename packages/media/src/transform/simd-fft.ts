import { openKernel } from '../kernels/open-kernel.ts'
import type { Engine } from './engine.ts'
import { radicesOf } from './factors.ts'
import { type Numbers, type NumbersOf, numbers, type Precision } from './precision.ts'
import { putRoot } from './roots.ts'

/** Functions of `assembly/fft.ts`. Arguments are byte addresses and counts; what they answer is the address of the result. */
interface Functions {
  readonly columns32: Columns
  readonly columns64: Columns
  readonly complex32: Complex
  readonly complex64: Complex
  readonly forward32: Forward
  readonly forward64: Forward
  readonly inverse32: Inverse
  readonly inverse64: Inverse
}
type Passes = [w: number, radices: number, passes: number]
type Columns = (x: number, y: number, ...rest: [...Passes, n: number, s: number]) => number
type Complex = (x: number, im: number, y: number, ...rest: [...Passes, n: number, factor: number]) => number
type Forward = (x: number, im: number, y: number, ...rest: [...Passes, h: number, v: number]) => number
type Inverse = (x: number, im: number, y: number, ...rest: [...Passes, h: number, v: number, factor: number]) => number

const bytesOf = (precision: Precision): number => (precision === 'float32' ? 4 : 8)
const lanesOf = (precision: Precision): number => 16 / bytesOf(precision)

/** Whether the kernel takes complex transforms of this length: factors 2, 3 and 5, and at least four whole vectors. */
export const isForKernel = (n: number, precision: Precision): boolean =>
  n % (4 * lanesOf(precision)) === 0 && radicesOf(n, 5) !== undefined

/**
 * Memory of a kernel: the radices, two areas that the passes go to and fro between, their twiddle factors, and two tables more. In an area
 * the imaginary parts of split data lie `im` bytes after the real parts. The gaps keep what is used together from falling on the
 * same lines of the processor's cache.
 */
class Memory {
  readonly functions: Functions
  readonly buffer: ArrayBuffer
  readonly radices = 16
  readonly passes: number
  readonly x = 128
  readonly im: number
  readonly y: number
  readonly w: number
  readonly tables: readonly [number, number]

  /** @param s how many transforms lie interleaved @param table numbers in each of the two tables */
  constructor(precision: Precision, n: number, s: number, radices: readonly number[], table = 0) {
    const bytes = bytesOf(precision)
    const plane = n * s * bytes
    this.im = plane + 80
    const area = 2 * this.im + 176
    this.y = this.x + area
    this.w = this.y + area
    const twiddles = twiddlesOf(precision, n, s, radices)
    const first = this.w + twiddles.byteLength
    this.tables = [first, first + table * bytes]
    const kernel = openKernel<Functions>('fft', first + 2 * table * bytes)
    this.functions = kernel.functions
    this.buffer = kernel.buffer
    this.passes = radices.length
    new Uint8Array(this.buffer, this.radices, this.passes).set(radices)
    this.view(precision, this.w, twiddles.length).set(twiddles)
  }

  view<P extends Precision>(precision: P, address: number, length: number): NumbersOf<P> {
    const Numbers = precision === 'float32' ? Float32Array : Float64Array
    return new Numbers(this.buffer, address, length) as NumbersOf<P>
  }

  /** Where the result of all passes is, if they begin at `x`. */
  get passed(): number {
    return this.passes % 2 === 0 ? this.x : this.y
  }

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

/** A complex transform of a length that `isForKernel` allows. */
export class SimdFft implements Engine {
  readonly inRe: Numbers
  readonly inIm: Numbers
  readonly outRe: Numbers
  readonly outIm: Numbers
  readonly #memory: Memory
  readonly #transform: Complex
  readonly #n: number

  constructor(n: number, precision: Precision) {
    const memory = new Memory(precision, n, 1, radicesOf(n, 5)!)
    this.#memory = memory
    this.#n = n
    this.#transform = precision === 'float32' ? memory.functions.complex32 : memory.functions.complex64
    this.inRe = memory.view(precision, memory.x, n)
    this.inIm = memory.view(precision, memory.x + memory.im, n)
    this.outRe = memory.view(precision, memory.notPassed, n)
    this.outIm = memory.view(precision, memory.notPassed + memory.im, n)
  }

  run(factor: number): void {
    const { x, im, y, w, radices, passes } = this.#memory
    this.#transform(x, im, y, w, radices, passes, this.#n, factor)
  }
}

/** Real transforms of a length 2 h with h as `isForKernel` allows. Each spoils its input. */
export class SimdRealFft {
  /** What `forward` takes. */
  readonly samples: Numbers
  /** What `forward` leaves: h + 1 numbers each. */
  readonly spectrumRe: Numbers
  readonly spectrumIm: Numbers
  /** What `inverse` takes: h + 1 numbers each. */
  readonly inRe: Numbers
  readonly inIm: Numbers
  /** What `inverse` leaves. */
  readonly outSamples: Numbers
  readonly #memory: Memory
  readonly #forward: Forward
  readonly #inverse: Inverse
  readonly #h: number

  constructor(h: number, precision: Precision) {
    const memory = new Memory(precision, h, 1, radicesOf(h, 5)!, h)
    const { functions, tables, x, im, notPassed } = memory
    this.#memory = memory
    this.#h = h
    this.#forward = precision === 'float32' ? functions.forward32 : functions.forward64
    this.#inverse = precision === 'float32' ? functions.inverse32 : functions.inverse64
    const lanes = lanesOf(precision)
    const forwardTable = memory.view(precision, tables[0], h)
    const inverseTable = memory.view(precision, tables[1], h)
    const root = [0, 0]
    for (let k = 0; k < h / 2; k++) {
      putRoot(k, 2 * h, root, 0)
      for (const [part, value] of root.entries()) {
        const at = (2 * Math.floor(k / lanes) + part) * lanes + (k % lanes)
        forwardTable[at] = value / 2
        inverseTable[at] = value / (2 * h)
      }
    }
    this.samples = memory.view(precision, x, 2 * h)
    this.spectrumRe = memory.view(precision, notPassed, h + 1)
    this.spectrumIm = memory.view(precision, notPassed + im, h + 1)
    this.inRe = memory.view(precision, x, h + 1)
    this.inIm = memory.view(precision, x + im, h + 1)
    this.outSamples = memory.view(precision, memory.passed, 2 * h)
  }

  forward(): void {
    const { x, im, y, w, radices, passes, tables } = this.#memory
    this.#forward(x, im, y, w, radices, passes, this.#h, tables[0])
  }

  /** Divided by the length. */
  inverse(): void {
    const { x, im, y, w, radices, passes, tables } = this.#memory
    this.#inverse(x, im, y, w, radices, passes, this.#h, tables[1], 1 / (2 * this.#h))
  }
}
