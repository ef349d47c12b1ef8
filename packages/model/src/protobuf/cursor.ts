import { WireError } from './errors.ts'
import type { ByteSource } from './source.ts'

const windowBytes = 64 * 1024
/** A key and a length: two varints of at most ten bytes. */
const headerBytes = 20
const utf8 = new TextDecoder()

/** A place in a source, with a piece of the source in memory around it. */
export class Cursor {
  position = 0
  readonly #source: ByteSource
  #window: Uint8Array = new Uint8Array(0)
  #start = 0

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** Whether {@link fill} must be awaited before the next two varints are read. */
  get lacksHeader(): boolean {
    return !this.#holds(Math.min(headerBytes, this.#source.size - this.position))
  }

  #holds(length: number): boolean {
    return this.position >= this.#start && this.position + length <= this.#start + this.#window.length
  }

  async fill(length = headerBytes): Promise<void> {
    this.#window = await this.#source.read(this.position, Math.max(length, windowBytes))
    this.#start = this.position
  }

  /** A signed 64-bit varint as a number: exact up to 2^53, rounded beyond. The window must hold it. */
  varint(end: number): number {
    const at = this.position
    let low = 0
    let high = 0
    for (let count = 0; count < 10; count++) {
      if (this.position >= end) throw new WireError('a number breaks off', at)
      const byte = this.#window[this.position - this.#start]
      if (byte === undefined) throw new WireError('the file breaks off', this.position)
      this.position++
      const bits = byte & 0x7f
      if (count < 4) low += bits * 2 ** (7 * count)
      else if (count === 4) {
        low += (bits & 0xf) * 2 ** 28
        high = bits >> 4
      } else high += bits * 2 ** (7 * count - 32)
      // What lies above bit 63 is dropped, as protobuf does.
      if (byte < 0x80) return (high | 0) * 2 ** 32 + low
    }
    throw new WireError('a number is longer than ten bytes', at)
  }

  skip(length: number, end: number): void {
    if (this.position + length > end) throw new WireError('a field breaks off', this.position)
    this.position += length
  }

  /** Text up to `end`. */
  async text(end: number): Promise<string> {
    const length = end - this.position
    if (!this.#holds(length)) await this.fill(length)
    if (!this.#holds(length)) throw new WireError('the file breaks off', this.position)
    const from = this.position - this.#start
    this.position = end
    return utf8.decode(this.#window.subarray(from, from + length))
  }
}
