import type { Packet, Stream } from 'node-av/lib'
import type { StreamReport } from '../probe/report.ts'
import type { Muxer } from '../write/muxer.ts'
import { type PacketDigest, PacketDigester } from './packet-digest.ts'

/** A stream whose packets were copied as they are. */
export interface CopiedStream extends PacketDigest {
  readonly index: number
  readonly kind: StreamReport['kind']
  readonly codec: string
}

/** A stream that the new container cannot hold. */
export interface LeftStream {
  readonly index: number
  readonly kind: StreamReport['kind']
  readonly codec: string
  readonly why: string
}

/** Streams of one container on their way into another. */
export class Copies {
  readonly #muxer: Muxer
  readonly #copied = new Map<
    number,
    {
      stream: Stream
      report: StreamReport
      timeBase: { num: number; den: number }
      digester: PacketDigester
      /** Whether its packets stand in the header of the output. */
      inHeader: boolean
    }
  >()
  readonly #covers: ReadonlyMap<number, Uint8Array>
  readonly left: LeftStream[] = []

  /** @param covers picture files that are attached to the source, by stream */
  constructor(muxer: Muxer, covers: ReadonlyMap<number, Uint8Array>) {
    this.#muxer = muxer
    this.#covers = covers
  }

  /**
   * Takes a stream along if the container can hold it. Pictures and sound are not left out without being asked.
   *
   * @throws ColophonError MEDIA_NOT_WRITTEN
   */
  async add(source: Stream, report: StreamReport, sameContainer: boolean): Promise<void> {
    const { index, kind, codec } = report
    const { name } = this.#muxer.container
    let why = whyLeft(report, name, source)
    if (!why && !sameContainer && !isCover(report) && !(await this.#muxer.holds(source))) {
      why = `${name} holds no ${codec}`
      if (kind === 'audio' || kind === 'video') throw this.#muxer.refusal(`${why}, which stream ${index} is`)
    }
    if (why) {
      this.left.push({ index, kind, codec, why })
      return
    }
    const picture = name === 'matroska' ? this.#covers.get(index) : undefined
    const stream = picture
      ? this.#muxer.addAttachedCover(source, picture, codec === 'mjpeg' ? 'jpeg' : codec)
      : this.#muxer.addCopy(source, sameContainer)
    const { num, den } = source.timeBase
    const [digester, inHeader] = [new PacketDigester(), picture !== undefined]
    this.#copied.set(source.index, { stream, report, timeBase: { num, den }, digester, inHeader })
  }

  has(index: number): boolean {
    return this.#copied.has(index)
  }

  /** Writes a packet, whose content is gone afterwards. */
  async write(packet: Packet): Promise<void> {
    const { stream, report, timeBase, digester, inHeader } = this.#copied.get(packet.streamIndex)!
    digester.add(packet)
    if (inHeader || (report.codec === 'mov_text' && isEnd(packet))) return
    await this.#muxer.write(packet, stream, timeBase)
  }

  report(): CopiedStream[] {
    return [...this.#copied.values()].map(({ report: { index, kind, codec }, digester }) => ({
      index,
      kind,
      codec,
      ...digester.digest(),
    }))
  }
}

/** Whether an empty line ends the subtitles of an MP4 file. The muxer writes one of itself. */
const isEnd = ({ data, duration }: Packet): boolean =>
  duration === 0n && data?.length === 2 && data[0] === 0 && data[1] === 0

const isCover = (report: StreamReport): boolean => report.kind === 'video' && report.cover

/** Containers that have a place for cover pictures. */
const withCovers = /^(mp4|matroska|flac|mp3|aiff|asf)$/

/** Why a container cannot hold a stream; undefined where it can, or where only trying tells. */
function whyLeft(report: StreamReport, container: string, source: Stream): string | undefined {
  const { kind, codec } = report
  const tag = source.codecpar.codecTagString ?? ''
  if (kind === 'data') {
    if (/^(mp4|mov)$/.test(container)) {
      if (tag === 'tmcd') return 'its time code is written anew from the tags'
      if (tag === 'text') return 'its chapters are written anew'
      return tag === 'gpmd' ? undefined : `data of the kind "${tag || codec}" are not written into ${container}`
    }
    if (container === 'mpegts' && /^(klv|timed_id3)$/.test(codec)) return undefined
    return `data are not written into ${container}`
  }
  if (isCover(report) && !withCovers.test(container)) return `no cover pictures are written into ${container}`
  if (kind === 'attachment' && container !== 'matroska') return `${container} holds no attachments`
  return undefined
}
