import type { Container } from './container.ts'
import { isCover } from './stream-report.ts'

/** Covers are given before any other packet; looking further would mean to read the recording. */
const mostPackets = 64

/** The first cover that a container carries, as the bytes of a picture file; undefined if it has none. */
export async function readCover({ av, context, streams }: Container): Promise<Uint8Array | undefined> {
  const covers = streams.filter((stream) => isCover(av, stream)).map(({ index }) => index)
  if (covers.length === 0) return undefined
  // Not by `stream.attachedPic`: in node-av 6.1 that packet is freed twice.
  using packet = new av.Packet()
  packet.alloc()
  for (let count = 0; count < mostPackets && (await context.readFrame(packet)) >= 0; count++) {
    const cover = covers.includes(packet.streamIndex) ? packet.data : undefined
    const copy = cover && new Uint8Array(cover)
    packet.unref()
    if (copy) return copy
  }
  return undefined
}
