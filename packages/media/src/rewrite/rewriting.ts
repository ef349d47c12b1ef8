import type { Packet, Stream } from 'node-av/lib'
import { type Container, openContainer, secondsOf } from '../av/container.ts'
import { readCovers } from '../av/cover.ts'
import { Decoder } from '../av/decoder.ts'
import { streamReport, tagsOf } from '../av/stream-report.ts'
import { mainStream } from '../facts.ts'
import { wrongKind } from '../failures.ts'
import type { AudioStreamReport, StreamReport, VideoStreamReport } from '../probe/report.ts'
import { precisionOf } from '../stream/samples.ts'
import type { Located } from '../stream/source.ts'
import { AudioEncoder } from '../write/audio-encoder.ts'
import { containerFor } from '../write/containers.ts'
import { type MediaTarget, Muxer } from '../write/muxer.ts'
import { type Pictures, VideoEncoder, type VideoEncoding } from '../write/video-encoder.ts'
import { blocksOf, continuous, Loan, renderSamples } from './audio-track.ts'
import { Copies } from './copies.ts'
import { finishFile, type KeptChapters } from './finish-file.ts'
import { findGroups, type Groups, type Run, runsWithin, whyWhole } from './groups.ts'
import type { HdrMetadata } from './hdr.ts'
import { encodingLike, picturesOf, refuseLoss, soundLike } from './match-source.ts'
import { NotPartial, PartialTrack } from './partial-track.ts'
import type { RewriteOptions, RewriteReport, RewrittenAudio, RewrittenVideo } from './rewrite-media.ts'
import { type Track, Working } from './track.ts'
import { verifyJoints } from './verify-joints.ts'
import { framesOf, type OnFrame, renderFrames, withinOnly } from './video-track.ts'

/** A track, and what is to be told of it in the end. */
interface Planned<T> {
  readonly track: Track
  /** @param written path of the file before it is seen; undefined where the target takes parts */
  outcome(written: string | undefined): Promise<T>
}

/** What is known before the pictures of a video are encoded. */
interface Plan {
  readonly stream: Stream
  readonly report: VideoStreamReport
  readonly pictures: Pictures
  readonly encoding: VideoEncoding & { readonly codec: string }
  readonly onFrame: OnFrame
  readonly why: string | undefined
  readonly hdr: HdrMetadata
}

/** One rewriting, from opening the source to the finished file. */
export class Rewriting {
  readonly #located: Located
  readonly #options: RewriteOptions
  readonly #whyWhole: string | undefined
  /** Decoders and encoders. */
  readonly #owned = new DisposableStack()

  /** @param whyWhole why all pictures are to be encoded, where that is known beforehand */
  constructor(located: Located, options: RewriteOptions, whyWhole?: string) {
    this.#located = located
    this.#options = options
    this.#whyWhole = whyWhole
  }

  async into(target: MediaTarget): Promise<RewriteReport> {
    const { format } = this.#located
    const { video, audio, onProgress } = this.#options
    await using container = await this.#open()
    const { av, streams } = container
    const reports = streams.map((stream) => streamReport(av, stream))
    const picture = video && (chosen(reports, 'video', video.stream) as VideoStreamReport)
    const sound = audio && (chosen(reports, 'audio', audio.stream) as AudioStreamReport)
    await using muxer = await this.#muxer(container, target)
    using _owned = this.#owned
    const copies = new Copies(muxer, await this.#covers(reports))
    const tracks = new Map<number, Track>()
    let pictures: Planned<RewrittenVideo> | undefined
    let samples: Planned<RewrittenAudio> | undefined
    try {
      for (const [index, stream] of streams.entries()) {
        if (reports[index] === picture) {
          pictures = await this.#videoTrack(container, muxer, stream, picture!)
          tracks.set(index, pictures.track)
        } else if (reports[index] === sound) {
          samples = await this.#audioTrack(container, muxer, stream, sound!)
          tracks.set(index, samples.track)
        } else await copies.add(stream, reports[index]!, muxer.container.name === format.name)
      }
      for (const { index } of streams)
        streams[index]!.discard = tracks.has(index) || copies.has(index) ? av.AVDISCARD_DEFAULT : av.AVDISCARD_ALL
      muxer.context.metadata = av.Dictionary.fromObject(fileTags(tagsOf(container.context.metadata)))
      await muxer.begin(muxerOptions(muxer, picture && streams[picture.index]))
      await this.#pump(container, tracks, copies)
    } catch (error) {
      await Promise.all([...tracks.values()].map((track) => track.stop()))
      throw error
    }
    const rewritten: { video?: RewrittenVideo; audio?: RewrittenAudio; chapters?: KeptChapters } = {}
    await muxer.finish(async (path) => {
      const chapters = await finishFile(path, muxer.container.name, this.#located, this.#options.signal)
      if (chapters) rewritten.chapters = chapters
      if (pictures) rewritten.video = await pictures.outcome(path)
      if (samples) rewritten.audio = await samples.outcome(path)
    })
    onProgress?.(1)
    return {
      container: muxer.container.name,
      ...rewritten,
      copied: copies.report(),
      left: copies.left,
    }
  }

  /** Reads all packets and hands them to whom they belong. */
  async #pump(container: Container, tracks: ReadonlyMap<number, Track>, copies: Copies): Promise<void> {
    const { av, streams, duration, start } = container
    const { onProgress } = this.#options
    using packet = new av.Packet()
    packet.alloc()
    let told = 0
    const bases = streams.map(({ timeBase }) => timeBase)
    while (await container.read(packet)) {
      const { streamIndex, dts } = packet
      const time = secondsOf(dts, bases[streamIndex]!)
      const track = tracks.get(streamIndex)
      if (track) await track.put(packet)
      else if (copies.has(streamIndex)) await copies.write(packet)
      packet.unref()
      const fraction = duration && time !== undefined ? Math.min(1, (time - start) / duration) : 0
      if (fraction < told + 0.01) continue
      told = fraction
      onProgress?.(fraction)
    }
    for (const track of tracks.values()) await track.end()
  }

  #open(): Promise<Container> {
    return openContainer(this.#located.input, this.#located.format, this.#options.signal)
  }

  async #covers(reports: readonly StreamReport[]): Promise<ReadonlyMap<number, Uint8Array>> {
    if (!reports.some((report) => report.kind === 'video' && report.cover)) return new Map()
    await using again = await this.#open()
    return await readCovers(again)
  }

