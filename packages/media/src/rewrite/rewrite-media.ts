import type { Packet, Stream } from 'node-av/lib'
import { type Container, openContainer, secondsOf } from '../av/container.ts'
import { Decoder } from '../av/decoder.ts'
import { streamReport, tagsOf } from '../av/stream-report.ts'
import { mainStream } from '../facts.ts'
import { renamed, wrongKind } from '../failures.ts'
import type { AudioStreamReport, StreamReport, VideoStreamReport } from '../probe/report.ts'
import { precisionOf } from '../stream/samples.ts'
import { type Located, locate, type MediaSource, nameOf } from '../stream/source.ts'
import { AudioEncoder, type AudioEncoding } from '../write/audio-encoder.ts'
import { Channel } from '../write/channel.ts'
import { containerFor } from '../write/containers.ts'
import { type MediaTarget, Muxer } from '../write/muxer.ts'
import { VideoEncoder, type VideoEncoding } from '../write/video-encoder.ts'
import { blocksOf, continuous, renderSamples, type TransformSamples } from './audio-track.ts'
import { type CopiedStream, Copies, type LeftStream } from './copies.ts'
import { finishFile } from './finish-file.ts'
import { encodingLike, picturesOf, refuseLoss, soundLike } from './match-source.ts'
import { framesOf, type OnFrame, type Reach, renderFrames } from './video-track.ts'

/** What is to be done to the pictures. */
export interface VideoRewrite {
  readonly onFrame: OnFrame
  /** Index of the stream. Default: the main one. */
  readonly stream?: number
  /** How many frames around each are given along with it. Default: none. */
  readonly reach?: Reach
  /** What is not said is taken from the source. */
  readonly encoding?: VideoEncoding
}

/** What is to be done to the sound. */
export interface AudioRewrite {
  readonly transform: TransformSamples
  /** Index of the stream. Default: the main one. */
  readonly stream?: number
  /** What is not said is taken from the source. */
  readonly encoding?: AudioEncoding
}

export interface RewriteOptions {
  readonly video?: VideoRewrite
  readonly audio?: AudioRewrite
  /** Name of the container. Default: what the target's name says, else the source's. */
  readonly container?: string
  readonly signal?: AbortSignal
  /** Called now and then with the part that is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void
}

/** What became of the pictures. */
export interface RewrittenVideo {
  readonly index: number
  readonly codec: string
  readonly encoding: VideoEncoding
  readonly frames: number
  /** Why something is not as in the source, where that is so. */
  readonly why?: string
}

/** What became of the sound. */
export interface RewrittenAudio {
  readonly index: number
  readonly codec: string
  readonly encoding: AudioEncoding
  /** Of each channel. */
  readonly samples: number
}

export interface RewriteReport {
  readonly container: string
  readonly video?: RewrittenVideo
  readonly audio?: RewrittenAudio
  readonly copied: readonly CopiedStream[]
  readonly left: readonly LeftStream[]
}

/** Packets that wait for a decoder. */
const waiting = 32

/**
 * Writes a recording anew with other pictures, other sound, or both. All other streams, chapters, attachments, tags and time
 * stamps are taken along as they are, packet by packet.
 *
 * A file appears under its name only when it is whole.
 *
 * @throws ColophonError FILE_NOT_FOUND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, MEDIA_WRONG_KIND, MEDIA_NOT_WRITTEN
 */
export async function rewriteMedia(
  source: MediaSource,
  target: MediaTarget,
  options: RewriteOptions,
): Promise<RewriteReport> {
  try {
    return await new Rewriting(await locate(source), options).into(target)
  } catch (error) {
    throw renamed(error, nameOf(source))
  }
}

/** One rewriting, from opening to the end. */
class Rewriting {
  readonly #located: Located
  readonly #options: RewriteOptions

  constructor(located: Located, options: RewriteOptions) {
    this.#located = located
    this.#options = options
  }

