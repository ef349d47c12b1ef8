import type { FileHandle } from 'node:fs/promises'

/** Writes pieces one after the other into a file, from a position on. */
export async function writePieces(file: FileHandle, pieces: Iterable<Uint8Array>, position: number): Promise<void> {
  let at = position
  for (const piece of pieces)
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, at)
      done += bytesWritten
      at += bytesWritten
    }
}
