import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { Random } from './random.ts'

const block = 1 << 20

/** Bytes that are the same each time, none alike, and cheap to have at any place: a random block, marked with where it is. */
export class LargeContent {
  readonly size: number
  readonly #base = Buffer.alloc(block)

  constructor(size: number, seed: number) {
    this.size = size
    const random = new Random(seed)
    for (let place = 0; place < block; place += 4) this.#base.writeUInt32LE(Math.floor(random.next() * 2 ** 32), place)
  }

  /** The bytes from `start`, up to `end`; each piece is good only until the next, as they share memory. */
  *pieces(start = 0, end = this.size): Iterable<Buffer> {
    for (let first = Math.floor(start / block) * block; first < end; first += block) {
      for (let mark = 0; mark < block; mark += 4096) this.#base.writeDoubleLE(first + mark, mark)
      yield this.#base.subarray(Math.max(0, start - first), Math.min(block, end - first))
    }
  }

  async *stream(): AsyncIterable<Buffer> {
    yield* this.pieces()
  }

  /** Whether the pieces of a stream are just these bytes, from `start`. */
  async is(stream: AsyncIterable<Uint8Array>, start = 0): Promise<boolean> {
    let place = start
    for await (const piece of stream) {
      let compared = 0
      for (const own of this.pieces(place, place + piece.length)) {
        if (!own.equals(piece.subarray(compared, compared + own.length))) return false
        compared += own.length
      }
      place += piece.length
    }
    return true
  }

  /** Whether a file holds just these bytes. */
  isFile(path: string): boolean {
    const file = openSync(path, 'r')
    const found = Buffer.alloc(block)
    try {
      for (const own of this.pieces())
        if (readSync(file, found, 0, own.length, null) !== own.length || !own.equals(found.subarray(0, own.length)))
          return false
      return readSync(file, found) === 0
    } finally {
      closeSync(file)
    }
  }

  /** The content hash a store must give it. */
  get hash(): string {
    const hash = createHash('sha256').update('colophon/blob/1\n')
    for (const piece of this.pieces()) hash.update(piece)
    return hash.digest('hex')
  }
}
