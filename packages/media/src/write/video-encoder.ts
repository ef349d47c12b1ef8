import { ColophonError } from '@colophon/core'
import type { Codec, CodecContext, Frame, Packet } from 'node-av/lib'
import type { Av } from '../av/library.ts'

/** How pictures are encoded. What is left out is chosen: by the source when a file is rewritten, else by the codec. */
export interface VideoEncoding {
  /** FFmpeg's name of the codec: `h264`, `hevc`, `vp9`, `av1`, `ffv1`, `prores`, … */
  readonly codec?: string
  /** Constant quality on the codec's own scale, lower is better: 18 is near transparent for `h264`, 30 for `vp9` and `av1`. */
  readonly quality?: number
  /** Bits a second, instead of a quality. */
  readonly bitRate?: number
  /** The encoder's own name for how much work it does: `veryfast` … `slow` for `h264` and `hevc`, 0 … 13 for `av1`. */
  readonly preset?: string
  /** FFmpeg's name of the pixel format. */
  readonly pixelFormat?: string
  /** Most frames from one key frame to the next. */
  readonly keyInterval?: number
  /** Further options of FFmpeg's encoder. */
  readonly options?: Readonly<Record<string, string>>
}

/** What an encoder must know of the pictures. */
export interface Pictures {
  readonly width: number
  readonly height: number
  readonly pixelFormat: string
  readonly timeBase: { readonly num: number; readonly den: number }
  readonly frameRate: { readonly num: number; readonly den: number } | undefined
  readonly sampleAspectRatio?: { readonly num: number; readonly den: number }
  /** H.273 numbers; chroma location by FFmpeg's. */
  readonly colour?: Readonly<Record<'primaries' | 'transfer' | 'matrix' | 'range' | 'chromaLocation', number>>
  readonly interlaced?: boolean
}

/** The encoder that is best for a codec where FFmpeg knows several, and how it is told a quality and a preset. */
interface Choice {
  readonly encoder: string
  readonly quality: number
  readonly options?: Readonly<Record<string, string>>
  readonly presetOption?: string
  readonly preset?: string
}

const choices: Readonly<Record<string, Choice>> = {
  h264: { encoder: 'libx264', quality: 18, presetOption: 'preset', preset: 'medium' },
  hevc: {
    encoder: 'libx265',
    quality: 20,
    presetOption: 'preset',
    preset: 'medium',
    options: { 'x265-params': 'log-level=none' },
  },
  vp9: {
    encoder: 'libvpx-vp9',
    quality: 28,
    presetOption: 'cpu-used',
    preset: '2',
    options: { b: '0', 'row-mt': '1' },
  },
  vp8: { encoder: 'libvpx', quality: 10, presetOption: 'cpu-used', preset: '2', options: { b: '8M' } },
  av1: {
    encoder: 'libsvtav1',
    quality: 28,
    presetOption: 'preset',
    preset: '8',
    options: { 'svtav1-params': 'fast-decode=0' },
  },
  prores: { encoder: 'prores_ks', quality: 0 },
}

const isLossless = /^(ffv1|huffyuv|ffvhuff|utvideo|rawvideo|png|magicyuv|v210|qtrle|gif)$/

/** Codecs whose headers have no room for fine time stamps: MPEG-4 keeps 16 bits, MPEG-1 and 2 a list of rates. */
const coarseTime = /^(mpeg4|msmpeg4v\d|mpeg1video|mpeg2video|h263)$/

/** The encoder for a codec, or undefined where there is none. */
export function findVideoEncoder(av: Av, codec: string): Codec | undefined {
  const name = choices[codec]?.encoder ?? codec
  return av.Codec.findEncoderByName(name as never) ?? undefined
}

/**
 * Encodes pictures of one stream.
 *
 * The time stamps of frames are in {@link VideoEncoder.timeBase}.
 */
export class VideoEncoder implements Disposable {
  readonly context: CodecContext
  readonly timeBase: { readonly num: number; readonly den: number }
  readonly #av: Av
  readonly #packet: Packet
  /** Of the frames that are at work, by time stamp: not every encoder passes them on. */
  readonly #durations = new Map<bigint, bigint>()

  private constructor(av: Av, context: CodecContext) {
    this.#av = av
    this.context = context
    this.timeBase = context.timeBase
    this.#packet = new av.Packet()
    this.#packet.alloc()
  }

