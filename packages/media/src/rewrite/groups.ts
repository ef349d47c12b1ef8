import type { Packet, Stream } from 'node-av/lib'
import type { Container } from '../av/container.ts'
import type { VideoStreamReport } from '../probe/report.ts'
import { beginsAnew, lengthUnits, readConfiguration } from './h264.ts'

/** Seconds from the beginning of the file. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/**
 * The groups of pictures of a stream: each begins with a picture from which decoding can begin anew, and none of its pictures needs
 * one of another group.
 */
export interface Groups {
  /** Packets in order of decoding. */
  readonly packets: number
  /** Index of the first packet of each group, and at the end the number of packets. */
  readonly starts: readonly number[]
  /** Time stamps of the packets in the stream's time base. */
  readonly pts: readonly number[]
  readonly dts: readonly number[]
}

/** Codecs whose groups can be exchanged one by one, and how to see that a key packet begins one. */
const beginnings: Readonly<Record<string, (data: Uint8Array, extradata: Uint8Array) => boolean>> = {
  h264: (data, extradata) => beginsAnew(lengthUnits(data, readConfiguration(extradata)!.lengthSize)),
  vp8: () => true,
  vp9: () => true,
  av1: hasSequenceHeader,
  mjpeg: () => true,
  prores: () => true,
}

/** Whether a temporal unit says itself how it is to be decoded: an open bitstream unit of type 1 is in it (AV1, 5.3). */
function hasSequenceHeader(data: Uint8Array): boolean {
  for (let at = 0; at < data.length; ) {
    const header = data[at]!
    const type = (header >> 3) & 15
    if (type === 1) return true
    at += header & 4 ? 2 : 1
    if (!(header & 2)) return false
    let size = 0
    for (let shift = 0; shift < 56; shift += 7) {
      const byte = data[at++] ?? 0
      size += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    at += size
  }
  return false
}

/** Why single groups of a stream cannot be exchanged, as far as its headers tell; undefined where they can. */
export function whyWhole({ codec, interlaced }: VideoStreamReport, stream: Stream): string | undefined {
  if (!beginnings[codec]) return `groups of ${codec} pictures cannot be exchanged one by one`
  if (codec === 'h264' && !readConfiguration(stream.codecpar.extradata ?? Buffer.alloc(0)))
    return 'its parameter sets stand among the pictures'
  if (interlaced) return 'its pictures are interlaced'
  return undefined
}

/**
 * Finds the groups of a stream by reading its packets once, without decoding.
 *
 * @returns why they cannot be exchanged one by one, where that is so
 */
export async function findGroups(
  container: Container,
  stream: Stream,
  { codec }: VideoStreamReport,
): Promise<Groups | { readonly why: string }> {
  const { av, streams } = container
  for (const other of streams) other.discard = other === stream ? av.AVDISCARD_DEFAULT : av.AVDISCARD_ALL
  const extradata = stream.codecpar.extradata ?? Buffer.alloc(0)
  const [starts, pts, dts]: [number[], number[], number[]] = [[], [], []]
  using packet = new av.Packet()
  packet.alloc()
  while (await container.read(packet)) {
    if (packet.streamIndex === stream.index) {
      if (packet.pts === noTime) return { why: 'not every picture has a time stamp' }
      if (isBeginning(packet, extradata, codec)) starts.push(pts.length)
      pts.push(Number(packet.pts))
      dts.push(packet.dts === noTime ? Number.NaN : Number(packet.dts))
    }
    packet.unref()
  }
  if (starts[0] !== 0) return { why: 'it does not begin with a picture that stands alone' }
  const closed = closedGroups(starts, pts)
  return { packets: pts.length, starts: [...closed, pts.length], pts, dts: completed(dts, pts) }
}

/**
 * Times of decoding where a container does not keep them, as Matroska: before the first that is known they go back in steps of a
 * picture.
 */
function completed(dts: readonly number[], pts: readonly number[]): number[] {
  const known = dts.findIndex((time) => !Number.isNaN(time))
  const shown = pts.slice(0, 64).sort((a, b) => a - b)
  const step = Math.max(1, shown.length > 1 ? shown[1]! - shown[0]! : 1)
  const all: number[] = []
  for (const [index, time] of dts.entries()) {
    if (!Number.isNaN(time)) all.push(time)
    else if (index < known) all.push(dts[known]! - (known - index) * step)
    else all.push((all.at(-1) ?? pts[index]! - step) + step)
  }
  return all
}

const noTime = -(2n ** 63n)

const isBeginning = (packet: Packet, extradata: Uint8Array, codec: string): boolean =>
  packet.isKeyframe && packet.data !== null && beginnings[codec]!(packet.data, extradata)

/** Leaves out beginnings that pictures of the group before are shown after. */
function closedGroups(starts: readonly number[], pts: readonly number[]): number[] {
  const leastFrom = new Float64Array(pts.length + 1).fill(Number.POSITIVE_INFINITY)
  for (let at = pts.length - 1; at >= 0; at--) leastFrom[at] = Math.min(leastFrom[at + 1]!, pts[at]!)
  let most = Number.NEGATIVE_INFINITY
  let next = 0
  return starts.filter((start) => {
    for (; next < start; next++) most = Math.max(most, pts[next]!)
    return leastFrom[start]! === pts[start]! && most < pts[start]!
  })
}

/** Consecutive groups that are encoded anew: packets from `from` up to `to`. */
export interface Run {
  readonly from: number
  readonly to: number
}

/** The runs of groups that show anything within the ranges. */
export function runsWithin(groups: Groups, ranges: readonly TimeRange[], seconds: (stamp: number) => number): Run[] {
  const runs: { from: number; to: number }[] = []
  for (const [group, from] of groups.starts.slice(0, -1).entries()) {
    const to = groups.starts[group + 1]!
    const begin = seconds(groups.pts[from]!)
    const end = to < groups.packets ? seconds(groups.pts[to]!) : Number.POSITIVE_INFINITY
    if (!ranges.some((range) => range.from < end && range.to > begin)) continue
    const last = runs.at(-1)
    if (last?.to === from) last.to = to
    else runs.push({ from, to })
  }
  return runs
}
