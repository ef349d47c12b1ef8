import type { Packet, Stream } from 'node-av/lib'
import type { Container } from '../av/container.ts'
import { Decoder } from '../av/decoder.ts'
import type { Muxer } from '../write/muxer.ts'
import { type Pictures, VideoEncoder, type VideoEncoding } from '../write/video-encoder.ts'
import type { Groups, Run } from './groups.ts'
import {
  addToConfiguration,
  parameterSets,
  ppsId,
  readConfiguration,
  spsId,
  startCodeUnits,
  withLengths,
  withoutParameterSets,
} from './h264.ts'
import { type PacketDigest, PacketDigester } from './packet-digest.ts'
import { type Track, Working } from './track.ts'
import { framesOf, type OnFrame, type Reach, renderFrames } from './video-track.ts'

/** Groups could not be exchanged as planned, and all has to be encoded anew. */
export class NotPartial extends Error {}

interface Work {
  readonly container: Container
  readonly stream: Stream
  readonly muxer: Muxer
  readonly pictures: Pictures
  readonly encoding: VideoEncoding & { readonly codec: string }
  readonly groups: Groups
  readonly runs: readonly Run[]
  readonly onFrame: OnFrame
  readonly reach?: Reach
}

/**
 * A video stream of which only some groups of pictures are encoded anew; the packets of all others pass as they are.
 *
 * An encoded picture takes the place of one of the source: it has its time stamps, those of decoding included.
 */
export class PartialTrack implements Track {
  readonly #work: Work
  readonly #output: Stream
  readonly #extradata: Buffer | undefined
  readonly #encoding: VideoEncoding & { readonly codec: string }
  readonly #base: { num: number; den: number }
  readonly #digester = new PacketDigester()
  #position = 0
  #frames = 0
  #current: { run: Run; work: Working<void> } | undefined

  private constructor(
    work: Work,
    output: Stream,
    encoding: VideoEncoding & { readonly codec: string },
    extradata: Buffer | undefined,
  ) {
    this.#work = work
    this.#output = output
    this.#encoding = encoding
    this.#extradata = extradata
    this.#base = { num: work.stream.timeBase.num, den: work.stream.timeBase.den }
  }

  /** Adds the stream to the output. */
  static async open(work: Work): Promise<PartialTrack> {
    const { container, stream, muxer, pictures } = work
    const output = muxer.addCopy(stream, true)
    const record = work.encoding.codec === 'h264' ? stream.codecpar.extradata : null
    const reorder = stream.codecpar.videoDelay
    const encoding = record ? x264(work.encoding, freeId(record), reorder) : work.encoding
    if (!record) return new PartialTrack(work, output, encoding, undefined)
    using encoder = await VideoEncoder.open(container.av, pictures, encoding, true)
    const extradata = encoder.context.extraData!
    output.codecpar.extradata = addToConfiguration(record, parameterSets(extradata))
    return new PartialTrack(work, output, encoding, Buffer.from(extradata))
  }

  /** Index of the stream in the output. */
  get outputIndex(): number {
    return this.#output.index
  }

  /** Frames that were encoded anew. */
  get frames(): number {
    return this.#frames
  }

  get encoding(): VideoEncoding & { readonly codec: string } {
    return this.#encoding
  }

  /** The packets that passed as they were. */
  digest(): PacketDigest {
    return this.#digester.digest()
  }

  /** Takes the stream's next packet, which is the caller's still. */
  async put(packet: Packet): Promise<void> {
    const position = this.#position++
    if (this.#current && position === this.#current.run.to) await this.#endRun()
    const run = this.#current?.run ?? this.#work.runs.find(({ from }) => from === position)
    if (!run) {
      this.#digester.add(packet)
      packet.dts = BigInt(this.#work.groups.dts[position]!)
      await this.#work.muxer.write(packet, this.#output, this.#base)
      return
    }
    this.#current ??= { run, work: new Working((packets) => this.#render(run, packets)) }
    await this.#current.work.put(packet)
  }

  async end(): Promise<void> {
    await this.#endRun()
  }

  async stop(): Promise<void> {
    await this.#current?.work.stop()
  }

  async #endRun(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    await current?.work.end()
  }

  async #render({ from, to }: Run, packets: AsyncIterable<Packet>): Promise<void> {
    const { container, stream, pictures, groups, onFrame, reach } = this.#work
    const { av } = container
    using decoder = await Decoder.open(av, stream)
    using encoder = await VideoEncoder.open(av, pictures, this.#encoding, this.#extradata !== undefined)
    if (this.#extradata && !encoder.context.extraData?.equals(this.#extradata))
      throw new NotPartial('the encoder changed its parameter sets')
    const decodeTimes = groups.dts.slice(from, to).sort((a, b) => a - b)
    const lengthSize = this.#extradata && readConfiguration(stream.codecpar.extradata!)!.lengthSize
    let written = 0
    const write = async (packet: Packet) => {
      const dts = decodeTimes[written++]
      if (dts === undefined || Number(packet.pts) < dts) throw new NotPartial('its pictures are reordered otherwise')
      if (lengthSize) {
        // Giving a packet other bytes makes it forget the rest.
        const { flags, pts, duration } = packet
        packet.data = withLengths(withoutParameterSets(startCodeUnits(packet.data!)), lengthSize)
        Object.assign(packet, { flags, pts, duration })
      }
      packet.dts = BigInt(dts)
      await this.#work.muxer.write(packet, this.#output, this.#base)
    }
    const frames = framesOf(packets, decoder, { container, stream, pixelFormat: pictures.pixelFormat })
    const count = await renderFrames(frames, encoder, this.#base, { onFrame, ...(reach && { reach }) }, write)
    if (count !== to - from || written !== count) throw new NotPartial('packets and pictures do not go one to one')
    this.#frames += count
  }
}

/** A number that no parameter set of the source has: the sets of both stand side by side. */
function freeId(record: Uint8Array): number {
  const { sps, pps } = readConfiguration(record)!
  const taken = new Set([...sps.map(spsId), ...pps.map(ppsId)])
  for (let id = 1; id < 32; id++) if (!taken.has(id)) return id
  throw new NotPartial('all numbers of parameter sets are taken')
}

/** Pictures may be reordered no more than in the source, or their times of decoding would not fit. */
function x264(
  encoding: VideoEncoding & { readonly codec: string },
  id: number,
  reorder: number,
): VideoEncoding & { readonly codec: string } {
  const pyramid = reorder < 2 ? ':b-pyramid=none' : ''
  const alone: Record<string, string> = reorder === 0 ? { bf: '0' } : {}
  const given = encoding.options?.['x264-params']
  const params = `${given ? `${given}:` : ''}sps-id=${id}${pyramid}`
  return { ...encoding, options: { ...encoding.options, ...alone, 'x264-params': params } }
}
