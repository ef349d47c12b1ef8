import { pageSteps, type Steps, stepsOf } from './steps.ts'

/** Steps of an excerpt: a minute. */
const each = 6000

/**
 * Evenly spread minutes of a long recording, one after the other, for statistics whose cost should not grow with its length; the whole of
 * a short one.
 *
 * @param steps 100 a second
 * @param most minutes
 */
export function excerptsOf(steps: ArrayLike<number> | Steps, most: number): Float32Array {
  const source = 'read' in steps ? steps : stepsOf(steps)
  const { length } = source
  const out = new Float32Array(Math.min(length, most * each))
  if (length <= most * each) {
    for (let at = 0; at < length; at += pageSteps) out.set(source.read(at, Math.min(length, at + pageSteps)), at)
    return out
  }
  for (let part = 0; part < most; part++) {
    const from = Math.round((part * (length - each)) / (most - 1 || 1))
    out.set(source.read(from, from + each), part * each)
  }
  return out
}
