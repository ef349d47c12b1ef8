/** Copies `length` samples from `from` on to the beginning of `to`, with zeros for those outside of the array. */
export function copyWithZeros(source: Float32Array, from: number, length: number, to: Float32Array): void {
  const first = Math.min(Math.max(-from, 0), length)
  const last = Math.max(first, Math.min(length, source.length - from))
  to.fill(0, 0, first)
  if (last > first) to.set(source.subarray(from + first, from + last), first)
  to.fill(0, last, length)
}
