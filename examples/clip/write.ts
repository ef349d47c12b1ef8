import * as constants from 'node-av/constants'
import * as library from 'node-av/lib'

const av = { ...constants, ...library }

/** A clip to be written: frames are given as RGB, samples as numbers from -1 to 1. */
export interface Clip {
  readonly width: number
  readonly height: number
  /** Frames a second. */
  readonly rate: number
  readonly frames: number
  readonly sampleRate: number
  readonly paint: (index: number) => Uint8Array
  readonly sample: (time: number, channel: number) => number
  readonly tags: Readonly<Record<string, string>>
}

interface Track {
  readonly context: library.CodecContext
  readonly stream: library.Stream
  time(): number
  next(): library.Frame | undefined
}

const bt709 = 1
const limited = 1
const full = 2

function check(code: number): void {
  library.FFmpegError.throwIfError(code)
}

/** Writes a clip as MP4 with H.264 and AAC. */
export async function writeClip(path: string, clip: Clip): Promise<void> {
  library.Log.setLevel(av.AV_LOG_ERROR)
  await using output = new av.FormatContext()
  check(output.allocOutputContext2(null, 'mp4', path))
  output.metadata = av.Dictionary.fromObject(clip.tags)
  const tracks = new Set([await videoTrack(output, clip), await audioTrack(output, clip)])
  check(await output.openOutput())
  using options = av.Dictionary.fromObject({ movflags: '+faststart' })
  check(await output.writeHeader(options))
  using packet = new av.Packet()
  packet.alloc()
  while (tracks.size > 0) {
    const track = [...tracks].toSorted((a, b) => a.time() - b.time())[0]!
    using frame = track.next()
    check(await track.context.sendFrame(frame ?? null))
    while ((await track.context.receivePacket(packet)) >= 0) {
      packet.streamIndex = track.stream.index
      packet.rescaleTs(track.context.timeBase, track.stream.timeBase)
      check(await output.interleavedWriteFrame(packet))
    }
    if (frame) continue
    tracks.delete(track)
    track.context.freeContext()
  }
  check(await output.writeTrailer())
  await output.closeOutput()
}

async function openEncoder(
  name: 'libx264' | 'aac',
  settings: Record<string, string>,
  prepare: (context: library.CodecContext) => void,
): Promise<library.CodecContext> {
  const codec = av.Codec.findEncoderByName(name as Parameters<typeof av.Codec.findEncoderByName>[0])!
  const context = new av.CodecContext()
  context.allocContext3(codec)
  prepare(context)
  context.flags = (av.AV_CODEC_FLAG_GLOBAL_HEADER | av.AV_CODEC_FLAG_BITEXACT) as typeof context.flags
  // Several threads would give other bytes on another machine.
  context.threadCount = 1
  using options = av.Dictionary.fromObject(settings)
  check(await context.open2(codec, options))
  return context
}

function addStream(output: library.FormatContext, context: library.CodecContext): library.Stream {
  const stream = output.newStream()
  check(stream.codecpar.fromContext(context))
  stream.timeBase = context.timeBase
  return stream
}

async function videoTrack(output: library.FormatContext, clip: Clip): Promise<Track> {
  const { width, height, rate, frames, paint } = clip
  const context = await openEncoder('libx264', { preset: 'veryslow', crf: '25' }, (context) => {
    context.width = width
    context.height = height
    context.pixelFormat = av.AV_PIX_FMT_YUV420P
    context.timeBase = new av.Rational(1, rate)
    context.framerate = new av.Rational(rate, 1)
    context.gopSize = 2 * rate
    context.colorSpace = bt709 as typeof context.colorSpace
    context.colorPrimaries = bt709 as typeof context.colorPrimaries
    context.colorTrc = bt709 as typeof context.colorTrc
    context.colorRange = limited as typeof context.colorRange
  })
  const stream = addStream(output, context)
  stream.avgFrameRate = context.framerate
  const scaler = new av.SoftwareScaleContext()
  scaler.allocContext()
  scaler.setOption('sws_flags', 'bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact')
  let index = 0
  return {
    context,
    stream,
    time: () => index / rate,
    next() {
      if (index === frames) return undefined
      const size = { width, height, timeBase: { num: 1, den: rate }, pts: BigInt(index) }
      using rgb = av.Frame.fromVideoBuffer(Buffer.from(paint(index)), { ...size, format: av.AV_PIX_FMT_RGB24 })
      const frame = new av.Frame()
      frame.alloc()
      Object.assign(frame, { width, height, format: av.AV_PIX_FMT_YUV420P })
      for (const picture of [rgb, frame]) {
        Object.assign(picture, { colorPrimaries: bt709, colorTrc: bt709 })
        Object.assign(
          picture,
          picture === rgb ? { colorSpace: 0, colorRange: full } : { colorSpace: bt709, colorRange: limited },
        )
      }
      check(frame.allocBuffer())
      check(scaler.scaleFrameSync(frame, rgb))
      frame.pts = BigInt(index++)
      return frame
    },
  }
}

async function audioTrack(output: library.FormatContext, clip: Clip): Promise<Track> {
  const { sampleRate, sample } = clip
  const layout = av.avChannelLayoutDefault(2)
  const context = await openEncoder('aac', { b: '80k' }, (context) => {
    context.sampleRate = sampleRate
    context.channelLayout = layout
    context.sampleFormat = av.AV_SAMPLE_FMT_FLTP
    context.timeBase = new av.Rational(1, sampleRate)
  })
  const total = Math.round((clip.frames / clip.rate) * sampleRate)
  let done = 0
  return {
    context,
    stream: addStream(output, context),
    time: () => done / sampleRate,
    next() {
      const count = Math.min(context.frameSize, total - done)
      if (count <= 0) return undefined
      const planes = new Float32Array(2 * count)
      for (let index = 0; index < 2 * count; index++)
        planes[index] = sample((done + (index % count)) / sampleRate, Math.floor(index / count))
      const shape = { nbSamples: count, format: av.AV_SAMPLE_FMT_FLTP, sampleRate, channelLayout: layout }
      const frame = av.Frame.fromAudioBuffer(Buffer.from(planes.buffer), {
        ...shape,
        timeBase: { num: 1, den: sampleRate },
        pts: BigInt(done),
      })
      done += count
      return frame
    },
  }
}
