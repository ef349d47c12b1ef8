import type { Frame, Stream } from 'node-av/lib'
import { type Container, openContainer } from '../av/container.ts'
import { Decoder } from '../av/decoder.ts'
import type { Av } from '../av/library.ts'
import { damaged } from '../failures.ts'
import type { ReadOptions } from './open-media.ts'
import type { Located } from './source.ts'

/** Sound is read from this long before it is wanted, since decoders of some codecs need a run-up. */
const runUp = { video: 0, audio: 0.1 }

/** One stream of a file being decoded, from `from` on or a little before. */
export class Reading implements AsyncDisposable {
  readonly av: Av
  readonly container: Container
  readonly stream: Stream
  readonly #decoder: Decoder
  readonly #options: ReadOptions
  #told = 0

  private constructor(container: Container, stream: Stream, decoder: Decoder, options: ReadOptions) {
    this.av = container.av
    this.container = container
    this.stream = stream
    this.#decoder = decoder
    this.#options = options
  }

  static async open({ input, format }: Located, index: number, options: ReadOptions): Promise<Reading> {
    const container = await openContainer(input, format, options.signal)
    try {
      const { av, streams } = container
      const stream = streams[index]
      if (!stream) throw damaged(`its stream ${index} is gone`)
      for (const other of streams) other.discard = other === stream ? av.AVDISCARD_DEFAULT : av.AVDISCARD_ALL
      const decoder = await Decoder.open(av, stream)
      const reading = new Reading(container, stream, decoder, options)
      await reading.#seek()
      return reading
    } catch (error) {
      await container[Symbol.asyncDispose]()
      throw error
    }
  }

  /** All frames from there to the end of the file. Whoever takes one frees it. */
  async *decoded(): AsyncGenerator<Frame, void, void> {
    using packet = new this.av.Packet()
    packet.alloc()
    while (await this.container.read(packet)) {
      if (packet.streamIndex === this.stream.index) yield* this.#decoder.decode(packet)
      packet.unref()
    }
    yield* this.#decoder.decode(undefined)
  }

  /** Tells how far it got, in steps of a hundredth. */
  progress(time: number): void {
    const { from = 0, to = Number.POSITIVE_INFINITY, onProgress } = this.#options
    const { duration } = this.container
    if (!onProgress || duration === undefined) return
    const start = Math.max(0, from)
    const fraction = Math.min(1, Math.max(0, (time - start) / (Math.min(to, duration) - start || 1)))
    if (fraction < this.#told + 0.01) return
    this.#told = fraction
    onProgress(fraction)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#decoder[Symbol.dispose]()
    await this.container[Symbol.asyncDispose]()
  }

  /** Goes to the last place before `from` where decoding can begin; where a file cannot do that, all of it is read. */
  async #seek(): Promise<void> {
    const { from } = this.#options
    if (from === undefined || from <= 0) return
    const { av, container, stream } = this
    const kind = stream.codecpar.codecType === av.AVMEDIA_TYPE_AUDIO ? 'audio' : 'video'
    const { num, den } = stream.timeBase
    const target = BigInt(Math.floor(((Math.max(0, from - runUp[kind]) + container.start) * den) / num))
    await container.context.seekFrame(stream.index, target, av.AVSEEK_FLAG_BACKWARD)
  }
}
