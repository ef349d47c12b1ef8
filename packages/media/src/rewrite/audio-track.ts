import type { Packet, Stream } from 'node-av/lib'
import { type Container, secondsOf } from '../av/container.ts'
import type { Decoder } from '../av/decoder.ts'
import { reblocked } from '../stream/reblocked.ts'
import {
  layoutOf,
  type Precision,
  type SampleBlock,
  type Samples,
  samplesOf,
  stampTolerance,
} from '../stream/samples.ts'
import type { AudioEncoder } from '../write/audio-encoder.ts'

/**
 * Sound in, sound out: blocks of any size, of the same rate and channels. An array that is passed on as it came, changed or not, is
 * given away: it is empty when the next block is asked for. Others stay the caller's.
 */
export type TransformSamples = (blocks: AsyncIterable<SampleBlock>) => AsyncIterable<SampleBlock>

/**
 * Arrays that a transform gets and mostly gives back. Their memory is used again: the garbage collector would let tens of megabytes
 * of them lie about, and freeing them one by one leaves gaps that other things settle in.
 */
export class Loan {
  readonly #lent = new WeakSet<Samples>()
  readonly #free: ArrayBuffer[] = []

  take(precision: Precision, length: number): Samples {
    const make = precision === 'float64' ? Float64Array : Float32Array
    const size = length * make.BYTES_PER_ELEMENT
    const free = this.#free.pop()
    const samples = free?.byteLength === size ? new make(free) : new make(length)
    this.#lent.add(samples)
    return samples
  }

  /** Takes an array back, if it was taken here; whoever still has it finds it empty. */
  give(samples: Samples): void {
    if (this.#lent.delete(samples)) this.#free.push((samples.buffer as ArrayBuffer).transfer())
  }
}

/** Decoded samples of the packets. */
export async function* blocksOf(
  packets: AsyncIterable<Packet>,
  decoder: Decoder,
  { container, stream, precision, loan }: { container: Container; stream: Stream; precision: Precision; loan: Loan },
): AsyncGenerator<SampleBlock, void, void> {
  const { av, start } = container
  let next = 0
  const decoded = async function* () {
    for await (const packet of packets) yield* decoder.decode(packet)
    yield* decoder.decode(undefined)
  }
  for await (const frame of decoded()) {
    const { sampleRate, nbSamples } = frame
    const stamp = secondsOf(frame.bestEffortTimestamp, stream.timeBase)
    const time = stamp === undefined ? next : stamp - start
    next = time + nbSamples / sampleRate
    const layout = layoutOf(av, frame.channelLayout, frame.channels)
    const channels = samplesOf(av, frame, precision, (precision, length) => loan.take(precision, length))
    frame.free()
    if (nbSamples > 0) yield { time, sampleRate, layout, channels, length: nbSamples }
  }
}

/** The same sound without gaps: silence stands where time stamps leave one, so that samples alone tell the time. */
export async function* continuous(blocks: AsyncIterable<SampleBlock>): AsyncGenerator<SampleBlock, void, void> {
  let at: number | undefined
  for await (const block of blocks) {
    at ??= block.time
    const missing = Math.round((block.time - at) * block.sampleRate)
    if (missing > stampTolerance * block.sampleRate) {
      yield* silence(block, at, missing)
      at += missing / block.sampleRate
    }
    yield { ...block, time: at }
    at += block.length / block.sampleRate
  }
}

const longestSilence = 65_536

function* silence(like: SampleBlock, from: number, length: number): Generator<SampleBlock, void, void> {
  for (let done = 0; done < length; done += longestSilence) {
    const count = Math.min(longestSilence, length - done)
    const channels = like.channels.map((samples) => new (samples.constructor as new (length: number) => Samples)(count))
    yield { ...like, time: from + done / like.sampleRate, channels, length: count }
  }
}

/** Takes back the arrays of blocks once they were looked at. */
async function* returned(blocks: AsyncIterable<SampleBlock>, loan: Loan): AsyncGenerator<SampleBlock, void, void> {
  for await (const block of blocks) {
    yield block
    for (const samples of block.channels) loan.give(samples)
  }
}

/**
 * Encodes sound.
 *
 * @param loan where arrays of the blocks may come from
 * @param start time stamp of the beginning, in seconds
 * @param write takes each packet; times are in samples
 * @returns how many samples each channel had
 */
export async function renderSamples(
  blocks: AsyncIterable<SampleBlock>,
  loan: Loan,
  encoder: AudioEncoder,
  start: number,
  write: (packet: Packet) => Promise<void>,
): Promise<number> {
  let pts: bigint | undefined
  let total = 0
  for await (const block of reblocked(returned(blocks, loan), encoder.frameSize, true)) {
    pts ??= BigInt(Math.round((block.time + start) * block.sampleRate))
    for await (const packet of encoder.encode(block, pts)) await write(packet)
    pts += BigInt(block.length)
    total += block.length
  }
  for await (const packet of encoder.encode(undefined)) await write(packet)
  return total
}
