import { openKernel } from '../kernels/open-kernel.ts'
import { type Plane, strideOf } from '../measure/plane.ts'
import { type ResizeFilter, type Taps, tapsOf } from './resize-taps.ts'

/** Functions of `assembly/resize.ts`. */
interface Functions {
  across(...args: [pixels: number, first: number, weights: number, count: number, width: number, ...Four]): void
  down(rows: number, weights: number, count: number, width: number, out: number): void
}
type Four = [row0: number, row1: number, row2: number, row3: number]

/** Rows that are resized across at a time. */
const atOnce = 4

/** Weights and memory for resizing planes of one size to another. The memory is for as many rows as one row is made of. */
export class ResizePlan {
  readonly #from: { readonly width: number; readonly height: number }
  readonly #width: number
  readonly #down: Taps
  /** Four rows of the plane, pixel by pixel. */
  readonly #pixels: Float32Array
  /** Where the rows are that a row is the sum of. */
  readonly #addresses: Int32Array
  readonly #out: Float32Array
  /** Resizes the four rows across, as rows `y` and the next three. */
  readonly #rowsAcross: (y: number) => void
  readonly #rowAt: (y: number) => number
  readonly #rowDown: (y: number, count: number) => void

  constructor(from: { width: number; height: number }, width: number, height: number, filter: ResizeFilter) {
    this.#from = { width: from.width, height: from.height }
    this.#width = width
    const across = tapsOf(from.width, width, filter)
    this.#down = tapsOf(from.height, height, filter)
    let end = 64
    const place = (bytes: number) => {
      const at = end
      end += Math.ceil(bytes / 64) * 64
      return at
    }
    // Weights that are 0 reach beyond the row.
    const pixelsAt = place(4 * atOnce * (from.width + across.count))
    const firstAt = place(across.first.byteLength)
    const acrossAt = place(across.weights.byteLength)
    const downAt = place(this.#down.weights.byteLength)
    const addressesAt = place(4 * this.#down.count)
    const outAt = place(4 * width + 32)
    const rowBytes = Math.ceil((4 * width + 32) / 64) * 64
    const ring = this.#down.count + atOnce
    const rowsAt = place(rowBytes * ring)
    const { functions, buffer } = openKernel<Functions>('resize', end)
    this.#pixels = new Float32Array(buffer, pixelsAt, atOnce * from.width)
    this.#addresses = new Int32Array(buffer, addressesAt, this.#down.count)
    this.#out = new Float32Array(buffer, outAt, width)
    new Int32Array(buffer, firstAt, width).set(across.first)
    new Float64Array(buffer, acrossAt, across.weights.length).set(across.weights)
    new Float64Array(buffer, downAt, this.#down.weights.length).set(this.#down.weights)
    const { count } = this.#down
    this.#rowAt = (y) => rowsAt + rowBytes * (y % ring)
    const at = this.#rowAt
    this.#rowsAcross = (y) =>
      functions.across(pixelsAt, firstAt, acrossAt, across.count, width, at(y), at(y + 1), at(y + 2), at(y + 3))
    this.#rowDown = (y, taps) => functions.down(addressesAt, downAt + 8 * count * y, taps, width, outAt)
  }

  /** Resizes a plane of the size that the plan is for. */
  run(plane: Plane): Float32Array {
    const { first, count } = this.#down
    const width = this.#width
    const result = new Float32Array(width * first.length)
    let ready = 0
    for (let y = 0; y < first.length; y++) {
      const begin = first[y]!
      const taps = Math.min(count, this.#from.height - begin)
      for (; ready < begin + taps; ready += atOnce) {
        this.#take(plane, ready)
        this.#rowsAcross(ready)
      }
      for (let tap = 0; tap < taps; tap++) this.#addresses[tap] = this.#rowAt(begin + tap)
      this.#rowDown(y, taps)
      result.set(this.#out, y * width)
    }
    return result
  }

  /** Lays rows `y` and the next three side by side; below the last row there is nothing that counts. */
  #take(plane: Plane, y: number): void {
    const { data, step = 1, offset = 0, height } = plane
    const stride = strideOf(plane)
    const pixels = this.#pixels
    for (let row = 0; row < atOnce && y + row < height; row++) {
      let from = offset + (y + row) * stride
      for (let at = row; at < pixels.length; at += atOnce, from += step) pixels[at] = data[from]!
    }
  }
}
