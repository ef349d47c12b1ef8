import type { KeyedStream } from '../keyed-stream.ts'

/** A number of the standard normal distribution. */
export const normal = (stream: KeyedStream): number =>
  Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform())

/** A code word as a noisy channel gives it: 1 or -1 for a bit, and noise of that deviation. */
export const noisy = (code: Uint8Array, deviation: number, stream: KeyedStream): Float64Array =>
  Float64Array.from(code, (bit) => (bit === 1 ? 1 : -1) + deviation * normal(stream))