  async into(target: MediaTarget): Promise<RewriteReport> {
    const { input, format } = this.#located
    const { signal, video, audio } = this.#options
    await using container = await openContainer(input, format, signal)
    const { av, streams } = container
    const reports = streams.map((stream) => streamReport(av, stream))
    const picture = video && chosen(reports, 'video', video.stream)
    const sound = audio && chosen(reports, 'audio', audio.stream)
    await using muxer = await this.#muxer(container, target)
    const sameContainer = muxer.container.name === format.name
    const copies = new Copies(av, muxer)
    using tasks = new Tasks()
    const outputs = new Map<number, Channel<Packet>>()
    let rewrittenVideo: Promise<RewrittenVideo> | undefined
    let rewrittenAudio: Promise<RewrittenAudio> | undefined
    const begin: (() => void)[] = []
    for (const [index, stream] of streams.entries()) {
      const report = reports[index]!
      if (report === picture) {
        const track = await this.#videoTrack(container, muxer, stream, report as VideoStreamReport)
        tasks.own(track)
        const packets = new Channel<Packet>(waiting)
        outputs.set(index, packets)
        begin.push(() => {
          rewrittenVideo = tasks.run(packets, track.render(taken(packets)))
        })
      } else if (report === sound) {
        const track = await this.#audioTrack(container, muxer, stream, report as AudioStreamReport)
        tasks.own(track)
        const packets = new Channel<Packet>(waiting)
        outputs.set(index, packets)
        begin.push(() => {
          rewrittenAudio = tasks.run(packets, track.render(taken(packets)))
        })
      } else copies.add(stream, report, sameContainer)
    }
    for (const stream of streams)
      stream.discard = outputs.has(stream.index) || copies.has(stream.index) ? av.AVDISCARD_DEFAULT : av.AVDISCARD_ALL
    muxer.context.metadata = av.Dictionary.fromObject(fileTags(tagsOf(container.context.metadata)))
    await muxer.begin(muxerOptions(muxer, streams, picture))
    for (const start of begin) start()
    await this.#pump(container, outputs, copies, tasks)
    const [videoReport, audioReport] = [await rewrittenVideo, await rewrittenAudio]
    await muxer.finish((path) => finishFile(path, muxer.container.name, this.#located))
    this.#options.onProgress?.(1)
    return {
      container: muxer.container.name,
      ...(videoReport && { video: videoReport }),
      ...(audioReport && { audio: audioReport }),
      copied: copies.report(),
      left: copies.left,
    }
  }

  /** Reads all packets and hands them to whom they belong. */
  async #pump(
    container: Container,
    outputs: ReadonlyMap<number, Channel<Packet>>,
    copies: Copies,
    tasks: Tasks,
  ): Promise<void> {
    const { av, streams, duration, start } = container
    const { onProgress } = this.#options
    using packet = new av.Packet()
    packet.alloc()
    let told = 0
    try {
      while (!tasks.failed && (await container.read(packet))) {
        const { streamIndex } = packet
        const time = secondsOf(packet.dts, streams[streamIndex]!.timeBase)
        const output = outputs.get(streamIndex)
        if (output) {
          const own = packet.clone()!
          if (!(await output.put(own))) own.free()
        } else if (copies.has(streamIndex)) await copies.write(packet)
        packet.unref()
        const fraction = duration && time !== undefined ? Math.min(1, (time - start) / duration) : 0
        if (fraction >= told + 0.01) {
          told = fraction
          onProgress?.(fraction)
        }
      }
      for (const output of outputs.values()) output.end()
    } catch (error) {
      for (const output of outputs.values()) output.fail(error)
      await tasks.settled()
      throw error
    }
    await tasks.settled()
    tasks.rethrow()
  }

  #muxer({ av }: Container, target: MediaTarget): Promise<Muxer> {
    const path = typeof target === 'string' ? target : undefined
    const asSource = containerFor(path) ? undefined : this.#located.format.name
    return Muxer.create(av, target, this.#options.container ?? asSource)
  }

  async #videoTrack(container: Container, muxer: Muxer, stream: Stream, report: VideoStreamReport) {
    const { av } = container
    const { onFrame, reach, encoding: wanted = {} } = this.#options.video!
    refuseLoss(av, stream)
    const { input, format } = this.#located
    const { encoding: like, why } = await (async () => {
      await using again = await openContainer(input, format, this.#options.signal)
      return encodingLike(again, again.streams[stream.index]!, report)
    })()
    const encoding = merged(like, wanted)
    const pictures = picturesOf(stream, report)
    const decoder = await Decoder.open(av, stream)
    const encoder = await VideoEncoder.open(av, pictures, encoding, muxer.wantsGlobalHeader)
    const output = muxer.addEncoded(encoder.context)
    muxer.describe(output, stream)
    for (const { type, data } of stream.codecpar.getAllCodedSideData()) output.codecpar.addCodedSideData(type, data)
    const pixelFormat = encoding.pixelFormat ?? pictures.pixelFormat
    const base = encoder.timeBase
    const render = async (packets: AsyncIterable<Packet>): Promise<RewrittenVideo> => {
      const frames = framesOf(packets, decoder, { container, stream, pixelFormat })
      const write = (packet: Packet) => muxer.write(packet, output, base)
      const count = await renderFrames(frames, encoder, pictures.timeBase, { onFrame, ...(reach && { reach }) }, write)
      return { index: stream.index, codec: encoding.codec, encoding, frames: count, ...(why && { why }) }
    }
    return {
      render,
      [Symbol.dispose]: () => {
        decoder[Symbol.dispose]()
        encoder[Symbol.dispose]()
      },
    }
  }

  async #audioTrack(container: Container, muxer: Muxer, stream: Stream, report: AudioStreamReport) {
    const { av } = container
    const { transform, encoding: wanted = {} } = this.#options.audio!
    const like = soundLike(av, stream, report)
    const encoding =
      wanted.codec && wanted.codec !== like.codec ? { ...wanted, codec: wanted.codec } : { ...like, ...wanted }
    const { codecpar } = stream
    const said = codecpar.channelLayout.order !== av.AV_CHANNEL_ORDER_UNSPEC
    const sound = {
      sampleRate: codecpar.sampleRate,
      channels: codecpar.channels,
      channelLayout: said ? codecpar.channelLayout : av.avChannelLayoutDefault(codecpar.channels),
      ...(report.bitDepth && { bits: report.bitDepth }),
    }
    const decoder = await Decoder.open(av, stream)
    const encoder = await AudioEncoder.open(av, sound, encoding, muxer.wantsGlobalHeader)
    const output = muxer.addEncoded(encoder.context)
    muxer.describe(output, stream)
    const base = { num: 1, den: sound.sampleRate }
    const render = async (packets: AsyncIterable<Packet>): Promise<RewrittenAudio> => {
      const blocks = blocksOf(packets, decoder, { container, stream, precision: precisionOf(report) })
      const write = (packet: Packet) => muxer.write(packet, output, base)
      const samples = await renderSamples(transform(continuous(blocks)), encoder, container.start, write)
      return { index: stream.index, codec: encoding.codec, encoding, samples }
    }
    return {
      render,
      [Symbol.dispose]: () => {
        decoder[Symbol.dispose]()
        encoder[Symbol.dispose]()
      },
    }
  }
}

/** What is asked for goes before what the source has; another codec has other qualities. */
const merged = (like: VideoEncoding & { codec: string }, wanted: VideoEncoding): VideoEncoding & { codec: string } => {
  if (wanted.codec !== undefined && wanted.codec !== like.codec) return { ...wanted, codec: wanted.codec }
  const { quality, bitRate, ...rest } = like
  const rate = wanted.quality !== undefined || wanted.bitRate !== undefined ? {} : { quality, bitRate }
  return { ...rest, ...rate, ...wanted, codec: like.codec, options: { ...like.options, ...wanted.options } }
}

/** The tasks that work on streams while the file is read. */
class Tasks implements Disposable {
  readonly #running: Promise<unknown>[] = []
  readonly #owned: Disposable[] = []
  #failure: { error: unknown } | undefined

