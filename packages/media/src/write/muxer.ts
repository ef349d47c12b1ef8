import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ColophonError } from '@colophon/core'
import type { CodecContext, FormatContext, IOContext, Packet, Stream } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import { type Container, containerFor } from './containers.ts'
import { holds } from './holds.ts'
import { PartialFile } from './partial-file.ts'

/** Takes the bytes of a file in order, for instance as the parts of an upload. */
export interface PartWriter {
  write(bytes: Uint8Array): void | Promise<void>
}

/** Where a recording is written: the path of a file, or something that takes its bytes in order. */
export type MediaTarget = string | PartWriter

/** Bytes handed over at a time. */
const pieceSize = 256 * 1024

/**
 * Writes packets into a container. A file appears under its name only when it is finished; disposing of the muxer before that
 * leaves nothing behind.
 */
export class Muxer implements AsyncDisposable {
  readonly container: Container
  readonly #av: Av
  readonly #context: FormatContext
  readonly #target: MediaTarget
  /** The file that is written, where there is one. */
  readonly #file: PartialFile | undefined
  #io: IOContext | undefined
  #failure: unknown
  /** The write that is going on. FFmpeg takes one packet at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  #state: 'made' | 'begun' | 'ended' = 'made'

  private constructor(
    av: Av,
    container: Container,
    context: FormatContext,
    target: MediaTarget,
    file: PartialFile | undefined,
  ) {
    this.#av = av
    this.container = container
    this.#context = context
    this.#target = target
    this.#file = file
  }

  /**
   * @param name of the container. Default: as the target's name says
   * @param whole writes a file first even where the target takes parts
   * @throws ColophonError MEDIA_NOT_WRITTEN, FILE_NOT_FOUND, FILE_IS_DIRECTORY
   */
  static async create(av: Av, target: MediaTarget, name?: string, whole = false): Promise<Muxer> {
    const path = typeof target === 'string' ? target : undefined
    const container = containerFor(path, name)
    if (!container) {
      const why = name ? `the container "${name}" is not written` : 'its name ends with no container that is written'
      throw new ColophonError('MEDIA_NOT_WRITTEN', { name: path ?? 'The output', why })
    }
    // A container that its writer must go back in is written to a file of its own first.
    const viaFile = path === undefined && (whole || !container.streamed)
    const file = path !== undefined || viaFile ? await PartialFile.for(path ?? join(tmpdir(), 'out')) : undefined
    const context = new av.FormatContext()
    context.allocOutputContext2(null, container.muxer, file ? `file:${file.path}` : null)
    if (container.draws) context.setFlags(av.AVFMT_FLAG_BITEXACT)
    return new Muxer(av, container, context, target, file)
  }

  get context(): FormatContext {
    return this.#context
  }

