import { type CosineForward, type CosineInverse, FftMemory, lanesOf } from './fft-memory.ts'
import type { CosineWay } from './plain-dct.ts'
import type { Numbers, Precision } from './precision.ts'
import { putRoot } from './roots.ts'
import { putMirrorTables } from './simd-real-fft.ts'

/** Cosine transforms of a length whose half `isForKernel` allows. */
export class SimdDct implements CosineWay {
  readonly samples: Numbers
  readonly coefficients: Numbers
  readonly inCoefficients: Numbers
  readonly outSamples: Numbers
  readonly #memory: FftMemory
  readonly #forward: CosineForward
  readonly #inverse: CosineInverse
  readonly #h: number
  readonly #inverseTable: number
  readonly #turns: number

  /** @param length an even number @param scale as `CosineWay` says */
  constructor(length: number, precision: Precision, scale: number) {
    const h = length / 2
    // Two tables of h numbers, then the turns and the one at h, which has a block of its own.
    const lanes = lanesOf(precision)
    const memory = new FftMemory(precision, h, 1, 4 * h + 2 * lanes)
    const { functions } = memory
    this.#memory = memory
    this.#h = h
    this.#forward = precision === 'float32' ? functions.cosineForward32 : functions.cosineForward64
    this.#inverse = precision === 'float32' ? functions.cosineInverse32 : functions.cosineInverse64
    putMirrorTables(memory, h, precision, inverseFactor)
    this.samples = memory.view(memory.x, length)
    this.inCoefficients = this.samples
    this.#inverseTable = memory.tables + h * this.samples.BYTES_PER_ELEMENT
    this.#turns = memory.tables + 2 * h * this.samples.BYTES_PER_ELEMENT
    const turns = memory.view(this.#turns, 2 * h + 2 * lanes)
    const root = new Float64Array(2)
    for (let k = 0; k <= h; k++) {
      putRoot(k, 4 * length, root, 0)
      const at = 2 * lanes * Math.floor(k / lanes) + (k % lanes)
      turns[at] = root[0]! * scale
      turns[at + lanes] = root[1]! * scale
    }
    this.coefficients = memory.view(memory.notPassed, length)
    this.outSamples = memory.view(memory.passed, length)
  }

  forward(): void {
    const { x, im, y, w, radices, passes, tables } = this.#memory
    this.#forward(x, im, y, w, radices, passes, this.#h, tables, this.#turns)
  }

  inverse(): void {
    const { x, im, y, w, radices, passes } = this.#memory
    this.#inverse(x, im, y, w, radices, passes, this.#h, this.#inverseTable, this.#turns, inverseFactor)
  }
}

/** 1 / length, as in any inverse, times the length / 2 that the turns lack on the way back. */
const inverseFactor = 0.5
