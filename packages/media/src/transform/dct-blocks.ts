import { openKernel } from '../kernels/open-kernel.ts'
import { checkArray, checkLength } from './precision.ts'

interface Functions {
  forward(at: number, count: number, step: number, spare: number): void
  inverse(at: number, count: number, step: number, spare: number): void
}

const side = 8

/**
 * A plan for cosine transforms of the 8x8 blocks of a plane, in place: orthonormal DCT-II forward, DCT-III back, as
 * JPEG and most image watermarks use them. In each block the coefficient of vertical frequency v and horizontal
 * frequency u takes the place of row v, column u; the one at 0, 0 is 8 times the mean. A SIMD kernel does it
 * (`assembly/dct8.ts`), eight rows at a time.
 */
export class DctBlocks {
  readonly width: number
  readonly height: number
  readonly #strip: Float32Array
  readonly #functions: Functions

  /** @throws RangeError if a side is not a multiple of 8 */
  constructor(width: number, height: number) {
    for (const [what, length] of Object.entries({ width, height })) {
      checkLength(`The ${what} of the plane`, length)
      if (length % side !== 0) throw new RangeError(`The ${what} must be a multiple of ${side}, and is ${length}.`)
    }
    this.width = width
    this.height = height
    const bytes = width * side * 4
    const { functions, buffer } = openKernel<Functions>('dct8', bytes + spareBytes)
    this.#functions = functions
    this.#strip = new Float32Array(buffer, spareBytes, width * side)
  }

  /** @param plane `width * height` numbers, row after row @throws RangeError if it has another length */
  forward(plane: Float32Array): void {
    this.#each('forward', plane)
  }

  /** The inverse of `forward`. @throws RangeError as `forward` does */
  inverse(plane: Float32Array): void {
    this.#each('inverse', plane)
  }

  #each(way: 'forward' | 'inverse', plane: Float32Array): void {
    const { width, height } = this
    checkArray('The plane', plane, width * height)
    const strip = this.#strip
    const transform = this.#functions[way]
    for (let at = 0; at < plane.length; at += strip.length) {
      const rows = plane.subarray(at, at + strip.length)
      strip.set(rows)
      transform(spareBytes, width / side, width * 4, 0)
      rows.set(strip)
    }
  }
}

/**
 * Room at the start of the kernel's memory for what it turns; more than it needs, so that a row does not begin on its
 * lines.
 */
const spareBytes = 192
