import { readFile, writeFile } from 'node:fs/promises'
import type { CodecContext, FormatContext, Frame, Packet, Stream } from 'node-av/lib'
import { type Av, av as load } from '../../av/library.ts'
import { createFrame } from '../../stream/create-frame.ts'
import { packSamples } from '../../stream/samples.ts'
import type { VideoFrame } from '../../stream/video-frame.ts'
import { displayMatrix } from '../../testing/display-matrix.ts'
import { type ChapterMark, withChapters } from './chapter-marks.ts'

interface Ratio {
  readonly num: number
  readonly den: number
}

/** A video track that is painted by code. */
export interface PictureTrack {
  /** FFmpeg's encoder. */
  readonly encoder: string
  readonly options: Readonly<Record<string, string>>
  readonly width: number
  readonly height: number
  readonly pixelFormat: string
  readonly timeBase: Ratio
  /** When each frame is shown, in the time base; the last number is the end of the last frame. */
  readonly times: readonly number[]
  /** H.273 numbers. */
  readonly colour?: { readonly primaries: number; readonly transfer: number; readonly matrix: number }
  readonly fullRange?: boolean
  readonly sampleAspectRatio?: Ratio
  /** Upper left numbers a, b, c, d of the display matrix. */
  readonly turn?: readonly [number, number, number, number]
  readonly interlaced?: boolean
  /** Whether it says how a display mastered it and how bright it is (SMPTE ST 2086, CTA-861.3). */
  readonly mastered?: boolean
  readonly dolbyVision?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

/** A sound track that is computed. */
export interface SoundTrack {
  readonly encoder: string
  readonly sampleRate: number
  readonly layout: 'mono' | 'stereo' | '5.1' | '7.1'
  /** Samples of each channel. */
  readonly length: number
  readonly sampleFormat?: string
  readonly bits?: number
  readonly bitRate?: number
  readonly tags?: Readonly<Record<string, string>>
  /** Default: what the muxer takes. */
  readonly disposition?: 'default' | 'comment' | 'none'
}

/** Lines of one second each. */
export interface SubtitleTrack {
  readonly codec: 'mov_text' | 'subrip' | 'ass' | 'webvtt'
  readonly lines: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

export interface Recording {
  /** FFmpeg's muxer. */
  readonly muxer: string
  readonly picture?: PictureTrack
  readonly sounds?: readonly SoundTrack[]
  readonly subtitles?: readonly SubtitleTrack[]
  readonly attachment?: { readonly bytes: Uint8Array; readonly filename: string; readonly mimetype: string }
  /** A JPEG. */
  readonly cover?: { readonly bytes: Uint8Array; readonly width: number; readonly height: number }
  readonly chapters?: readonly ChapterMark[]
  readonly tags?: Readonly<Record<string, string>>
}

/** What makes the packets of one stream, little by little. */
interface Lane {
  /** Seconds of what was made so far. */
  time(): number
  /** Makes a little more; false when there is no more. */
  advance(write: (packet: Packet, stream: Stream, base: Ratio) => Promise<void>): Promise<boolean>
}

/** Makes a file from code alone. */
export async function makeRecording(path: string, recording: Recording): Promise<void> {
  const av = await load()
  await using output = new av.FormatContext()
  check(av, output.allocOutputContext2(null, recording.muxer, path), 'the container')
  // Dolby Vision in MP4 is not in the standard that FFmpeg holds to.
  if (recording.picture?.dolbyVision) output.strictStdCompliance = -1
  if (recording.tags) output.metadata = av.Dictionary.fromObject(recording.tags)
  const lanes: Lane[] = []
  if (recording.picture) lanes.push(await pictureLane(av, output, recording.picture))
  for (const sound of recording.sounds ?? []) lanes.push(await soundLane(av, output, sound))
  for (const track of recording.subtitles ?? []) lanes.push(subtitleLane(av, output, track))
  const matroska = output.oformat!.name === 'matroska'
  if (recording.cover && !matroska) lanes.unshift(coverLane(av, output, recording.cover))
  if (recording.cover && matroska)
    attach(av, output, { bytes: recording.cover.bytes, filename: 'cover.jpg', mimetype: 'image/jpeg' })
  if (recording.attachment) attach(av, output, recording.attachment)
  check(av, await output.openOutput(), 'the file')
  using options = av.Dictionary.fromObject({})
  check(av, await output.writeHeader(options), 'the header')
  const write = async (packet: Packet, stream: Stream, base: Ratio) => {
    packet.streamIndex = stream.index
    packet.rescaleTs(base, stream.timeBase)
    check(av, await output.interleavedWriteFrame(packet), 'a packet')
  }
  for (const open = new Set(lanes); open.size > 0; ) {
    const lane = [...open].reduce((a, b) => (b.time() < a.time() ? b : a))
    if (!(await lane.advance(write))) open.delete(lane)
  }
  check(av, await output.writeTrailer(), 'the end')
  await output.closeOutput()
  if (recording.chapters) await writeFile(path, withChapters(await readFile(path), recording.chapters))
}

function check(av: Av, code: number, what: string): void {
  if (code < 0) throw new Error(`${what} could not be made: ${av.FFmpegError.strerror(code)}`)
}

async function openEncoder(
  av: Av,
  output: FormatContext,
  name: string,
  options: Readonly<Record<string, string>>,
  prepare: (context: CodecContext) => void,
): Promise<{ context: CodecContext; stream: Stream }> {
  const codec = av.Codec.findEncoderByName(name as never)
  if (!codec) throw new Error(`there is no encoder ${name}`)
  const context = new av.CodecContext()
  context.allocContext3(codec)
  prepare(context)
  context.setFlags(av.AV_CODEC_FLAG_BITEXACT, av.AV_CODEC_FLAG_FRAME_DURATION)
  if ((output.oformat!.flags & av.AVFMT_GLOBALHEADER) !== 0) context.setFlags(av.AV_CODEC_FLAG_GLOBAL_HEADER)
  context.threadCount = 1
  using dictionary = av.Dictionary.fromObject(options)
  check(av, await context.open2(codec, dictionary), `the encoder ${name}`)
  const stream = output.newStream()
  check(av, stream.codecpar.fromContext(context), 'a stream')
  stream.timeBase = context.timeBase
  return { context, stream }
}

/** Encodes frame by frame; the encoder is closed at the end. */
function encodingLane(
  av: Av,
  { context, stream }: { context: CodecContext; stream: Stream },
  next: () => Promise<Disposable & { frame: Frame; time: number }> | undefined,
): Lane {
  let time = 0
  const base = context.timeBase
  return {
    time: () => time,
    async advance(write) {
      using made = await next()
      if (made) time = made.time
      check(av, await context.sendFrame(made?.frame ?? null), 'a frame')
      using packet = new av.Packet()
      packet.alloc()
      while ((await context.receivePacket(packet)) >= 0) {
        await write(packet, stream, base)
        packet.unref()
      }
      if (!made) context.freeContext()
      return made !== undefined
    },
  }
}

async function pictureLane(av: Av, output: FormatContext, track: PictureTrack): Promise<Lane> {
  const { width, height, pixelFormat, timeBase, times, colour, fullRange, sampleAspectRatio, interlaced } = track
  const mean = (times.at(-1)! - times[0]!) / (times.length - 1)
  const rate = { num: timeBase.den, den: Math.round(timeBase.num * mean) }
  const made = await openEncoder(av, output, track.encoder, track.options, (context) => {
    context.width = width
    context.height = height
    context.pixelFormat = av.avGetPixFmtFromName(pixelFormat)
    context.timeBase = av.Rational.fromObject(timeBase)
    context.framerate = av.Rational.fromObject(rate)
    if (sampleAspectRatio) context.sampleAspectRatio = av.Rational.fromObject(sampleAspectRatio)
    if (colour) {
      context.colorPrimaries = colour.primaries as never
      context.colorTrc = colour.transfer as never
      context.colorSpace = colour.matrix as never
    }
    context.colorRange = (fullRange ? 2 : 1) as never
    if (interlaced) context.setFlags(av.AV_CODEC_FLAG_INTERLACED_DCT, av.AV_CODEC_FLAG_INTERLACED_ME)
  })
  const { stream } = made
  stream.avgFrameRate = av.Rational.fromObject(rate)
  if (sampleAspectRatio) stream.sampleAspectRatio = av.Rational.fromObject(sampleAspectRatio)
  if (track.tags) stream.metadata = av.Dictionary.fromObject(track.tags)
  const { codecpar } = stream
  if (track.turn) codecpar.addCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(track.turn))
  if (track.mastered) {
    codecpar.addCodedSideData(av.AV_PKT_DATA_MASTERING_DISPLAY_METADATA, masteringDisplay())
    codecpar.addCodedSideData(av.AV_PKT_DATA_CONTENT_LIGHT_LEVEL, Buffer.from(Uint32Array.of(1000, 400).buffer))
  }
  // AVDOVIDecoderConfigurationRecord: version 1.0, profile 8, level 1, with a base layer and metadata, compatible with HDR10.
  if (track.dolbyVision) codecpar.addCodedSideData(av.AV_PKT_DATA_DOVI_CONF, Buffer.from([1, 0, 8, 1, 1, 0, 1, 1, 0]))
  let index = 0
  return encodingLane(av, made, () => {
    if (index === times.length - 1) return undefined
    return paintedFrame(av, track, index++)
  })
}

async function paintedFrame(av: Av, track: PictureTrack, index: number) {
  const { timeBase, times, fullRange, interlaced, ...spec } = track
  const time = (times[index]! * timeBase.num) / timeBase.den
  const painted = await createFrame({ ...spec, format: track.pixelFormat, time, range: fullRange ? 'full' : 'limited' })
  paint(painted, index)
  const frame = painted.native()
  frame.pts = BigInt(times[index]!)
  frame.duration = BigInt(times[index + 1]! - times[index]!)
  if (interlaced) frame.setFlags(av.AV_FRAME_FLAG_INTERLACED, av.AV_FRAME_FLAG_TOP_FIELD_FIRST)
  return { frame, time, [Symbol.dispose]: () => painted[Symbol.dispose]() }
}

/** Slopes and soft stripes that move, so that every frame differs from every other and every encoder can follow. */
export function paint({ planes, layout }: VideoFrame, index: number): void {
  const peak = 2 ** layout.bits - 1
  for (const { data, stride, step, width, height, holds } of planes)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let part = 0; part < step; part++) {
          const luma = holds[part] === 'y'
          const wave = Math.sin((x + index * 1.7) / 5 + y / 9) * 0.18 + ((index * 5) % 23) / 120
          const level = luma ? 0.25 + 0.3 * (x / width) + wave : 0.5 + 0.2 * ((y - height / 2) / height) + wave / 4
          data[y * stride + x * step + part] = Math.round(level * peak)
        }
}

