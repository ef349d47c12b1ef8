import { close, open, read } from 'node:fs'
import { promisify } from 'node:util'
import type { ByteRange } from './ref.ts'

const opened = promisify(open)
const closed = promisify(close)
const filled = promisify(read)

/** Bytes of a piece that is given away. */
const givenBytes = 64 * 1024
const lentBytes = 512 * 1024

/** The bytes of a file, in pieces that the receiver may keep. Opened when the first is asked for, closed after the last. */
export const readFile = (path: string, range: ByteRange = {}): AsyncIterable<Uint8Array> =>
  pieces(path, range, (left) => Buffer.allocUnsafeSlow(Math.min(givenBytes, left)))

/** The bytes of a file, in pieces that are good only until the next is asked for: they share the same memory. */
export function scanFile(path: string, range: ByteRange = {}): AsyncIterable<Uint8Array> {
  const { start = 0, end = Number.POSITIVE_INFINITY } = range
  let buffer: Buffer | undefined
  return pieces(path, range, () => (buffer ??= Buffer.allocUnsafeSlow(Math.min(lentBytes, end - start))))
}

async function* pieces(path: string, range: ByteRange, memory: (left: number) => Buffer): AsyncIterable<Uint8Array> {
  const { start, end = Number.POSITIVE_INFINITY } = range
  const file = await opened(path, 'r')
  try {
    // Without a position a pipe can be read as well.
    let position = start
    for (let left = end - (start ?? 0); left > 0; ) {
      const buffer = memory(left)
      const { bytesRead } = await filled(file, buffer, 0, Math.min(buffer.length, left), position ?? null)
      if (bytesRead === 0) return
      left -= bytesRead
      if (position !== undefined) position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await closed(file)
  }
}
