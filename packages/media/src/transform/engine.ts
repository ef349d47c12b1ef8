import type { Numbers } from './precision.ts'

/**
 * A complex transform of one length with arrays of its own. Who uses it fills `inRe` and `inIm`, calls `run`, and reads
 * `outRe` and `outIm`, which hold until the next run; `run` may spoil the input.
 */
export interface Engine {
  readonly inRe: Numbers
  readonly inIm: Numbers
  readonly outRe: Numbers
  readonly outIm: Numbers
  /** out[k] = factor * sum over j of in[j] * exp(-2 pi i j k / n) */
  run(factor: number): void
}
