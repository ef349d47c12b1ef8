/** How many bits the numbers of a transform have: input, output and what lies between. */
export type Precision = 'float32' | 'float64'

/** Numbers of either precision. */
export type Numbers = Float32Array | Float64Array

/** Numbers of a precision. */
export type NumbersOf<P extends Precision> = P extends 'float32' ? Float32Array : Float64Array

/** New numbers, all zero. */
export function numbers<P extends Precision>(precision: P, length: number): NumbersOf<P> {
  return (precision === 'float32' ? new Float32Array(length) : new Float64Array(length)) as NumbersOf<P>
}

/** @throws RangeError if a length is not a whole number of at least 1 */
export function checkLength(what: string, length: number): void {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new RangeError(`${what} must be a whole number of at least 1, and is ${length}.`)
  }
}

/** @throws RangeError if an array has another length than it must have */
export function checkArray(what: string, array: { readonly length: number }, length: number): void {
  if (array.length !== length) throw new RangeError(`${what} must have ${length} numbers, and has ${array.length}.`)
}
