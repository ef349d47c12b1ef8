import type { CodecContext, FormatContext, Frame, Packet, Stream } from 'node-av/lib'
import { type Av, av as loadAv } from '../av/library.ts'
import { displayMatrix } from './display-matrix.ts'
import { frameOf } from './frame-of.ts'
import { type Matrix, yuvPlanes } from './yuv.ts'

/** A video track to be made: frames are painted in RGB by code. */
export interface VideoTrack {
  /** FFmpeg's encoder, e.g. `libx264`. */
  readonly encoder: string
  readonly width: number
  readonly height: number
  /** Frames a second. */
  readonly rate: number
  readonly frames: number
  /** Paints frame `index` into rows of 3 bytes a pixel. */
  readonly paint: (rgb: Uint8Array, index: number) => void
  readonly bits?: 8 | 10
  readonly matrix?: Matrix
  readonly fullRange?: boolean
  /** Whether the file says which matrix and range it has. Default true. */
  readonly tagged?: boolean
  /** H.273 numbers of the primaries and the transfer function. */
  readonly primaries?: number
  readonly transfer?: number
  readonly sampleAspectRatio?: { num: number; den: number }
  /** Upper left numbers a, b, c, d of the display matrix. */
  readonly turn?: readonly [number, number, number, number]
  readonly interlaced?: boolean
  readonly options?: Readonly<Record<string, string>>
}

/** A sound track to be made: samples are computed by code. */
export interface AudioTrack {
  readonly encoder: string
  readonly sampleRate: number
  readonly channels: 1 | 2
  readonly seconds: number
  /** Value of a sample, -1 to 1. */
  readonly sample: (time: number, channel: number) => number
  readonly bitRate?: number
}

export interface Recipe {
  /** FFmpeg's muxer, e.g. `mp4`. */
  readonly muxer: string
  readonly video?: VideoTrack
  readonly audio?: AudioTrack
  /** Bytes of a JPEG or PNG picture to be attached. */
  readonly cover?: Uint8Array
  readonly coverSize?: { width: number; height: number }
  readonly tags?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, string>>
}

interface Track {
  readonly context: CodecContext
  readonly stream: Stream
  /** Seconds of what was made so far. */
  time(): number
  /** The next frame, or undefined when there are no more. */
  next(): Frame | undefined
}

/** Makes a media file from code alone. The same recipe gives the same bytes. */
export async function encodeMedia(path: string, recipe: Recipe): Promise<void> {
  const av = await loadAv()
  await using output = new av.FormatContext()
  check(av, output.allocOutputContext2(null, recipe.muxer, path), 'allocOutputContext2')
  // With this flag muxers leave out their own name, and MP4's all tags.
  if (!recipe.tags) output.setFlags(av.AVFMT_FLAG_BITEXACT)
  else output.metadata = av.Dictionary.fromObject(recipe.tags)
  const tracks: Track[] = []
  if (recipe.video) tracks.push(await videoTrack(av, output, recipe.video))
  if (recipe.audio) tracks.push(await audioTrack(av, output, recipe.audio))
  const cover = recipe.cover && coverStream(av, output, recipe)
  check(av, await output.openOutput(), 'openOutput')
  using options = av.Dictionary.fromObject(recipe.options ?? {})
  check(av, await output.writeHeader(options), 'writeHeader')
  using packet = new av.Packet()
  packet.alloc()
  if (cover) await writeCover(av, output, cover, recipe.cover!, packet)
  const open = new Set(tracks)
  while (open.size > 0) {
    const track = [...open].toSorted((a, b) => a.time() - b.time())[0]!
    using frame = track.next()
    check(av, await track.context.sendFrame(frame ?? null), 'sendFrame')
    await writePackets(av, output, track, packet)
    if (!frame) open.delete(track)
  }
  check(av, await output.writeTrailer(), 'writeTrailer')
  await output.closeOutput()
  for (const track of tracks) track.context.freeContext()
}

async function writePackets(av: Av, output: FormatContext, { context, stream }: Track, packet: Packet): Promise<void> {
  while ((await context.receivePacket(packet)) >= 0) {
    packet.streamIndex = stream.index
    packet.rescaleTs(context.timeBase, stream.timeBase)
    check(av, await output.interleavedWriteFrame(packet), 'interleavedWriteFrame')
    packet.unref()
  }
}

function check(av: Av, code: number, doing: string): void {
  if (code < 0) throw new Error(`${doing}: ${av.FFmpegError.strerror(code)}`)
}

/** Opens the encoder and adds its stream to the output. */
async function addStream(
  av: Av,
  output: FormatContext,
  encoder: string,
  options: Readonly<Record<string, string>>,
  prepare: (context: CodecContext) => void,
) {
  const codec = av.Codec.findEncoderByName(encoder as Parameters<Av['Codec']['findEncoderByName']>[0])
  if (!codec) throw new Error(`no encoder ${encoder}`)
  const context = new av.CodecContext()
  context.allocContext3(codec)
  prepare(context)
  context.flags = (context.flags | av.AV_CODEC_FLAG_BITEXACT) as typeof context.flags
  if ((output.oformat!.flags & av.AVFMT_GLOBALHEADER) !== 0)
    context.flags = (context.flags | av.AV_CODEC_FLAG_GLOBAL_HEADER) as typeof context.flags
  // Encoders with several threads may give other bytes on another machine.
  context.threadCount = 1
  using dictionary = av.Dictionary.fromObject(options)
  check(av, await context.open2(codec, dictionary), `open ${encoder}`)
  const stream = output.newStream()
  check(av, stream.codecpar.fromContext(context), 'fromContext')
  stream.timeBase = context.timeBase
  return { context, stream }
}

