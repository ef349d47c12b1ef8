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
    { stream: Stream; report: StreamReport; timeBase: { num: number; den: number }; digester: PacketDigester }
  >()
  readonly left: LeftStream[] = []

  constructor(muxer: Muxer) {
    this.#muxer = muxer
  }

  /** Takes a stream along if the container can hold it. */
  add(source: Stream, report: StreamReport, sameContainer: boolean): void {
    const why = whyLeft(report, this.#muxer.container.name, source)
    const { index, kind, codec } = report
    if (why) {
      this.left.push({ index, kind, codec, why })
      return
    }
    const stream = this.#muxer.addCopy(source, sameContainer)
    const { num, den } = source.timeBase
    this.#copied.set(source.index, { stream, report, timeBase: { num, den }, digester: new PacketDigester() })
  }

  has(index: number): boolean {
    return this.#copied.has(index)
  }

  /** Writes a packet, whose content is gone afterwards. */
  async write(packet: Packet): Promise<void> {
    const { stream, timeBase, digester } = this.#copied.get(packet.streamIndex)!
    digester.add(packet)
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

/** Why a container cannot hold a stream; undefined where it can, or where only trying tells. */
function whyLeft({ kind, codec }: StreamReport, container: string, source: Stream): string | undefined {
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
  if (kind === 'attachment' && container !== 'matroska') return `${container} holds no attachments`
  return undefined
}
