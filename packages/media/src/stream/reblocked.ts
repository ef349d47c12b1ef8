import type { SampleBlock, Samples } from './samples.ts'

/** Two samples further apart than this, in seconds, do not follow each other: half a sample at 8 kHz. */
const gap = 1 / 16_000

/**
 * Puts samples into blocks of one size. A block is shorter only at the end, where the format changes, or before a gap in time.
 *
 * @param size samples of each channel
 * @param sharing lets blocks be written over one another: each is good until the next is asked for
 */
export async function* reblocked(
  blocks: AsyncIterable<SampleBlock>,
  size: number,
  sharing = false,
): AsyncGenerator<SampleBlock, void, void> {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`A block has at least one sample, not ${size}.`)
  let begun: SampleBlock | undefined
  let filled = 0
  let last: SampleBlock | undefined
  for await (const block of blocks) {
    if (begun && !follows(begun, filled, block)) {
      yield shortened(begun, filled)
      begun = undefined
    }
    for (let taken = 0; taken < block.length; ) {
      if (!begun) {
        begun = emptyLike(block, taken, size, last)
        filled = 0
      }
      const count = Math.min(size - filled, block.length - taken)
      begun.channels.forEach((samples, channel) => {
        samples.set(block.channels[channel]!.subarray(taken, taken + count), filled)
      })
      filled += count
      taken += count
      if (filled === size) {
        yield begun
        if (sharing) last = begun
        begun = undefined
      }
    }
  }
  if (begun) yield shortened(begun, filled)
}

const follows = (begun: SampleBlock, filled: number, next: SampleBlock): boolean =>
  begun.sampleRate === next.sampleRate &&
  begun.layout === next.layout &&
  Math.abs(begun.time + filled / begun.sampleRate - next.time) < gap

/** @param last a block whose arrays are free to use */
const emptyLike = (block: SampleBlock, taken: number, size: number, last: SampleBlock | undefined): SampleBlock => ({
  ...block,
  time: block.time + taken / block.sampleRate,
  channels: block.channels.map((samples, channel) => {
    const free = last?.channels[channel]
    const make = samples.constructor as new (length: number) => Samples
    return free?.length === size && free instanceof make ? free : new make(size)
  }),
  length: size,
})

const shortened = (block: SampleBlock, length: number): SampleBlock => ({
  ...block,
  channels: block.channels.map((samples) => samples.subarray(0, length)),
  length,
})
