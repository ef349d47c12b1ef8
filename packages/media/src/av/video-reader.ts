import type { CodecContext, Frame, Packet, Stream } from 'node-av/lib'
import { type Container, secondsOf } from './container.ts'
import { openDecoder } from './decoder.ts'

/** A frame and the second at which it is shown, counted from the beginning of the file. */
export interface TimedFrame {
  readonly frame: Frame
  readonly time: number
  /** Whether the decoder had to make up parts of it. */
  readonly broken: boolean
}

/** How many packets in a row may fail to decode before a stream is given up. */
const patience = 500

/**
 * Decodes one video stream of a container, forwards from the beginning or from wherever it was sent. A frame that it gives is
 * valid until the next one is asked for.
 */
export class VideoReader implements Disposable {
  readonly #container: Container
  readonly #stream: Stream
  readonly #decoder: CodecContext
  readonly #packet: Packet
  readonly #frame: Frame
  readonly #signal: AbortSignal | undefined
  #drained = false
  #last = Number.NEGATIVE_INFINITY

  private constructor(container: Container, stream: Stream, decoder: CodecContext, signal: AbortSignal | undefined) {
    const { av } = container
    this.#container = container
    this.#stream = stream
    this.#decoder = decoder
    this.#signal = signal
    this.#packet = new av.Packet()
    this.#packet.alloc()
    this.#frame = new av.Frame()
    this.#frame.alloc()
  }

  /** @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED */
  static async open(container: Container, stream: Stream, signal?: AbortSignal): Promise<VideoReader> {
    const decoder = await openDecoder(container.av, stream)
    const { av } = container
    for (const other of container.streams)
      other.discard = other.index === stream.index ? av.AVDISCARD_DEFAULT : av.AVDISCARD_ALL
    return new VideoReader(container, stream, decoder, signal)
  }

  /** Goes to the last key frame at or before a time. Returns whether the container could. */
  async seek(seconds: number): Promise<boolean> {
    const { av, context, start } = this.#container
    const { num, den } = this.#stream.timeBase
    const target = BigInt(Math.round(((seconds + start) * den) / num))
    this.#reset()
    return (await context.seekFrame(this.#stream.index, target, av.AVSEEK_FLAG_BACKWARD)) >= 0
  }

  /** Time of the key frame that {@link seek} would go to; undefined if there is none. Leaves the reader anywhere. */
  async keyTime(seconds: number): Promise<number | undefined> {
    const { start } = this.#container
    if (!(await this.seek(seconds)) || !(await this.#read())) return undefined
    const { pts, dts } = this.#packet
    this.#packet.unref()
    const time = secondsOf(pts, this.#stream.timeBase) ?? secondsOf(dts, this.#stream.timeBase)
    return time === undefined ? undefined : time - start
  }

  /** The next frame in order of time; undefined at the end. */
  async next(): Promise<TimedFrame | undefined> {
    const { av } = this.#container
    let failures = 0
    for (;;) {
      const received = await this.#decoder.receiveFrame(this.#frame)
      if (received >= 0) return this.#timed()
      if (received === av.AVERROR_EOF) return undefined
      if (received !== av.AVERROR_EAGAIN && ++failures > patience) return undefined
      if (this.#drained) return undefined
      if (!(await this.#feed())) failures += 1
      if (failures > patience) return undefined
    }
  }

  /**
   * The first frame after a seek alone, without waiting for those that a decoder with several threads wants to see before it gives
   * one. The decoder starts anew afterwards.
   */
  async keyFrame(): Promise<TimedFrame | undefined> {
    const { av } = this.#container
    await this.#feed()
    if (!this.#drained) await this.#decoder.sendPacket(null)
    const received = await this.#decoder.receiveFrame(this.#frame)
    const found = received >= 0 ? this.#timed() : undefined
    this.#reset()
    if (received < 0 && received !== av.AVERROR_EOF && received !== av.AVERROR_EAGAIN) return undefined
    return found
  }

  [Symbol.dispose](): void {
    this.#packet.free()
    this.#frame.free()
    this.#decoder.freeContext()
  }

  #reset(): void {
    this.#decoder.flushBuffers()
    this.#drained = false
    this.#last = Number.NEGATIVE_INFINITY
  }

  /** Gives the decoder the stream's next packet, or the end. Returns false for a packet that it cannot make sense of. */
  async #feed(): Promise<boolean> {
    if (!(await this.#read())) {
      this.#drained = true
      await this.#decoder.sendPacket(null)
      return true
    }
    const sent = await this.#decoder.sendPacket(this.#packet)
    this.#packet.unref()
    return sent >= 0
  }

  /** Reads the stream's next packet. Returns false at the end, or where nothing more can be read. */
  async #read(): Promise<boolean> {
    const packet = this.#packet
    for (;;) {
      this.#signal?.throwIfAborted()
      const read = await this.#container.context.readFrame(packet)
      this.#signal?.throwIfAborted()
      if (read < 0) return false
      if (packet.streamIndex === this.#stream.index) return true
      packet.unref()
    }
  }

  #timed(): TimedFrame {
    const { av, start } = this.#container
    const frame = this.#frame
    const stamp = secondsOf(frame.bestEffortTimestamp, this.#stream.timeBase)
    // Frames without a time stamp stand just after the one before.
    const time = stamp === undefined ? Math.max(0, this.#last) : stamp - start
    this.#last = time
    const broken = (frame.flags & av.AV_FRAME_FLAG_CORRUPT) !== 0 || frame.decodeErrorFlags !== 0
    return { frame, time, broken }
  }
}
