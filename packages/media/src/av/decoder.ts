import type { CodecContext, Frame, Packet, Stream } from 'node-av/lib'
import { damaged, notRecognised } from '../failures.ts'
import { decoderBounds } from './claims.ts'
import type { Av } from './library.ts'

/** Frames above this many pixels are decoded with fewer threads, since each thread holds frames of its own. */
const largeFrame = 2 ** 23

/** How many packets in a row may fail to decode before a stream is given up. */
const patience = 500

const what = (av: Av, { codecpar }: Stream): string =>
  codecpar.codecType === av.AVMEDIA_TYPE_AUDIO ? 'audio' : 'video'

/**
 * Opens a decoder for a stream.
 *
 * @param prepare sets what else the decoder is to do, before it is opened
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED
 */
export async function openDecoder(
  av: Av,
  stream: Stream,
  prepare: (context: CodecContext) => void = () => {},
): Promise<CodecContext> {
  const { codecpar } = stream
  const codec = av.Codec.findDecoder(codecpar.codecId)
  if (!codec)
    throw notRecognised(`its ${what(av, stream)} codec "${av.avGetCodecName(codecpar.codecId)}" has no decoder`)
  const context = new av.CodecContext()
  context.allocContext3(codec)
  context.parametersToContext(codecpar)
  context.pktTimebase = stream.timeBase
  context.threadCount = codecpar.width * codecpar.height > largeFrame ? 2 : 4
  prepare(context)
  using bounds = decoderBounds(av)
  const opened = await context.open2(codec, bounds)
  if (opened < 0) {
    context.freeContext()
    throw damaged(`its ${what(av, stream)} cannot be decoded (${av.FFmpegError.strerror(opened)})`)
  }
  return context
}

/** Turns the packets of one stream into frames, in the order in which they are shown. */
export class Decoder implements Disposable {
  readonly #av: Av
  readonly #stream: Stream
  readonly #context: CodecContext
  /** Sound is decoded on this thread: a block takes less time than handing it to another. */
  readonly #here: boolean
  /** The next frame, until something is decoded into it. */
  #spare: Frame | undefined
  #failures = 0
  #given = 0

  private constructor(av: Av, stream: Stream, context: CodecContext) {
    this.#av = av
    this.#stream = stream
    this.#context = context
    this.#here = stream.codecpar.codecType === av.AVMEDIA_TYPE_AUDIO
  }

  /** @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED */
  static async open(av: Av, stream: Stream, prepare?: (context: CodecContext) => void): Promise<Decoder> {
    return new Decoder(av, stream, await openDecoder(av, stream, prepare))
  }

  /** How many pictures a frame may be out of order by. */
  get reorder(): number {
    return this.#context.hasBFrames
  }

  /**
   * The frames that a packet completes. Packets that make no sense are passed over, as players do, until too many follow each
   * other. Whoever takes a frame frees it.
   *
   * @param packet `undefined` at the end, to get what is left
   * @throws ColophonError MEDIA_DAMAGED
   */
  async *decode(packet: Packet | undefined): AsyncGenerator<Frame, void, void> {
    const av = this.#av
    const context = this.#context
    for (;;) {
      const sent = this.#here ? context.sendPacketSync(packet ?? null) : await context.sendPacket(packet ?? null)
      if (sent < 0 && sent !== av.AVERROR_EAGAIN && sent !== av.AVERROR_EOF) this.#failed(sent)
      for (;;) {
        const frame = this.#next()
        const received = this.#here ? context.receiveFrameSync(frame) : await context.receiveFrame(frame)
        if (received < 0) {
          this.#spare = frame
          if (received === av.AVERROR_EAGAIN) break
          if (received === av.AVERROR_EOF) {
            if (this.#given === 0 && this.#failures > 0) throw this.#hopeless(received)
            return
          }
          this.#failed(received)
          continue
        }
        this.#failures = 0
        this.#given++
        yield frame
      }
      if (sent !== av.AVERROR_EAGAIN) return
    }
  }

  /** Forgets what it has seen, before it goes on elsewhere. */
  flush(): void {
    this.#context.flushBuffers()
    this.#failures = 0
  }

  [Symbol.dispose](): void {
    this.#spare?.free()
    this.#spare = undefined
    this.#context.freeContext()
  }

  #next(): Frame {
    const spare = this.#spare
    this.#spare = undefined
    if (spare) return spare
    const frame = new this.#av.Frame()
    frame.alloc()
    return frame
  }

  #failed(code: number): void {
    if (++this.#failures > patience) throw this.#hopeless(code)
  }

  #hopeless(code: number): Error {
    const which = what(this.#av, this.#stream)
    return damaged(`its ${which} cannot be decoded (${this.#av.FFmpegError.strerror(code)})`)
  }
}
