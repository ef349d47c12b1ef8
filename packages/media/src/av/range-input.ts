import type { IOContext } from 'node-av/lib'
import { damaged } from '../failures.ts'
import type { Bytes } from '../read/bytes.ts'
import type { Av } from './library.ts'

/** Bytes asked for at a time. Each is a request where the bytes are far away. */
const bufferSize = 256 * 1024

const seekSize = 0x10000
const seekForce = 0x20000

/** FFmpeg's way of reading bytes that lie anywhere: in memory, in an object store. */
export interface RangeInput {
  readonly io: IOContext
  /** What reading threw, once it did. */
  failure(): unknown
}

/** Lets FFmpeg read from `bytes`. Free `io` when the container is closed. */
export function rangeInput(av: Av, bytes: Bytes): RangeInput {
  let position = 0
  let failure: unknown
  const io = new av.IOContext()
  const read = async (size: number) => {
    try {
      const wanted = Math.min(size, bytes.size - position)
      if (wanted <= 0) return av.AVERROR_EOF
      const data = await bytes.read(position, wanted)
      // Taken for the end, the rest would be missing and nobody would know.
      if (data.length === 0) throw damaged(`its bytes end at ${position} of ${bytes.size}`)
      position += data.length
      return Buffer.from(data.buffer, data.byteOffset, data.length)
    } catch (error) {
      failure ??= error
      return av.AVERROR_EIO
    }
  }
  const seek = (offset: bigint, whence: number) => {
    const from = whence & ~seekForce
    if (from === seekSize) return BigInt(bytes.size)
    const target = Number(offset) + (from === 1 ? position : from === 2 ? bytes.size : 0)
    if (target < 0) return BigInt(av.AVERROR_EINVAL)
    position = target
    return BigInt(target)
  }
  io.allocContextWithCallbacks(bufferSize, 0, read, null, seek)
  return { io, failure: () => failure }
}
