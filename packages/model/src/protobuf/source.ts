import { type FileHandle, open } from 'node:fs/promises'

/** Bytes that can be read at any place: a file, or memory. */
export interface ByteSource {
  readonly size: number
  /** Up to `length` bytes from `start`; fewer only where the source ends. */
  read(start: number, length: number): Promise<Uint8Array>
}

/** Bytes in memory. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (start, length) => bytes.subarray(start, start + length),
})

/** An open file. */
export class FileBytes implements ByteSource, AsyncDisposable {
  readonly size: number
  readonly #file: FileHandle

  private constructor(file: FileHandle, size: number) {
    this.#file = file
    this.size = size
  }

  static async open(path: string): Promise<FileBytes> {
    const file = await open(path, 'r')
    try {
      return new FileBytes(file, (await file.stat()).size)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async read(start: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - start))
    const bytes = Buffer.allocUnsafe(wanted)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await this.#file.read(bytes, filled, wanted - filled, start + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
