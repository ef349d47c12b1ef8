import { writeFile } from 'node:fs/promises'
import { any, blob, op } from '@colophon/core'

/** A row of about 3 KB. */
export const record = op('record', (n: number) => ({ n, text: 'x'.repeat(3000) + n }))

/** A chain of records, each made from the one before. */
export const link = op('link', (before: { n: number; text: string } | null, n: number) => ({
  n,
  text: (before?.text ?? 'y'.repeat(3000)) + n,
}))

/** Data of about `size` bytes, kept as an object when it is more than 64 KiB. */
export const lines = op('lines', (seed: number, size: number) =>
  Array.from({ length: Math.ceil(size / 20) }, (_, index) => `${seed} ${index}`.padEnd(18, '.')),
)

/** Bytes that differ by `seed` and place, in pieces. */
export function* pieces(seed: number, size: number, piece = 256 * 1024): Iterable<Uint8Array> {
  for (let start = 0; start < size; start += piece) {
    const bytes = Buffer.alloc(Math.min(piece, size - start), seed % 256)
    bytes.writeUInt32LE((seed + start) >>> 0, 0)
    yield bytes
  }
}

export const whole = (seed: number, size: number): Uint8Array => Buffer.concat([...pieces(seed, size)])

/** A blob of `size` bytes, given to the store in one of the ways there are. */
export const media = op({
  name: 'media',
  inputs: { seed: any<number>(), size: any<number>(), way: any<'bytes' | 'stream' | 'file'>() },
  outputs: { media: blob() },
  run: async ({ seed, size, way }, { tempFile }) => {
    if (way === 'bytes') return { media: whole(seed, size) }
    if (way === 'stream') return { media: streamed(seed, size) }
    const file = await tempFile()
    await writeFile(file.path, pieces(seed, size))
    return { media: file }
  },
})

export async function* streamed(seed: number, size: number): AsyncIterable<Uint8Array> {
  yield* pieces(seed, size)
}

/** Takes a blob in and counts its bytes. */
export const size = op({
  name: 'size',
  inputs: { media: blob() },
  outputs: { size: any<number>() },
  run: async ({ media: given }) => {
    let bytes = 0
    for await (const piece of given.stream()) bytes += piece.length
    return { size: bytes }
  },
})
