import { type Numbers, type NumbersOf, numbers, type Precision } from '../precision.ts'

/** How far a transform may be from what it should be, relative to the largest number of the result. */
export const tolerance: Readonly<Record<Precision, number>> = { float32: 1e-6, float64: 1e-12 }

/** The largest distance between numbers of two lists of planes, relative to the largest expected number. */
export function distance(found: readonly ArrayLike<number>[], expected: readonly ArrayLike<number>[]): number {
  let most = 0
  let scale = 0
  for (const [index, plane] of expected.entries()) {
    const other = found[index]!
    if (other.length !== plane.length) return Number.POSITIVE_INFINITY
    for (let at = 0; at < plane.length; at++) {
      most = Math.max(most, Math.abs(other[at]! - plane[at]!))
      scale = Math.max(scale, Math.abs(plane[at]!))
    }
  }
  return scale === 0 ? most : most / scale
}

/** Numbers between -1 and 1 that a seed decides; `vectors.py` makes the same. */
export function noise<P extends Precision>(precision: P, length: number, seed: number): NumbersOf<P> {
  const values: Numbers = numbers(precision, length)
  let state = (seed + 1) % 2 ** 32
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[at] = state / 2 ** 31 - 1
  }
  return values as NumbersOf<P>
}
