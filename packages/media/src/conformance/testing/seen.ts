import { createHash } from 'node:crypto'
import type { Stream } from 'node-av/lib'
import { openContainer } from '../../av/container.ts'
import type { Av } from '../../av/library.ts'
import type { RecordingReport, StreamReport } from '../../probe/report.ts'
import { hashPlanes } from '../../rewrite/verify-joints.ts'
import { type Media, openMedia } from '../../stream/open-media.ts'
import { locate } from '../../stream/source.ts'

/** A packet as it lies in a file. Times are fractions of a second in lowest terms, so that files with other units compare. */
export interface SeenPacket {
  readonly pts: string
  readonly dts: string
  readonly duration: string
  readonly flags: number
  readonly key: boolean
  readonly sideData: string
  readonly hash: string
}

export interface SeenStream {
  readonly report: StreamReport
  readonly packets: readonly SeenPacket[]
  /** What the container says beside the report, in plain values. */
  readonly says: Readonly<Record<string, string | number>>
}

/** Everything of a file that a rewriting has to keep. */
export interface SeenFile {
  readonly report: RecordingReport
  readonly streams: readonly SeenStream[]
  readonly media: Media
}

/** Reads a file apart from what rewrites it: its report, what it says of its streams, and all packets. */
export async function see(path: string): Promise<SeenFile> {
  const media = await openMedia(path)
  const { input, format } = await locate(path)
  await using container = await openContainer(input, format)
  const { av, streams } = container
  const found = streams.map((): SeenPacket[] => [])
  using packet = new av.Packet()
  packet.alloc()
  while (await container.read(packet)) {
    const { num, den } = streams[packet.streamIndex]!.timeBase
    const time = (stamp: bigint) => fraction(stamp, BigInt(num), BigInt(den))
    const { pts, dts, duration, flags, isKeyframe: key, data } = packet
    const skipped = packet.getSideData(av.AV_PKT_DATA_SKIP_SAMPLES)?.toString('hex') ?? ''
    found[packet.streamIndex]!.push({
      pts: time(pts),
      dts: time(dts),
      duration: time(duration),
      flags,
      key,
      sideData: skipped,
      hash: sha256(data ?? Buffer.alloc(0)),
    })
    packet.unref()
  }
  return {
    report: media.report,
    media,
    streams: streams.map((stream, index) => ({
      report: media.report.streams[index]!,
      packets: found[index]!,
      says: sayings(av, stream),
    })),
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const noTime = -(2n ** 63n)

function fraction(stamp: bigint, num: bigint, den: bigint): string {
  if (stamp === noTime) return 'none'
  const [over, under] = [stamp * num, den]
  let [a, b] = [over < 0n ? -over : over, under]
  while (b) [a, b] = [b, a % b]
  return `${over / (a || 1n)}/${under / (a || 1n)}`
}

function sayings(av: Av, { codecpar, disposition, sampleAspectRatio }: Stream): Record<string, string | number> {
  const sideData = {
    'display matrix': av.AV_PKT_DATA_DISPLAYMATRIX,
    'mastering display': av.AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
    'content light level': av.AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  }
  return {
    dispositions: disposition,
    'shape of pixels': `${sampleAspectRatio.num}:${sampleAspectRatio.den}`,
    extradata: sha256(codecpar.extradata ?? Buffer.alloc(0)),
    'chroma location': codecpar.chromaLocation,
    ...Object.fromEntries(
      Object.entries(sideData).flatMap(([name, type]) => {
        const data = codecpar.getCodedSideData(type)
        return data ? [[name, type === sideData['mastering display'] ? ratios(data) : data.toString('hex')]] : []
      }),
    ),
  }
}

/** The numbers of AVMasteringDisplayMetadata to five digits: containers keep them in units of their own. */
const ratios = (data: Buffer): string =>
  Array.from({ length: 10 }, (_, index) =>
    (data.readInt32LE(index * 8) / data.readInt32LE(index * 8 + 4)).toFixed(4),
  ).join(' ')

/** A decoded picture: when it is shown, what it is, and the samples of its first plane; of large ones one in sixteen. */
export interface SeenFrame {
  readonly time: number
  readonly hash: string
  readonly luma: Uint8Array | Uint16Array
  readonly peak: number
}

const thinning = ({ width, height }: { width: number; height: number }): number => (width * height > 100_000 ? 4 : 1)

/** All frames of the main video stream. */
export async function seeFrames(media: Media, from?: number): Promise<SeenFrame[]> {
  const frames: SeenFrame[] = []
  for await (const frame of media.frames(from === undefined ? {} : { from })) {
    const [{ data, stride, step, ...plane }, every] = [frame.planes[0]!, thinning(frame)]
    const [width, height] = [Math.ceil(plane.width / every), Math.ceil(plane.height / every)]
    const luma = data instanceof Uint8Array ? new Uint8Array(width * height) : new Uint16Array(width * height)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) luma[y * width + x] = data[(y * stride + x * step) * every]!
    frames.push({ time: frame.time, hash: hashPlanes(frame), luma, peak: 2 ** frame.layout.bits - 1 })
  }
  return frames
}

/** Likeness of the first planes of all frames together, in dB. */
export function likeness(a: readonly SeenFrame[], b: readonly SeenFrame[]): number {
  let [sum, count] = [0, 0]
  for (const [index, { luma, peak }] of a.entries()) {
    const other = b[index]!.luma
    for (let at = 0; at < luma.length; at++) sum += ((luma[at]! - other[at]!) / peak) ** 2
    count += luma.length
  }
  return sum === 0 ? Number.POSITIVE_INFINITY : -10 * Math.log10(sum / count)
}
