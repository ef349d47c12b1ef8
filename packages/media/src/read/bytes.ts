import { open } from 'node:fs/promises'

/** Random access to a file's bytes, a piece at a time. */
export interface Bytes {
  readonly size: number
  /** The bytes from `start` on; fewer than `length` at the end of the file. */
  read(start: number, length: number): Promise<Uint8Array>
}

/** Opens a file for reading parts of it, and closes it after `use`. */
export async function withBytes<T>(path: string, use: (bytes: Bytes) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    return await use({
      size,
      async read(start, length) {
        const buffer = new Uint8Array(Math.max(0, Math.min(length, size - start)))
        let filled = 0
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return buffer.subarray(0, filled)
      },
    })
  } finally {
    await handle.close()
  }
}

/** Bytes that are in memory already. */
export const bytesOf = (data: Uint8Array): Bytes => ({
  size: data.length,
  read: async (start, length) => data.subarray(start, start + length),
})

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const asciiOf = (bytes: Uint8Array, start: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + length))