/** AVMasteringDisplayMetadata of a display with the P3 primaries, D65 and 0.005 to 1000 cd/m². */
function masteringDisplay(): Buffer {
  const points = [34_000, 16_000, 13_250, 34_500, 7500, 3000, 15_635, 16_450]
  const ratios = [...points.map((value) => [value, 50_000]), [50, 10_000], [10_000_000, 10_000]]
  return Buffer.from(Int32Array.from([...ratios.flat(), 1, 1]).buffer)
}

const channelCounts = { mono: 1, stereo: 2, '5.1': 6, '7.1': 8 } as const

/** Sample `at` of a channel: three tones that no two channels share, and a little of what sounds like noise. */
export const soundAt = (at: number, channel: number, sampleRate: number): number => {
  const time = at / sampleRate
  const tone = (hertz: number) => Math.sin(2 * Math.PI * hertz * (1 + channel / 7) * time + channel)
  const noise = ((at * 7919 + channel * 104_729) % 2003) / 2003 - 0.5
  return 0.2 * tone(220) + 0.1 * tone(517) + 0.05 * tone(1210) + 0.02 * noise
}

async function soundLane(av: Av, output: FormatContext, track: SoundTrack): Promise<Lane> {
  const { sampleRate, layout, length } = track
  const channels = channelCounts[layout]
  const channelLayout = av.avChannelLayoutDefault(channels)
  const timeBase = { num: 1, den: sampleRate }
  const made = await openEncoder(av, output, track.encoder, {}, (context) => {
    const formats = av.Codec.findEncoderByName(track.encoder as never)?.sampleFormats
    context.sampleRate = sampleRate
    context.channelLayout = channelLayout
    context.sampleFormat = track.sampleFormat
      ? av.avGetSampleFmtFromName(track.sampleFormat)
      : (formats?.[0] ?? av.AV_SAMPLE_FMT_FLTP)
    context.timeBase = av.Rational.fromObject(timeBase)
    if (track.bits) context.bitsPerRawSample = track.bits
    if (track.bitRate) context.bitRate = BigInt(track.bitRate)
  })
  const { context, stream } = made
  if (track.tags) stream.metadata = av.Dictionary.fromObject(track.tags)
  const dispositions = { default: av.AV_DISPOSITION_DEFAULT, comment: av.AV_DISPOSITION_COMMENT, none: 0 }
  if (track.disposition) stream.disposition = dispositions[track.disposition] as typeof stream.disposition
  const { sampleFormat, frameSize } = context
  const name = av.avGetSampleFmtName(sampleFormat)!
  let at = 0
  return encodingLane(av, made, () => {
    const count = Math.min(frameSize || 1000, length - at)
    if (count <= 0) return undefined
    // Of 32 bits as many are used as are said to be.
    const level = (x: number) => (track.bits ? Math.round(x * 2 ** (track.bits - 1)) / 2 ** (track.bits - 1) : x)
    const samples = Array.from({ length: channels }, (_, channel) =>
      Float64Array.from({ length: count }, (_, i) => level(soundAt(at + i, channel, sampleRate))),
    )
    const bytes = packSamples(name, samples, 0, count)
    const pts = BigInt(at)
    const frame = av.Frame.fromAudioBuffer(bytes, {
      nbSamples: count,
      format: sampleFormat,
      sampleRate,
      channelLayout,
      timeBase,
      pts,
    })
    at += count
    return Promise.resolve({ frame, time: at / sampleRate, [Symbol.dispose]: () => frame.free() })
  })
}

