import { createHash } from 'node:crypto'
import type { Frame, Packet } from 'node-av/lib'
import { type Container, openContainer } from '../av/container.ts'
import { Decoder } from '../av/decoder.ts'
import { FrameConverter } from '../stream/frame-converter.ts'
import type { Located } from '../stream/source.ts'
import type { VideoFrame } from '../stream/video-frame.ts'
import type { Groups, Run } from './groups.ts'

/** What was compared. */
export interface Verified {
  /** Groups that follow an encoded one and were decoded from both files. */
  readonly joints: number
  /** Frames of those that are the same in both. */
  readonly frames: number
}

/** The group that follows each run: if it decodes as before, so do all up to the next run, since each begins anew. */
const following = (groups: Groups, runs: readonly Run[]): Run[] =>
  runs.flatMap(({ to }) => {
    const index = groups.starts.indexOf(to)
    return to < groups.packets ? [{ from: to, to: groups.starts[index + 1]! }] : []
  })

/**
 * Decodes what follows each encoded run in the source and in the written file, there together with the run before it, and compares
 * frame by frame; and compares the time stamps of all packets.
 *
 * @returns why the written file is not what it should be, or what was compared
 */
export async function verifyJoints(
  source: Located,
  written: Located,
  {
    stream,
    outputStream,
    groups,
    runs,
  }: { stream: number; outputStream: number; groups: Groups; runs: readonly Run[] },
  signal?: AbortSignal,
): Promise<Verified | { readonly why: string }> {
  const after = following(groups, runs)
  const expected = await hashes(source, stream, after, after, undefined, signal)
  const joined = runs.map((run) => ({ from: run.from, to: after.find(({ from }) => from === run.to)?.to ?? run.to }))
  const found = await hashes(written, outputStream, joined, after, groups, signal)
  if (found.why) return { why: found.why }
  if (expected.frames.length !== found.frames.length)
    return { why: `${found.frames.length} pictures follow the encoded ones instead of ${expected.frames.length}` }
  const different = expected.frames.findIndex((hash, index) => hash !== found.frames[index])
  if (different >= 0) return { why: 'a picture after the encoded ones is not decoded as before' }
  return { joints: after.length, frames: found.frames.length }
}

/** Hashes of the frames of some packets, decoded from a little earlier. */
async function hashes(
  { input, format }: Located,
  index: number,
  decoded: readonly Run[],
  wanted: readonly Run[],
  times: Groups | undefined,
  signal: AbortSignal | undefined,
): Promise<{ frames: string[]; why?: string }> {
  await using container = await openContainer(input, format, signal)
  const { av, streams } = container
  const stream = streams[index]!
  // Matroska keeps only the times of showing.
  const keepsDts = format.demuxer !== 'matroska'
  for (const other of streams) other.discard = other === stream ? av.AVDISCARD_DEFAULT : av.AVDISCARD_ALL
  const found: string[] = []
  const wantedTimes = new Set<bigint>()
  using packet = new av.Packet()
  packet.alloc()
  let position = 0
  let decoder: Decoder | undefined
  const take = async (frame: Frame) => {
    if (wantedTimes.delete(frame.bestEffortTimestamp)) found.push(await hashOf(container, frame))
    else frame.free()
  }
  try {
    while (await container.read(packet)) {
      if (packet.streamIndex !== stream.index) {
        packet.unref()
        continue
      }
      if (times && !sameTimes(packet, times, position, keepsDts, inRun(decoded, position)))
        return { frames: found, why: `the time stamp of packet ${position} is not kept` }
      if (inRun(decoded, position)) {
        if (inRun(wanted, position)) wantedTimes.add(packet.pts)
        decoder ??= await Decoder.open(av, stream)
        for await (const frame of decoder.decode(packet)) await take(frame)
      }
      position++
      packet.unref()
      if (decoder && !inRun(decoded, position)) {
        for await (const frame of decoder.decode(undefined)) await take(frame)
        decoder[Symbol.dispose]()
        decoder = undefined
      }
    }
    if (decoder) for await (const frame of decoder.decode(undefined)) await take(frame)
  } finally {
    decoder?.[Symbol.dispose]()
  }
  if (times && position !== times.packets)
    return { frames: found, why: `${position} packets instead of ${times.packets}` }
  return { frames: found }
}

/** In an encoded run the pictures are reordered otherwise; there the times of decoding follow each other as they did. */
function sameTimes(
  { pts, dts }: Packet,
  times: Groups,
  position: number,
  keepsDts: boolean,
  encoded: boolean,
): boolean {
  const decoding = !keepsDts || Number(dts) === times.dts[position]
  return decoding && (encoded || Number(pts) === times.pts[position])
}

const inRun = (runs: readonly Run[], position: number): boolean =>
  runs.some(({ from, to }) => position >= from && position < to)

async function hashOf({ av }: Container, frame: Frame): Promise<string> {
  using converter = new FrameConverter(av)
  using picture = await converter.convert(frame, 0, undefined)
  return hashPlanes(picture)
}

/** Hash of the visible pixels. */
export function hashPlanes({ planes }: VideoFrame): string {
  const hash = createHash('sha256')
  for (const { data, stride, width, step, height } of planes)
    for (let y = 0; y < height; y++) {
      const row = data.subarray(y * stride, y * stride + width * step)
      hash.update(new Uint8Array(row.buffer, row.byteOffset, row.byteLength))
    }
  return hash.digest('base64')
}
