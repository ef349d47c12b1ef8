import type { Frame, Stream } from 'node-av/lib'
import type { Container } from '../av/container.ts'

/** FFmpeg's word for a time stamp that is not there. */
export const noTime = -(2n ** 63n)

/**
 * Gives decoded frames their time stamps, as `pts` and `duration` in the stream's time base; a duration of 0 is not known.
 *
 * A frame is given once the next is decoded, since often only that tells how long it is shown: MP4 keeps durations in the order of
 * decoding, and of some codecs FFmpeg tells none. Whoever takes a frame frees it.
 */
export async function* timedFrames(
  decoded: AsyncIterable<Frame>,
  { context }: Container,
  stream: Stream,
): AsyncGenerator<Frame, void, void> {
  const inOrderOfDecoding = /\bmov\b/.test(context.iformat?.name ?? '')
  let held: Frame | undefined
  let next = stream.startTime === noTime ? 0n : stream.startTime
  try {
    for await (const frame of decoded) {
      const stamp = frame.bestEffortTimestamp
      frame.pts = stamp === noTime ? next : stamp
      next = frame.pts + frame.duration
      const before = held
      held = frame
      if (!before) continue
      const gap = frame.pts - before.pts
      if (gap > 0n && (inOrderOfDecoding || before.duration <= 0n)) before.duration = gap
      yield before
    }
    const last = held
    held = undefined
    if (last) yield last
  } finally {
    held?.free()
  }
}
