import type { Engine } from './engine.ts'
import { type Columns, type Complex, FftMemory, lanesOf } from './fft-memory.ts'
import type { Numbers, Precision } from './precision.ts'

/** A complex transform of a length that `isForKernel` allows. */
export class SimdFft implements Engine {
  readonly inRe: Numbers
  readonly inIm: Numbers
  readonly outRe: Numbers
  readonly outIm: Numbers
  readonly #memory: FftMemory
  readonly #transform: Complex
  readonly #n: number

  constructor(n: number, precision: Precision) {
    const memory = new FftMemory(precision, n, 1)
    this.#memory = memory
    this.#n = n
    this.#transform = precision === 'float32' ? memory.functions.complex32 : memory.functions.complex64
    this.inRe = memory.view(memory.x, n)
    this.inIm = memory.view(memory.x + memory.im, n)
    this.outRe = memory.view(memory.notPassed, n)
    this.outIm = memory.view(memory.notPassed + memory.im, n)
  }

  run(factor: number): void {
    const { x, im, y, w, radices, passes } = this.#memory
    this.#transform(x, im, y, w, radices, passes, this.#n, factor)
  }
}

/**
 * Complex transforms of several columns at once. In `input` and `output` the real parts of `lanes` neighbours in a row
 * are followed by their imaginary parts, then come those of the next neighbours, and the next row after `columns` of
 * them.
 */
export class SimdColumns {
  readonly columns: number
  readonly lanes: number
  readonly input: Numbers
  readonly output: Numbers
  readonly #memory: FftMemory
  readonly #transform: Columns
  readonly #n: number

  /** @param n length of a column, with factors 2, 3 and 5 alone @param columns how many, a multiple of 4 */
  constructor(n: number, columns: number, precision: Precision) {
    const memory = new FftMemory(precision, n, columns)
    this.#memory = memory
    this.#n = n
    this.#transform = precision === 'float32' ? memory.functions.columns32 : memory.functions.columns64
    this.columns = columns
    this.lanes = lanesOf(precision)
    this.input = memory.view(memory.x, 2 * n * columns)
    this.output = memory.view(memory.passed, 2 * n * columns)
  }

  run(): void {
    const { x, y, w, radices, passes } = this.#memory
    this.#transform(x, y, w, radices, passes, this.#n, this.columns)
  }
}
