/** Numbers of which any stretch can be made when it is asked for: of ten hours nobody holds them all. */
export interface Steps {
  readonly length: number
  /** Numbers `from` up to, not including, `to`. They may hold only until the next call. */
  read(from: number, to: number): Float32Array
}

/** Numbers that are there. */
export const stepsOf = (values: ArrayLike<number>): Steps => ({
  length: values.length,
  read: (from, to) =>
    values instanceof Float32Array
      ? values.subarray(from, to)
      : Float32Array.from({ length: to - from }, (_, i) => values[from + i]!),
})

/** Steps that are read at a time where all are gone over: ten minutes. */
export const pageSteps = 60_000
