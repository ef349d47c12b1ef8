import type { Container } from './container.ts'
import { isCover } from './stream-report.ts'

/** Covers are given before any other packet; looking further would mean to read the recording. */
const mostPackets = 64

/** The covers that a container carries, as the bytes of picture files, by the index of their streams. */
export async function readCovers({ av, context, streams }: Container): Promise<ReadonlyMap<number, Uint8Array>> {
  const covers = streams.filter((stream) => isCover(av, stream)).map(({ index }) => index)
  const found = new Map<number, Uint8Array>()
  // Not by `stream.attachedPic`: in node-av 6.1 that packet is freed twice.
  using packet = new av.Packet()
  packet.alloc()
  for (let count = 0; count < mostPackets && found.size < covers.length; count++) {
    if ((await context.readFrame(packet)) < 0) break
    const { streamIndex, data } = packet
    if (data && covers.includes(streamIndex)) found.set(streamIndex, new Uint8Array(data))
    packet.unref()
  }
  return found
}

/** The first cover that a container carries; undefined if it has none. */
export const readCover = async (container: Container): Promise<Uint8Array | undefined> =>
  [...(await readCovers(container)).values()][0]
