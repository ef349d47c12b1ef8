import { openToneKernel } from '../kernels/open-kernel.ts'
import { copyWithZeros } from './copy-with-zeros.ts'
import { kWeighting } from './k-weighting.ts'

/** Functions of `assembly/loudness.ts`. */
interface Functions {
  weigh(
    ...args: [
      ...[left: number, right: number, coefficients: number, state: number, weights: number],
      ...[lengths: number, count: number, weighted: number, plain: number],
    ]
  ): void
}

/** Samples of a channel that are filtered at a time, and the most stretches that these may be cut into. */
const capacity = 4096

/** K-weighting of all channels of a stream, and the energy of stretches of it. */
export class KFilter {
  /** Samples of each channel that fit in at a time; each call takes at most as many stretches. */
  static readonly capacity = capacity
  /** Samples of each stretch of the next `run`. */
  readonly lengths: Int32Array
  /** Of each stretch: the sum of the weighted squares of the K-weighted samples of all channels. */
  readonly weighted: Float64Array
  /** Of each stretch: the sum of the squares of the samples of all channels as they are. */
  readonly plain: Float64Array
  readonly #samples: readonly Float32Array[]
  readonly #states: Float64Array
  readonly #pairs: ((count: number) => void)[] = []

  /** @param weights one for each channel, see `channelWeights` */
  constructor(sampleRate: number, weights: ArrayLike<number>) {
    const { shelf, highPass } = kWeighting(sampleRate)
    const channels = weights.length
    const pairs = Math.ceil(channels / 2)
    const apart = 4 * capacity + 192
    const [coefficientsAt, weightsAt] = [64, 128]
    const statesAt = weightsAt + 16 * pairs
    const lengthsAt = statesAt + 64 * pairs
    const weightedAt = lengthsAt + 4 * capacity
    const plainAt = weightedAt + 8 * capacity
    const samplesAt = plainAt + 8 * capacity
    const { functions, buffer } = openToneKernel<Functions>('loudness', samplesAt + 2 * pairs * apart)
    // The kernel's high-pass begins with 1, -2, 1: its gain is the shelf's.
    const shelfB = shelf.b.map((value) => value * highPass.b[0])
    new Float64Array(buffer, coefficientsAt, 7).set([...shelfB, ...shelf.a, ...highPass.a])
    new Float64Array(buffer, weightsAt, channels).set(Array.from(weights))
    this.lengths = new Int32Array(buffer, lengthsAt, capacity)
    this.weighted = new Float64Array(buffer, weightedAt, capacity)
    this.plain = new Float64Array(buffer, plainAt, capacity)
    this.#states = new Float64Array(buffer, statesAt, 8 * pairs)
    this.#samples = Array.from(
      { length: channels },
      (_, channel) => new Float32Array(buffer, samplesAt + channel * apart, capacity),
    )
    for (let pair = 0; pair < pairs; pair++) {
      const left = samplesAt + 2 * pair * apart
      this.#pairs.push((count) =>
        functions.weigh(
          ...([left, left + apart, coefficientsAt, statesAt + 64 * pair, weightsAt + 16 * pair] as const),
          ...([lengthsAt, count, weightedAt, plainAt] as const),
        ),
      )
    }
  }

  /** Filters samples `from` to `from` plus the sum of the first `count` lengths; those outside of the arrays are zero. */
  run(channels: readonly Float32Array[], from: number, count: number): void {
    let total = 0
    for (let at = 0; at < count; at++) total += this.lengths[at]!
    for (const [channel, samples] of this.#samples.entries()) copyWithZeros(channels[channel]!, from, total, samples)
    this.weighted.fill(0, 0, count)
    this.plain.fill(0, 0, count)
    for (const run of this.#pairs) run(count)
  }

  /** Forgets what was filtered before. */
  reset(): void {
    this.#states.fill(0)
  }
}
