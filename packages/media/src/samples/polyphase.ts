import { openKernel } from '../kernels/open-kernel.ts'
import type { FilterTable } from './resampling-filter.ts'

/** Functions of `assembly/polyphase.ts`. */
interface Functions {
  exact(...args: Common): void
  between(...args: [...Common, fractions: number, spare: number]): void
}
type Common = [
  ...[samples: number, apart: number, channels: number, table: number, bytes: number],
  ...[starts: number, rows: number, count: number, out: number, outApart: number],
]

/** Outputs that are computed at a time. */
const batch = 2048

/** A filter's table and samples of some channels in a kernel's memory, where outputs are computed a batch at a time. */
export class Polyphase {
  /** Samples of each channel; the caller fills them. */
  readonly samples: readonly Float64Array[]
  /** Outputs of each channel, of the last `run`. */
  readonly outputs: readonly Float64Array[]
  /** For each output of a batch the sample at which its stretch of `taps` samples begins. */
  readonly starts: Int32Array
  /** For each output its row of the table; in an interpolated one the first of four. */
  readonly rows: Int32Array
  /** For each output how far it is from the second to the third of the four rows, 0 to 1. Not used with an exact table. */
  readonly fractions: Float64Array
  readonly #functions: Functions
  readonly #common: (count: number) => Common
  readonly #exact: boolean
  readonly #fractionsAt: number
  readonly #spareAt: number

  /** @param capacity samples that there is room for in each channel */
  constructor(table: FilterTable, channels: number, capacity: number) {
    const bytes = 8 * table.taps
    // Areas that are walked side by side must not fall on the same lines of the processor's cache.
    const apart = 8 * capacity + 192
    const outApart = 8 * batch + 192
    let end = 64
    const place = (size: number) => {
      const at = end
      end += Math.ceil(size / 64) * 64
      return at
    }
    const tableAt = place(table.rows.byteLength)
    const spareAt = place(bytes)
    const samplesAt = place(apart * channels)
    const outAt = place(outApart * channels)
    const startsAt = place(4 * batch)
    const rowsAt = place(4 * batch)
    const fractionsAt = place(8 * batch)
    const { functions, buffer } = openKernel<Functions>('polyphase', end)
    new Float64Array(buffer, tableAt, table.rows.length).set(table.rows)
    const each = (at: number, step: number, length: number) =>
      Array.from({ length: channels }, (_, channel) => new Float64Array(buffer, at + channel * step, length))
    this.samples = each(samplesAt, apart, capacity)
    this.outputs = each(outAt, outApart, batch)
    this.starts = new Int32Array(buffer, startsAt, batch)
    this.rows = new Int32Array(buffer, rowsAt, batch)
    this.fractions = new Float64Array(buffer, fractionsAt, batch)
    this.#functions = functions
    this.#exact = table.exact
    this.#fractionsAt = fractionsAt
    this.#spareAt = spareAt
    this.#common = (count) => [
      ...([samplesAt, apart, channels, tableAt, bytes] as const),
      ...([startsAt, rowsAt, count, outAt, outApart] as const),
    ]
  }

  /** Computes the first `count` outputs of the batch. */
  run(count: number): void {
    if (this.#exact) this.#functions.exact(...this.#common(count))
    else this.#functions.between(...this.#common(count), this.#fractionsAt, this.#spareAt)
  }
}
