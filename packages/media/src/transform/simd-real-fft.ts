import { FftMemory, type Forward, type Inverse, lanesOf } from './fft-memory.ts'
import type { Numbers, Precision } from './precision.ts'
import { putRoot } from './roots.ts'

/**
 * Writes the tables of `assembly/fft/mirror.ts`, `h` numbers each, where the tables of a memory begin: that of the forward transform, behind it
 * that of the inverse.
 *
 * It answers nothing on purpose. As `{ forward: memory.tables, … }` its answer was made by code that V8 had optimised while an earlier plan
 * was being made, and now and then, on a busy machine, held that plan's address (V8 of Node 26.10).
 *
 * @param factor what the inverse scales by
 */
export function putMirrorTables(memory: FftMemory, h: number, precision: Precision, factor: number): void {
  const lanes = lanesOf(precision)
  const table = memory.view(memory.tables, 2 * h)
  const root = new Float64Array(2)
  for (let k = 0; k < h / 2; k++) {
    putRoot(k, 2 * h, root, 0)
    const at = 2 * Math.floor(k / lanes) * lanes + (k % lanes)
    for (let part = 0; part < 2; part++) {
      const value = root[part]!
      table[at + part * lanes] = value / 2
      table[h + at + part * lanes] = value * factor
    }
  }
}

/** Weights of samples, as many as there are samples; none are ones. */
export interface RealWeights {
  /** What samples are multiplied with before `forward`: a window. */
  readonly before?: ArrayLike<number>
  /** What they are multiplied with after `inverse`. */
  readonly after?: ArrayLike<number>
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
  readonly #memory: FftMemory
  readonly #forward: Forward
  readonly #inverse: Inverse
  readonly #h: number
  /** Address of the inverse's table; the forward transform's is where the tables begin. */
  readonly #inverseTable: number
  /** Addresses of tables behind those two, of 2 h numbers each; 0 for none. */
  readonly #before: number
  readonly #after: number

  /** @param weights what samples are multiplied with before `forward` and after `inverse`, 2 h numbers each */
  constructor(h: number, precision: Precision, weights: RealWeights = {}) {
    const more = weights.before || weights.after ? 6 * h : 2 * h
    const memory = new FftMemory(precision, h, 1, more)
    const { functions, x, im, notPassed } = memory
    this.#memory = memory
    this.#h = h
    this.#forward = precision === 'float32' ? functions.forward32 : functions.forward64
    this.#inverse = precision === 'float32' ? functions.inverse32 : functions.inverse64
    putMirrorTables(memory, h, precision, 1 / (2 * h))
    const put = (values: ArrayLike<number> | undefined, table: number): number => {
      if (!values) return 0
      const view = memory.view(memory.tables, more).subarray(2 * h * table, 2 * h * (table + 1))
      view.set(values)
      return view.byteOffset
    }
    this.#before = put(weights.before, 1)
    this.#after = put(weights.after, 2)
    this.samples = memory.view(x, 2 * h)
    this.#inverseTable = memory.tables + h * this.samples.BYTES_PER_ELEMENT
    this.spectrumRe = memory.view(notPassed, h + 1)
    this.spectrumIm = memory.view(notPassed + im, h + 1)
    this.inRe = memory.view(x, h + 1)
    this.inIm = memory.view(x + im, h + 1)
    this.outSamples = memory.view(memory.passed, 2 * h)
  }

  forward(): void {
    const { x, im, y, w, radices, passes, tables } = this.#memory
    this.#forward(x, im, y, w, radices, passes, this.#h, tables, this.#before)
  }

  /** Divided by the length. */
  inverse(): void {
    const { x, im, y, w, radices, passes } = this.#memory
    this.#inverse(x, im, y, w, radices, passes, this.#h, this.#inverseTable, 1 / (2 * this.#h), this.#after)
  }
}
