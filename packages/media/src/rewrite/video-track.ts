import type { Packet, Stream } from 'node-av/lib'
import { type Container, secondsOf } from '../av/container.ts'
import type { Decoder } from '../av/decoder.ts'
import { FrameConverter } from '../stream/frame-converter.ts'
import { timedFrames } from '../stream/timed-frames.ts'
import type { VideoFrame } from '../stream/video-frame.ts'
import { windowed } from '../stream/windowed.ts'
import { ahead } from '../write/ahead.ts'
import type { VideoEncoder } from '../write/video-encoder.ts'
import type { TimeRange } from './groups.ts'

/** What is known where a frame is worked on. */
export interface FrameContext {
  /** Which frame it is, counted from 0 in the order of showing, among those that are given. */
  readonly index: number
  /** Frames before it as they were, the nearest last. */
  readonly before: readonly VideoFrame[]
  /** Frames after it as they were, the nearest first. */
  readonly after: readonly VideoFrame[]
}

/** Works on a frame by writing to its planes. */
export type OnFrame = (frame: VideoFrame, context: FrameContext) => void | Promise<void>

/** Lets only frames be worked on that are shown within some times. */
export const withinOnly =
  (ranges: readonly TimeRange[], onFrame: OnFrame): OnFrame =>
  (frame, context) => {
    const end = frame.time + Math.max(frame.duration ?? 0, 1e-6)
    if (ranges.some(({ from, to }) => frame.time < to && end > from)) return onFrame(frame, context)
  }

export interface Reach {
  readonly before: number
  readonly after: number
}

/** Decoded frames of the packets, as the encoder wants them, each with its time stamp of the source. */
export async function* framesOf(
  packets: AsyncIterable<Packet>,
  decoder: Decoder,
  { container, stream, pixelFormat }: { container: Container; stream: Stream; pixelFormat: string },
): AsyncGenerator<VideoFrame, void, void> {
  const { av, start } = container
  using converter = new FrameConverter(av, pixelFormat)
  const decoded = async function* () {
    for await (const packet of packets) yield* decoder.decode(packet)
    yield* decoder.decode(undefined)
  }
  const { timeBase } = stream
  for await (const frame of timedFrames(decoded(), container, stream)) {
    // An encoder would take it for a wish.
    frame.pictType = av.AV_PICTURE_TYPE_NONE
    const duration = frame.duration > 0n ? secondsOf(frame.duration, timeBase) : undefined
    using converted = await converter.convert(frame, secondsOf(frame.pts, timeBase)! - start, duration)
    yield converted
  }
}

const none: readonly VideoFrame[] = []

/** Every frame with its neighbours; alone where none are wanted. */
async function* withNeighbours(frames: AsyncIterable<VideoFrame>, reach: Reach) {
  if (reach.before > 0 || reach.after > 0) yield* windowed(frames, reach)
  else for await (const frame of frames) yield { frame, before: none, after: none }
}

/**
 * Lets frames be worked on and encodes them. While one is encoded the next is worked on and the one after that is decoded.
 *
 * @param write takes each packet; times are in the encoder's time base
 * @returns how many frames there were
 */
export async function renderFrames(
  frames: AsyncIterable<VideoFrame>,
  encoder: VideoEncoder,
  sourceBase: { readonly num: number; readonly den: number },
  { onFrame, reach = { before: 0, after: 0 } }: { onFrame: OnFrame; reach?: Reach },
  write: (packet: Packet) => Promise<void>,
): Promise<number> {
  const base = encoder.timeBase
  const rescale = base.num * sourceBase.den !== sourceBase.num * base.den
  let index = 0
  const kept = ahead(
    frames,
    (frame) => frame.clone(),
    (frame) => frame[Symbol.dispose](),
  )
  const encode = async (frame: VideoFrame) => {
    using own = frame
    for await (const packet of encoder.encode(own.native())) await write(packet)
  }
  let encoding: Promise<void> | undefined
  try {
    for await (const { frame, before, after } of withNeighbours(kept, reach)) {
      // Neighbours are given as they were, so the frame itself must stay so where it is to be one.
      const own = frame.clone()
      try {
        await onFrame(own.writable(), { index: index++, before, after })
        await encoding
      } catch (error) {
        own[Symbol.dispose]()
        throw error
      }
      const native = own.native()
      if (rescale) {
        const scale = (sourceBase.num * base.den) / (sourceBase.den * base.num)
        native.pts = BigInt(Math.round(Number(native.pts) * scale))
        native.duration = BigInt(Math.max(1, Math.round(Number(native.duration) * scale)))
      }
      encoding = encode(own)
      // A failure is told before the next frame is encoded.
      encoding.catch(() => {})
    }
    await encoding
  } finally {
    await encoding?.catch(() => {})
  }
  for await (const packet of encoder.encode(undefined)) await write(packet)
  return index
}
