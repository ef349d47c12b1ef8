import { createHash } from 'node:crypto'
import { openContainer } from '../av/container.ts'
import { locate } from '../stream/source.ts'

/** A packet as it lies in a file. */
export interface SeenPacket {
  readonly pts: bigint
  readonly dts: bigint
  readonly duration: bigint
  readonly key: boolean
  readonly hash: string
}

/** All packets of a file, by stream. */
export async function packetsOf(path: string): Promise<SeenPacket[][]> {
  const { input, format } = await locate(path)
  await using container = await openContainer(input, format)
  const { av, streams } = container
  const found = streams.map((): SeenPacket[] => [])
  using packet = new av.Packet()
  packet.alloc()
  while (await container.read(packet)) {
    const { pts, dts, duration, isKeyframe: key, data } = packet
    const hash = createHash('sha256')
      .update(data ?? '')
      .digest('hex')
    found[packet.streamIndex]!.push({ pts, dts, duration, key, hash })
    packet.unref()
  }
  return found
}
