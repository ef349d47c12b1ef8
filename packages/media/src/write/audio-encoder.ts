import { ColophonError } from '@colophon/core'
import type { CodecContext, Frame, Packet } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import { packSamples, type SampleBlock } from '../stream/samples.ts'

/** How sound is encoded. What is left out is chosen: by the source when a file is rewritten, else by the codec. */
export interface AudioEncoding {
  /** FFmpeg's name of the codec: `flac`, `pcm_s16le`, `aac`, `mp3`, `opus`, `vorbis`, … */
  readonly codec?: string
  /** Bits a second. */
  readonly bitRate?: number
  /** FFmpeg's name of a sample format that the encoder takes. */
  readonly sampleFormat?: string
  /** Further options of FFmpeg's encoder. */
  readonly options?: Readonly<Record<string, string>>
}

/** What an encoder must know of the sound. */
export interface Sound {
  readonly sampleRate: number
  readonly channels: number
  /** FFmpeg's channel layout. */
  readonly channelLayout: CodecContext['channelLayout']
  /** Bits that the samples have, where that is known. */
  readonly bits?: number
}

const encoders: Readonly<Record<string, string>> = { mp3: 'libmp3lame', opus: 'libopus', vorbis: 'libvorbis' }

/** Samples a packet of PCM holds where the encoder does not care. */
const freeFrame = 8192

/** Encodes the sound of one stream. Time stamps are in samples. */
export class AudioEncoder implements Disposable {
  readonly context: CodecContext
  readonly #av: Av
  readonly #format: string
  /** Samples of each frame but the last. */
  readonly frameSize: number
  /** Where samples are put for FFmpeg, one frame after the other. */
  readonly #bytes: Buffer
  /** The last frame, to be filled again once the encoder has let go of it. */
  #frame: Frame | undefined

  private constructor(av: Av, context: CodecContext, format: string) {
    this.#av = av
    this.context = context
    this.#format = format
    this.frameSize = context.frameSize || freeFrame
    this.#bytes = Buffer.alloc(this.frameSize * context.channels * av.avGetBytesPerSample(context.sampleFormat))
  }

  /** @throws ColophonError MEDIA_NOT_WRITTEN */
  static async open(
    av: Av,
    sound: Sound,
    encoding: AudioEncoding & { readonly codec: string },
    globalHeader: boolean,
  ): Promise<AudioEncoder> {
    const codec = av.Codec.findEncoderByName((encoders[encoding.codec] ?? encoding.codec) as never)
    if (!codec) throw refused(`there is no encoder for ${encoding.codec}`)
    const context = new av.CodecContext()
    context.allocContext3(codec)
    context.sampleRate = sound.sampleRate
    context.channelLayout = sound.channelLayout
    const formats = (codec.sampleFormats ?? [av.AV_SAMPLE_FMT_FLTP]).map((format) => av.avGetSampleFmtName(format)!)
    const format = encoding.sampleFormat ?? bestFormat(formats, sound.bits)
    context.sampleFormat = av.avGetSampleFmtFromName(format)
    if (sound.bits && /^s32/.test(format)) context.bitsPerRawSample = sound.bits
    context.timeBase = new av.Rational(1, sound.sampleRate)
    if (encoding.bitRate) context.bitRate = BigInt(Math.round(encoding.bitRate))
    if (globalHeader) context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER)
    using options = av.Dictionary.fromObject(encoding.options ?? {})
    const opened = await context.open2(codec, options)
    if (opened < 0) {
      context.freeContext()
      const what = `${sound.channels} channels at ${sound.sampleRate} Hz`
      throw refused(`the ${encoding.codec} encoder refuses ${what} (${av.FFmpegError.strerror(opened)})`)
    }
    return new AudioEncoder(av, context, format)
  }

  /**
   * The packets that a block completes. Each is good until the next is asked for.
   *
   * @param block of {@link frameSize} samples, or fewer at the end; `undefined` after that
   * @param pts in samples
   * @throws ColophonError MEDIA_NOT_WRITTEN, also for a block of another rate or other channels than the encoder was opened for
   */
  async *encode(block: SampleBlock | undefined, pts = 0n): AsyncGenerator<Packet, void, void> {
    const av = this.#av
    if (block) this.#check(block)
    const frame = block && this.#frameOf(block, pts)
    const sent = this.context.sendFrameSync(frame ?? null)
    if (sent < 0 && sent !== av.AVERROR_EOF)
      throw refused(`samples were not encoded (${av.FFmpegError.strerror(sent)})`)
    using packet = new av.Packet()
    packet.alloc()
    for (;;) {
      const received = this.context.receivePacketSync(packet)
      if (received === av.AVERROR_EAGAIN || received === av.AVERROR_EOF) return
      if (received < 0) throw refused(`samples were not encoded (${av.FFmpegError.strerror(received)})`)
      yield packet
      packet.unref()
    }
  }

  #check({ channels, sampleRate }: SampleBlock): void {
    const wanted = this.context
    if (channels.length === wanted.channels && sampleRate === wanted.sampleRate) return
    const said = (count: number, rate: number) => `${count} channel${count === 1 ? '' : 's'} at ${rate} Hz`
    const change = `from ${said(wanted.channels, wanted.sampleRate)} to ${said(channels.length, sampleRate)}`
    throw refused(`it changes ${change}, and one stream holds sound of one kind`)
  }

  [Symbol.dispose](): void {
    this.#frame?.free()
    this.context.freeContext()
  }

  /** A frame with the samples, which stays this encoder's. */
  #frameOf({ channels, length, sampleRate }: SampleBlock, pts: bigint): Frame {
    const last = this.#frame
    if (last?.nbSamples === length && last.isWritable) {
      last.fromBuffer(packSamples(this.#format, channels, 0, length, this.#bytes))
      last.pts = pts
      return last
    }
    last?.free()
    this.#frame = this.#av.Frame.fromAudioBuffer(packSamples(this.#format, channels, 0, length, this.#bytes), {
      nbSamples: length,
      format: this.context.sampleFormat,
      sampleRate,
      channelLayout: this.context.channelLayout,
      timeBase: { num: 1, den: sampleRate },
      pts,
    })
    return this.#frame
  }
}

/** The first format that holds the bits; floating point where they are not known. */
function bestFormat(formats: readonly string[], bits: number | undefined): string {
  const widths: Readonly<Record<string, number>> = { u8: 8, s16: 16, s32: 32, flt: 25, dbl: 64 }
  const widthOf = (name: string) => widths[name.replace(/p$/, '')] ?? 0
  const wanted = bits ?? 25
  return (
    formats.filter((name) => widthOf(name) >= wanted).sort((a, b) => widthOf(a) - widthOf(b))[0] ??
    [...formats].sort((a, b) => widthOf(b) - widthOf(a))[0]!
  )
}

const refused = (why: string) => new ColophonError('MEDIA_NOT_WRITTEN', { name: 'The sound', why })