  /** @throws ColophonError MEDIA_NOT_WRITTEN */
  static async open(
    av: Av,
    pictures: Pictures,
    encoding: VideoEncoding & { readonly codec: string },
    globalHeader: boolean,
  ): Promise<VideoEncoder> {
    const codec = findVideoEncoder(av, encoding.codec)
    if (!codec) throw refused(`there is no encoder for ${encoding.codec}`)
    const format = encoding.pixelFormat ?? pictures.pixelFormat
    const pixelFormat = av.avGetPixFmtFromName(format)
    if (codec.pixelFormats && !codec.pixelFormats.includes(pixelFormat))
      throw refused(`${encoding.codec} is not encoded from ${format} pixels`)
    const context = new av.CodecContext()
    context.allocContext3(codec)
    context.width = pictures.width
    context.height = pictures.height
    context.pixelFormat = pixelFormat
    const { num, den } = pictures.frameRate ?? { num: 25, den: 1 }
    const base = coarseTime.test(encoding.codec) ? { num: den, den: num } : pictures.timeBase
    context.timeBase = new av.Rational(base.num, base.den)
    context.framerate = new av.Rational(num, den)
    if (pictures.sampleAspectRatio) context.sampleAspectRatio = av.Rational.fromObject(pictures.sampleAspectRatio)
    if (pictures.colour) {
      context.colorPrimaries = pictures.colour.primaries as never
      context.colorTrc = pictures.colour.transfer as never
      context.colorSpace = pictures.colour.matrix as never
      context.colorRange = pictures.colour.range as never
      context.chromaLocation = pictures.colour.chromaLocation as never
    }
    if (encoding.bitRate) context.bitRate = BigInt(Math.round(encoding.bitRate))
    if (encoding.keyInterval) context.gopSize = encoding.keyInterval
    if (pictures.interlaced) {
      if (!/^(h264|mpeg2video|mpeg4|prores|ffv1|rawvideo)$/.test(encoding.codec))
        throw refused(`interlaced ${encoding.codec} is not encoded`)
      context.setFlags(av.AV_CODEC_FLAG_INTERLACED_DCT, av.AV_CODEC_FLAG_INTERLACED_ME)
    }
    context.setFlags(av.AV_CODEC_FLAG_FRAME_DURATION)
    if (globalHeader) context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER)
    context.threadCount = 0
    using options = av.Dictionary.fromObject(optionsOf(encoding))
    const opened = await context.open2(codec, options)
    if (opened < 0) {
      context.freeContext()
      throw refused(`the ${encoding.codec} encoder refuses the picture (${av.FFmpegError.strerror(opened)})`)
    }
    return new VideoEncoder(av, context)
  }

  /**
   * The packets that a frame completes. Each is good until the next is asked for.
   *
   * @param frame `undefined` at the end, to get what is left
   * @throws ColophonError MEDIA_NOT_WRITTEN, also for a frame of another size or pixel format than the first
   */
  async *encode(frame: Frame | undefined): AsyncGenerator<Packet, void, void> {
    const av = this.#av
    if (frame) this.#check(frame)
    if (frame && frame.duration > 0n) this.#durations.set(frame.pts, frame.duration)
    const sent = await this.context.sendFrame(frame ?? null)
    if (sent < 0 && sent !== av.AVERROR_EOF) throw refused(`a frame was not encoded (${av.FFmpegError.strerror(sent)})`)
    const packet = this.#packet
    for (;;) {
      packet.unref()
      const received = await this.context.receivePacket(packet)
      if (received === av.AVERROR_EAGAIN || received === av.AVERROR_EOF) return
      if (received < 0) throw refused(`a frame was not encoded (${av.FFmpegError.strerror(received)})`)
      packet.duration = this.#durations.get(packet.pts) ?? packet.duration
      this.#durations.delete(packet.pts)
      yield packet
    }
  }

  /** Encoders read as many pixels as they were told of, whatever the frame has. */
  #check(frame: Frame): void {
    const { width, height, pixelFormat } = this.context
    if (frame.width === width && frame.height === height && frame.format === pixelFormat) return
    const said = (of: { width: number; height: number }, format: Frame['format']) =>
      `${of.width}x${of.height} ${this.#av.avGetPixFmtName(format as never)}`
    const change = `from ${said(this.context, pixelFormat)} to ${said(frame, frame.format)}`
    throw refused(`its pictures change ${change}, and one stream holds pictures of one kind`)
  }

  [Symbol.dispose](): void {
    this.#packet.free()
    this.context.freeContext()
  }
}

/** What a step of the quantiser is in FFmpeg's unit of quality (FF_QP2LAMBDA). */
const lambda = 118

/** Options of FFmpeg's encoder. */
function optionsOf(encoding: VideoEncoding & { readonly codec: string }): Record<string, string> {
  const { codec, quality, bitRate } = encoding
  const choice = choices[codec]
  const { b, ...options }: Record<string, string> = { ...choice?.options }
  if (choice?.presetOption) options[choice.presetOption] = encoding.preset ?? choice.preset!
  if (bitRate === undefined) {
    if (b !== undefined) options.b = b
    if (choice && choice.quality > 0) options.crf = String(quality ?? choice.quality)
    else if (quality !== undefined && !isLossless.test(codec)) {
      options.flags = '+qscale'
      options.global_quality = String(Math.round(quality * lambda))
    }
  }
  return { ...options, ...encoding.options }
}

const refused = (why: string) => new ColophonError('MEDIA_NOT_WRITTEN', { name: 'The video', why })
