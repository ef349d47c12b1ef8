import { channelWeights } from './channel-weights.ts'
import { KFilter } from './k-filter.ts'
import { kWarmUp } from './k-weighting.ts'
import { PeakBlocks } from './true-peak.ts'

/**
 * True peak, K-weighted power and plain power of short blocks of a recording. It holds nothing from call to call, so a slice of a recording
 * gives the same numbers as the whole, if `warmUp` samples before it and `reach` samples behind it are there.
 */
export class BlockMeter {
  /** Numbers of a block in the output: peak, K-weighted power, power. */
  static readonly values = 3
  /** Samples before the first block that count: half a second, a multiple of the block's length. */
  readonly warmUp: number
  /** Samples behind the last block that count. */
  readonly reach = PeakBlocks.reach
  readonly #blockLength: number
  readonly #peaks: PeakBlocks
  readonly #filter: KFilter
  readonly #channels: number
  #blockPeaks = new Float32Array(0)

  /**
   * @param layout FFmpeg's name of the channel layout, see `channelWeights`
   * @param blockLength samples of a block, a multiple of 4 from 4 to 4096
   * @throws RangeError if the sample rate is not above 3400 Hz, or the block has another length
   */
  constructor(sampleRate: number, layout: string, channels: number, blockLength: number) {
    this.#blockLength = blockLength
    this.#channels = channels
    this.#peaks = new PeakBlocks(sampleRate, blockLength)
    this.#filter = new KFilter(sampleRate, channelWeights(layout, channels))
    this.warmUp = Math.ceil((kWarmUp * sampleRate) / blockLength) * blockLength
  }

  /**
   * Measures `count` blocks, the first of which begins at sample `from` of the arrays. Samples outside of the arrays are zero.
   *
   * @param out three numbers for each block: the true peak over all channels (linear, with the sample behind the block); the K-weighted
   * power, channels weighted and added up, mean over the block (10·log10 of it − 0.691 is LUFS); the mean square over samples and channels
   */
  measure(channels: readonly Float32Array[], from: number, count: number, out: Float32Array): void {
    if (this.#blockPeaks.length < count) this.#blockPeaks = new Float32Array(count)
    this.#peaks.measure(channels, from, count, this.#blockPeaks)
    for (let block = 0; block < count; block++) out[3 * block] = this.#blockPeaks[block]!
    const { weighted, plain, lengths } = this.#filter
    this.#filter.reset()
    lengths.fill(this.#blockLength)
    const most = Math.floor(KFilter.capacity / this.#blockLength)
    const before =
      Math.min(this.warmUp, Math.ceil(Math.max(0, from) / this.#blockLength) * this.#blockLength) / this.#blockLength
    for (let block = -before; block < count; block += most) {
      const blocks = Math.min(most, count - block)
      this.#filter.run(channels, from + block * this.#blockLength, blocks)
      for (let i = Math.max(0, -block); i < blocks; i++) {
        out[3 * (block + i) + 1] = weighted[i]! / this.#blockLength
        out[3 * (block + i) + 2] = plain[i]! / (this.#blockLength * this.#channels)
      }
    }
  }
}
