import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/**
 * Writes numbers into a file that is there, from a byte on, without touching the rest.
 *
 * @returns CRC-32 of what was written
 */
export function writeInto(path: string, numbers: Float32Array, at: number): number {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  const file = openSync(path, 'r+')
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done)
  } finally {
    closeSync(file)
  }
  return crc32(bytes)
}