/** What a line is in each kind of subtitles. */
const subtitleBytes: Readonly<Record<SubtitleTrack['codec'], (line: string, index: number) => Buffer>> = {
  subrip: (line) => Buffer.from(line),
  webvtt: (line) => Buffer.from(line),
  ass: (line, index) => Buffer.from(`${index},0,Default,,0,0,0,,${line}`),
  mov_text: (line) => {
    const text = Buffer.from(line)
    return Buffer.concat([Uint8Array.of(text.length >> 8, text.length & 255), text])
  },
}

const assHeader = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`

function subtitleLane(av: Av, output: FormatContext, { codec, lines, tags }: SubtitleTrack): Lane {
  const ids = {
    mov_text: av.AV_CODEC_ID_MOV_TEXT,
    subrip: av.AV_CODEC_ID_SUBRIP,
    ass: av.AV_CODEC_ID_ASS,
    webvtt: av.AV_CODEC_ID_WEBVTT,
  }
  const base = { num: 1, den: 1000 }
  const stream = output.newStream()
  stream.codecpar.codecType = av.AVMEDIA_TYPE_SUBTITLE
  stream.codecpar.codecId = ids[codec]
  if (codec === 'ass') stream.codecpar.extradata = Buffer.from(assHeader)
  stream.timeBase = av.Rational.fromObject(base)
  stream.metadata = av.Dictionary.fromObject({ ...tags })
  let index = 0
  return {
    time: () => index,
    async advance(write) {
      const line = lines[index]
      if (line === undefined) return false
      using packet = new av.Packet()
      packet.alloc()
      packet.data = subtitleBytes[codec](line, index)
      packet.pts = BigInt(index * 1000)
      packet.dts = packet.pts
      packet.duration = 1000n
      packet.isKeyframe = true
      await write(packet, stream, base)
      index++
      return true
    },
  }
}

function coverLane(av: Av, output: FormatContext, { bytes, width, height }: NonNullable<Recording['cover']>): Lane {
  const base = { num: 1, den: 90_000 }
  const stream = output.newStream()
  stream.codecpar.codecType = av.AVMEDIA_TYPE_VIDEO
  stream.codecpar.codecId = av.AV_CODEC_ID_MJPEG
  stream.codecpar.width = width
  stream.codecpar.height = height
  stream.timeBase = av.Rational.fromObject(base)
  stream.disposition = av.AV_DISPOSITION_ATTACHED_PIC
  let done = false
  return {
    time: () => -1,
    async advance(write) {
      if (done) return false
      done = true
      using packet = new av.Packet()
      packet.alloc()
      packet.data = Buffer.from(bytes)
      packet.pts = 0n
      packet.dts = 0n
      packet.isKeyframe = true
      await write(packet, stream, base)
      return true
    },
  }
}

function attach(av: Av, output: FormatContext, { bytes, ...names }: NonNullable<Recording['attachment']>): void {
  const stream = output.newStream()
  stream.codecpar.codecType = av.AVMEDIA_TYPE_ATTACHMENT
  stream.codecpar.codecId = names.mimetype === 'image/jpeg' ? av.AV_CODEC_ID_MJPEG : av.AV_CODEC_ID_TTF
  stream.codecpar.extradata = Buffer.from(bytes)
  stream.metadata = av.Dictionary.fromObject(names)
}
