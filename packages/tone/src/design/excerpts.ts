/** Steps of an excerpt: a minute. */
const each = 6000

/**
 * Evenly spread minutes of a long recording, one after the other, for statistics whose cost should not grow with its length; the whole of
 * a short one.
 *
 * @param steps 100 a second
 * @param most minutes
 */
export function excerptsOf(steps: ArrayLike<number>, most: number): Float32Array {
  if (steps.length <= most * each) return Float32Array.from(steps as ArrayLike<number>)
  const out = new Float32Array(most * each)
  for (let part = 0; part < most; part++) {
    const from = Math.round((part * (steps.length - each)) / (most - 1 || 1))
    for (let i = 0; i < each; i++) out[part * each + i] = steps[from + i]!
  }
  return out
}
