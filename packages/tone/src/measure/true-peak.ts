import { openToneKernel } from '../kernels/open-kernel.ts'
import { copyWithZeros } from './copy-with-zeros.ts'
import { type GapFilter, gapFilter } from './true-peak-filter.ts'

/** Functions of `assembly/true-peak.ts` that are used here. */
interface Functions {
  blocks4: Blocks
  blocks2: Blocks
}
type Blocks = (x: number, coefficients: number, pairs: number, bytes: number, count: number, peaks: number) => void

/** Samples of a channel that are looked at at a time. */
const capacity = 8192

/** Samples that count to each side of a gap. */
const pairs = 12

/** Sample rates from which on two points for each sample do as well as four at half that rate. */
const highRate = 80_000

/**
 * True peaks of blocks of a recording, four points for each sample (two at 88.2 kHz and above): quick, and up to 0.7 dB low for what lies
 * at half the sample rate, 0.1 dB for what lies at a quarter of it. The final word has `TruePeakMeter`.
 *
 * ITU-R BS.1770-5, Annex 2, with a longer filter than its example.
 */
export class PeakBlocks {
  /** How many samples to both sides of the blocks count. */
  static readonly reach = pairs
  readonly #run: (channels: readonly Float32Array[], from: number, blocks: number) => void
  readonly #peaks: Float32Array
  readonly #length: number

  /**
   * @param blockLength samples of a block, a multiple of 4 from 4 to 4096
   * @throws RangeError if the block has another length
   */
  constructor(sampleRate: number, blockLength: number) {
    if (!(Number.isInteger(blockLength / 4) && blockLength >= 4 && blockLength <= capacity / 2))
      throw new RangeError(`A block must have a multiple of 4 samples up to ${capacity / 2}, and has ${blockLength}.`)
    const two = sampleRate >= highRate
    const filter = gapFilter(two ? 2 : 4, pairs, 5.5)
    const rows = coefficientRows(filter)
    const [coefficientsAt, peaksAt] = [64, 64 + 4 * rows.length]
    const samplesAt = peaksAt + capacity
    const { functions, buffer } = openToneKernel<Functions>('true-peak', samplesAt + 4 * (capacity + 4 * pairs))
    new Float32Array(buffer, coefficientsAt, rows.length).set(rows)
    const samples = new Float32Array(buffer, samplesAt, capacity + 4 * pairs)
    const kernel = two ? functions.blocks2 : functions.blocks4
    const before = 2 * pairs
    this.#length = blockLength
    this.#peaks = new Float32Array(buffer, peaksAt, capacity / 4)
    this.#run = (channels, from, blocks) => {
      this.#peaks.fill(0, 0, blocks)
      for (const channel of channels) {
        copyWithZeros(channel, from - before, blocks * blockLength + 2 * before, samples)
        kernel(samplesAt + 4 * before, coefficientsAt, pairs, 4 * blockLength, blocks, this.#peaks.byteOffset)
      }
    }
  }

  /**
   * The largest magnitude of any channel in each block: at its samples, between them, and at the sample behind it.
   *
   * @param channels samples of each; those outside of the arrays are zero
   * @param from first sample of the first block
   * @param out peaks, linear
   */
  measure(channels: readonly Float32Array[], from: number, count: number, out: Float32Array): void {
    const most = Math.floor(capacity / this.#length)
    for (let done = 0; done < count; done += most) {
      const blocks = Math.min(most, count - done)
      this.#run(channels, from + done * this.#length, blocks)
      out.set(this.#peaks.subarray(0, blocks), done)
    }
  }
}

/** A filter as kernels read it: for each pair its even and odd parts and the middle, each four times. */
function coefficientRows({ pairs, middle, sides }: GapFilter): Float32Array {
  const values = Array.from({ length: pairs }, (_, pair) => [
    ...sides.flatMap(({ even, odd }) => [even[pair]!, odd[pair]!]),
    middle[pair]!,
  ])
  return Float32Array.from(values.flat().flatMap((value) => [value, value, value, value]))
}