async function videoTrack(av: Av, output: FormatContext, track: VideoTrack): Promise<Track> {
  const { width, height, rate, frames, matrix = 'bt601', bits = 8, fullRange = false, tagged = true } = track
  const format = bits === 10 ? 'yuv420p10le' : 'yuv420p'
  const colours = { bt601: 6, bt709: 1, bt2020: 9 } as const
  const { context, stream } = await addStream(av, output, track.encoder, track.options ?? {}, (context) => {
    context.width = width
    context.height = height
    context.pixelFormat = av.avGetPixFmtFromName(format)
    context.timeBase = new av.Rational(1, rate)
    context.framerate = new av.Rational(rate, 1)
    if (track.sampleAspectRatio) context.sampleAspectRatio = av.Rational.fromObject(track.sampleAspectRatio)
    if (tagged) context.colorSpace = colours[matrix] as typeof context.colorSpace
    if (tagged) context.colorRange = (fullRange ? 2 : 1) as typeof context.colorRange
    if (track.primaries !== undefined) context.colorPrimaries = track.primaries as typeof context.colorPrimaries
    if (track.transfer !== undefined) context.colorTrc = track.transfer as typeof context.colorTrc
  })
  stream.avgFrameRate = new av.Rational(rate, 1)
  if (track.sampleAspectRatio) stream.sampleAspectRatio = av.Rational.fromObject(track.sampleAspectRatio)
  if (track.turn) stream.codecpar.addCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(track.turn))
  const rgb = new Uint8Array(width * height * 3)
  let index = 0
  return {
    context,
    stream,
    time: () => index / rate,
    next() {
      if (index === frames) return undefined
      track.paint(rgb, index)
      const planes = yuvPlanes(rgb, { width, height }, { matrix, bits, fullRange })
      const frame = frameOf(av, planes, { width, height, format, rate, index })
      if (track.interlaced) frame.setFlags(av.AV_FRAME_FLAG_INTERLACED, av.AV_FRAME_FLAG_TOP_FIELD_FIRST)
      index++
      return frame
    },
  }
}

async function audioTrack(av: Av, output: FormatContext, track: AudioTrack): Promise<Track> {
  const { sampleRate, channels } = track
  const { context, stream } = await addStream(av, output, track.encoder, {}, (context) => {
    context.sampleRate = sampleRate
    context.channelLayout = av.avChannelLayoutDefault(channels)
    const codec = av.Codec.findEncoderByName(track.encoder as Parameters<Av['Codec']['findEncoderByName']>[0])
    context.sampleFormat = codec?.sampleFormats?.[0] ?? av.AV_SAMPLE_FMT_S16
    context.timeBase = new av.Rational(1, sampleRate)
    if (track.bitRate) context.bitRate = BigInt(track.bitRate)
  })
  const total = Math.round(track.seconds * sampleRate)
  let done = 0
  return {
    context,
    stream,
    time: () => done / sampleRate,
    next() {
      const count = Math.min(context.frameSize || 1024, total - done)
      if (count <= 0) return undefined
      const frame = av.Frame.fromAudioBuffer(samples(av, context, track, done, count), {
        nbSamples: count,
        format: context.sampleFormat,
        sampleRate,
        channelLayout: av.avChannelLayoutDefault(channels),
        timeBase: { num: 1, den: sampleRate },
        pts: BigInt(done),
      })
      done += count
      return frame
    },
  }
}

/** Samples in the encoder's own format. */
function samples(
  av: Av,
  context: CodecContext,
  { sample, channels, sampleRate }: AudioTrack,
  from: number,
  count: number,
): Buffer {
  const planar = av.avSampleFmtIsPlanar(context.sampleFormat)
  const name = av.avGetSampleFmtName(av.avGetPackedSampleFmt(context.sampleFormat)) ?? ''
  const width = av.avGetBytesPerSample(context.sampleFormat)
  const buffer = Buffer.alloc(count * channels * width)
  for (let channel = 0; channel < channels; channel++) {
    for (let index = 0; index < count; index++) {
      const value = sample((from + index) / sampleRate, channel)
      const at = (planar ? channel * count + index : index * channels + channel) * width
      if (name === 'flt') buffer.writeFloatLE(value, at)
      else if (name === 's16') buffer.writeInt16LE(Math.round(value * 32767), at)
      else if (name === 's32') buffer.writeInt32LE(Math.round(value * 2147483647), at)
      else throw new Error(`samples as ${name} are not made`)
    }
  }
  return buffer
}

function coverStream(av: Av, output: FormatContext, { cover, coverSize }: Recipe): Stream {
  const stream = output.newStream()
  const { codecpar } = stream
  codecpar.codecType = av.AVMEDIA_TYPE_VIDEO
  codecpar.codecId = cover![0] === 0x89 ? av.AV_CODEC_ID_PNG : av.AV_CODEC_ID_MJPEG
  codecpar.width = coverSize!.width
  codecpar.height = coverSize!.height
  stream.timeBase = new av.Rational(1, 90000)
  stream.setDisposition(av.AV_DISPOSITION_ATTACHED_PIC)
  return stream
}

async function writeCover(
  av: Av,
  output: FormatContext,
  stream: Stream,
  cover: Uint8Array,
  packet: Packet,
): Promise<void> {
  packet.data = Buffer.from(cover)
  packet.streamIndex = stream.index
  packet.pts = 0n
  packet.dts = 0n
  packet.isKeyframe = true
  check(av, await output.interleavedWriteFrame(packet), 'write cover')
  packet.unref()
}