  /** Whether encoders are to put their headers into the container rather than into the stream. */
  get wantsGlobalHeader(): boolean {
    return (this.#context.oformat!.flags & this.#av.AVFMT_GLOBALHEADER) !== 0
  }

  /**
   * A stream of the encoder's packets.
   *
   * @throws ColophonError MEDIA_NOT_WRITTEN
   */
  async addEncoded(encoder: CodecContext): Promise<Stream> {
    const stream = this.#context.newStream()
    stream.codecpar.fromContext(encoder)
    stream.timeBase = encoder.timeBase
    if (await this.holds(stream)) return stream
    const codec = this.#av.avGetCodecName(encoder.codecId)
    throw this.refusal(`${this.container.name} holds no ${codec}; name another codec or another container`)
  }

  /** Whether the container takes streams of that codec. */
  holds({ codecpar, timeBase }: Stream): Promise<boolean> {
    return holds(this.#av, this.container, codecpar, timeBase)
  }

  /** The error that says why nothing is written. */
  refusal(why: string): ColophonError {
    const name = typeof this.#target === 'string' ? this.#target : 'The output'
    return new ColophonError('MEDIA_NOT_WRITTEN', { name, why })
  }

  /** A stream of another container's packets as they are. The tag of its codec is kept where the container is of the same kind. */
  addCopy(source: Stream, sameContainer: boolean): Stream {
    const stream = this.#context.newStream()
    source.codecpar.copy(stream.codecpar)
    if (!sameContainer) stream.codecpar.codecTag = 0
    stream.timeBase = source.timeBase
    this.describe(stream, source)
    return stream
  }

  /**
   * A cover picture as Matroska has it: an attached file. FFmpeg's muxer would make a video track of it.
   *
   * @param extension of its file name, `jpeg` or `png`
   */
  addAttachedCover(source: Stream, picture: Uint8Array, extension: string): Stream {
    const stream = this.#context.newStream()
    stream.codecpar.codecType = this.#av.AVMEDIA_TYPE_ATTACHMENT
    stream.codecpar.codecId = source.codecpar.codecId
    stream.codecpar.extradata = Buffer.from(picture)
    const names = { filename: `cover.${extension.replace('jpeg', 'jpg')}`, mimetype: `image/${extension}` }
    stream.metadata = this.#av.Dictionary.fromObject({ ...names, ...source.metadata?.getAll() })
    return stream
  }

  /** Says of a stream what is said of another: tags, disposition, shape of pixels, rate. */
  describe(stream: Stream, source: Stream): void {
    const av = this.#av
    // MP4 and MOV give the title of a track as its name, and take it only as its title.
    const { name, ...tags } = source.metadata?.getAll() ?? {}
    stream.metadata = av.Dictionary.fromObject({ ...(name !== undefined && { title: name }), ...tags })
    stream.disposition = source.disposition
    if (source.codecpar.codecType === av.AVMEDIA_TYPE_VIDEO) {
      stream.sampleAspectRatio = source.sampleAspectRatio
      // Muxers refuse a codec that says otherwise, as AV1 streams do whose container alone knows.
      if (source.sampleAspectRatio.num > 0) stream.codecpar.sampleAspectRatio = source.sampleAspectRatio
      stream.avgFrameRate = source.avgFrameRate
      stream.rFrameRate = source.rFrameRate
    }
  }

  /** @throws ColophonError MEDIA_NOT_WRITTEN */
  async begin(options: Readonly<Record<string, string>> = {}): Promise<void> {
    const av = this.#av
    if (this.#file) this.#check(await this.#context.openOutput(), 'be created')
    else {
      this.#io = this.#partOutput()
      this.#context.pb = this.#io
    }
    const all = { ...this.container.options, ...(this.#file ? {} : this.container.streamed), ...options }
    using dictionary = av.Dictionary.fromObject(all)
    this.#check(await this.#context.writeHeader(dictionary), 'hold these streams')
    this.#state = 'begun'
  }

  /**
   * Writes a packet, whose content is gone afterwards.
   *
   * @param timeBase that its times are in
   * @throws ColophonError MEDIA_NOT_WRITTEN, or what the part writer threw
   */
  async write(packet: Packet, stream: Stream, timeBase: { num: number; den: number }): Promise<void> {
    packet.streamIndex = stream.index
    packet.rescaleTs(timeBase, stream.timeBase)
    packet.pos = -1n
    const written = this.#turn.then(() => this.#context.interleavedWriteFrame(packet))
    this.#turn = written.catch(() => undefined)
    this.#check(await written, 'take a packet')
  }

  /**
   * Ends the file and gives it its name.
   *
   * @param last looks at or changes the whole file before it is seen; gets no path for a target that takes parts
   */
  async finish(last?: (path: string | undefined) => Promise<void>): Promise<void> {
    this.#check(await this.#context.writeTrailer(), 'be ended')
    this.#state = 'ended'
    if (!this.#file) {
      await this.#context.flush()
      if (this.#failure) throw this.#failure
      await last?.(undefined)
      return
    }
    await this.#context.closeOutput()
    await last?.(this.#file.path)
    if (typeof this.#target === 'string') await this.#file.finish()
    else
      for await (const piece of createReadStream(this.#file.path, { highWaterMark: pieceSize }))
        await this.#target.write(piece)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
    if (this.#file && this.#state !== 'ended') await this.#context.closeOutput()
    if (this.#io) {
      this.#context.pb = null
      this.#io.freeContext()
    }
    this.#context.freeContext()
    await this.#file?.[Symbol.asyncDispose]()
  }

  #partOutput(): IOContext {
    const io = new this.#av.IOContext()
    const target = this.#target as PartWriter
    const write = async (bytes: Buffer): Promise<number> => {
      if (this.#failure) return this.#av.AVERROR_EIO
      try {
        // A copy already, made for this call.
        await target.write(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length))
        return bytes.length
      } catch (error) {
        this.#failure = error
        return this.#av.AVERROR_EIO
      }
    }
    io.allocContextWithCallbacks(pieceSize, 1, null, write, null)
    return io
  }

  #check(code: number, what: string): void {
    if (this.#failure) throw this.#failure
    if (code >= 0) return
    throw this.refusal(`a ${this.container.name} file could not ${what} (${this.#av.FFmpegError.strerror(code)})`)
  }
}