  #muxer({ av }: Container, target: MediaTarget): Promise<Muxer> {
    const path = typeof target === 'string' ? target : undefined
    const name = this.#options.container ?? (containerFor(path) ? undefined : this.#located.format.name)
    // What was written in parts cannot be taken back when the joints turn out not to fit.
    return Muxer.create(av, target, name, this.#options.video?.only !== undefined && !this.#whyWhole)
  }

  async #videoTrack(
    container: Container,
    muxer: Muxer,
    stream: Stream,
    report: VideoStreamReport,
  ): Promise<Planned<RewrittenVideo>> {
    const plan = await this.#plan(container, stream, report)
    const partial = await this.#partialTrack(container, muxer, plan)
    return 'why' in partial ? this.#wholeTrack(container, muxer, { ...plan, why: plan.why ?? partial.why }) : partial
  }

  async #plan(container: Container, stream: Stream, report: VideoStreamReport): Promise<Plan> {
    const { onFrame, only, encoding: wanted = {} } = this.#options.video!
    refuseLoss(container.av, stream)
    await using again = await this.#open()
    const rate = wanted.quality === undefined && wanted.bitRate === undefined
    const { encoding: like, why, hdr } = await encodingLike(again, again.streams[stream.index]!, report, rate)
    return {
      stream,
      report,
      pictures: picturesOf(stream, report),
      encoding: merged(like, wanted),
      onFrame: only ? withinOnly(only, onFrame) : onFrame,
      why,
      hdr,
    }
  }

  /** A track that encodes only some groups, or why that cannot be. */
  async #partialTrack(
    container: Container,
    muxer: Muxer,
    { stream, report, pictures, encoding, onFrame }: Plan,
  ): Promise<Planned<RewrittenVideo> | { readonly why: string | undefined }> {
    const { only, reach } = this.#options.video!
    if (!only) return { why: undefined }
    if (this.#whyWhole) return { why: this.#whyWhole }
    if (encoding.codec !== report.codec) return { why: `it becomes ${encoding.codec}` }
    if ((encoding.pixelFormat ?? pictures.pixelFormat) !== report.pixelFormat)
      return { why: 'its pixel format is to be another' }
    if (muxer.container.name !== this.#located.format.name) return { why: 'the container is another' }
    const headers = whyWhole(report, stream)
    if (headers) return { why: headers }
    const groups = await this.#groups(stream, report)
    if ('why' in groups) return groups
    const seconds = (stamp: number) => secondsOf(BigInt(stamp), stream.timeBase)! - container.start
    const runs = runsWithin(groups, only, seconds)
    if (runs[0]?.from === 0 && runs[0].to === groups.packets)
      return {
        why: groups.starts.length === 2 ? 'its pictures are one group' : 'every group has pictures that may change',
      }
    const work = { container, stream, muxer, pictures, encoding, groups, runs, onFrame, ...(reach && { reach }) }
    const track = await PartialTrack.open(work)
    const outcome = async (written: string | undefined): Promise<RewrittenVideo> => {
      const verified = await this.#verify(written!, stream, track.outputIndex, groups, runs)
      const { index } = stream
      const ofGroups = groups.starts.length - 1
      const encoded = runs.reduce(
        (sum, run) => sum + groups.starts.filter((at) => at >= run.from && at < run.to).length,
        0,
      )
      const kept = { ...track.digest(), groups: ofGroups - encoded, ofGroups, verified }
      return { index, codec: encoding.codec, encoding: track.encoding, frames: track.frames, kept }
    }
    return { track, outcome }
  }

  async #groups(stream: Stream, report: VideoStreamReport): Promise<Groups | { readonly why: string }> {
    await using again = await this.#open()
    return await findGroups(again, again.streams[stream.index]!, report)
  }

  async #verify(written: string, stream: Stream, outputStream: number, groups: Groups, runs: readonly Run[]) {
    const output = { input: written, format: this.#located.format }
    const streams = { stream: stream.index, outputStream, groups, runs }
    const verified = await verifyJoints(this.#located, output, streams, this.#options.signal)
    if ('why' in verified) throw new NotPartial(verified.why)
    return verified
  }

  /** A track that encodes all pictures. */
  async #wholeTrack(container: Container, muxer: Muxer, plan: Plan): Promise<Planned<RewrittenVideo>> {
    const { av } = container
    const { stream, pictures, encoding, onFrame, why, hdr } = plan
    const { reach } = this.#options.video!
    const decoder = this.#owned.use(await Decoder.open(av, stream))
    const encoder = this.#owned.use(await VideoEncoder.open(av, pictures, encoding, muxer.wantsGlobalHeader))
    const output = await muxer.addEncoded(encoder.context)
    muxer.describe(output, stream)
    const sideData = new Map(stream.codecpar.getAllCodedSideData().map(({ type, data }) => [type, data]))
    if (hdr.mastering) sideData.set(av.AV_PKT_DATA_MASTERING_DISPLAY_METADATA, hdr.mastering)
    if (hdr.light) sideData.set(av.AV_PKT_DATA_CONTENT_LIGHT_LEVEL, hdr.light)
    for (const [type, data] of sideData) output.codecpar.addCodedSideData(type, data)
    const pixelFormat = encoding.pixelFormat ?? pictures.pixelFormat
    const write = (packet: Packet) => muxer.write(packet, output, encoder.timeBase)
    const track = new Working((packets) => {
      const frames = framesOf(packets, decoder, { container, stream, pixelFormat })
      return renderFrames(frames, encoder, pictures.timeBase, { onFrame, ...(reach && { reach }) }, write)
    })
    const told = { index: stream.index, codec: encoding.codec, encoding, ...(why && { why }) }
    return { track, outcome: async () => ({ ...told, frames: await track.done }) }
  }

  async #audioTrack(
    container: Container,
    muxer: Muxer,
    stream: Stream,
    report: AudioStreamReport,
  ): Promise<Planned<RewrittenAudio>> {
    const { av } = container
    const { transform, encoding: wanted = {} } = this.#options.audio!
    const like = soundLike(av, stream, report)
    const codec = wanted.codec ?? like.codec
    const encoding = codec === like.codec ? { ...like, ...wanted, codec } : { ...wanted, codec }
    const { codecpar } = stream
    const said = codecpar.channelLayout.order !== av.AV_CHANNEL_ORDER_UNSPEC
    const sound = {
      sampleRate: codecpar.sampleRate,
      channels: codecpar.channels,
      channelLayout: said ? codecpar.channelLayout : av.avChannelLayoutDefault(codecpar.channels),
      ...(report.bitDepth && { bits: report.bitDepth }),
    }
    const decoder = this.#owned.use(await Decoder.open(av, stream))
    const encoder = this.#owned.use(await AudioEncoder.open(av, sound, encoding, muxer.wantsGlobalHeader))
    const output = await muxer.addEncoded(encoder.context)
    muxer.describe(output, stream)
    const base = { num: 1, den: sound.sampleRate }
    const write = (packet: Packet) => muxer.write(packet, output, base)
    const loan = new Loan()
    const track = new Working((packets) => {
      const blocks = blocksOf(packets, decoder, { container, stream, precision: precisionOf(report), loan })
      return renderSamples(transform(continuous(blocks)), loan, encoder, container.start, write)
    })
    return { track, outcome: async () => ({ index: stream.index, codec, encoding, samples: await track.done }) }
  }
}

/** What is asked for goes before what the source has; another codec has other qualities. */
function merged(
  like: VideoEncoding & { readonly codec: string },
  wanted: VideoEncoding,
): VideoEncoding & { readonly codec: string } {
  if (wanted.codec !== undefined && wanted.codec !== like.codec) return { ...wanted, codec: wanted.codec }
  const { quality, bitRate, options, ...rest } = like
  const own = wanted.quality !== undefined || wanted.bitRate !== undefined
  const rate = own ? {} : { ...(quality !== undefined && { quality }), ...(bitRate !== undefined && { bitRate }) }
  return { ...rest, ...rate, ...wanted, codec: like.codec, options: { ...options, ...wanted.options } }
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
function muxerOptions({ container }: Muxer, picture: Stream | undefined): Record<string, string> {
  if (!/^(mp4|mov)$/.test(container.name) || picture?.timeBase.num !== 1) return {}
  return { video_track_timescale: String(picture.timeBase.den) }
}