  get failed(): boolean {
    return this.#failure !== undefined
  }

  own(thing: Disposable): void {
    this.#owned.push(thing)
  }

  run<T>(packets: Channel<Packet>, work: Promise<T>): Promise<T> {
    const done = work.catch((error) => {
      this.#failure ??= { error }
      packets.end()
      for (const packet of packets.drain()) packet.free()
      throw error
    })
    done.catch(() => {})
    this.#running.push(done)
    return done
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#running)
  }

  rethrow(): void {
    if (this.#failure) throw this.#failure.error
  }

  [Symbol.dispose](): void {
    for (const thing of this.#owned) thing[Symbol.dispose]()
  }
}

/** Frees each packet when the next is asked for. */
async function* taken(packets: AsyncIterable<Packet>): AsyncGenerator<Packet, void, void> {
  for await (const packet of packets) {
    yield packet
    packet.free()
  }
}

function chosen(reports: readonly StreamReport[], kind: 'video' | 'audio', index: number | undefined): StreamReport {
  const found = index === undefined ? mainStream(reports, kind) : reports[index]
  if (found?.kind === kind) return found
  throw wrongKind(`a recording without ${kind}${index === undefined ? '' : ` in stream ${index}`}`, `one with ${kind}`)
}

/** Tags of the file without those that the container itself writes. */
const fileTags = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).filter(
      ([key]) => !/^(major_brand|minor_version|compatible_brands|encoder|duration)$/i.test(key),
    ),
  )

/** Options that keep time stamps as fine as they are. */
function muxerOptions(
  muxer: Muxer,
  streams: readonly Stream[],
  picture: StreamReport | undefined,
): Record<string, string> {
  if (!/^(mp4|mov)$/.test(muxer.container.name)) return {}
  const base = picture && streams[picture.index]!.timeBase
  return base && base.num === 1 ? { video_track_timescale: String(base.den) } : {}
}
