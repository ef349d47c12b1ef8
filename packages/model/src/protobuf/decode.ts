import { Cursor } from './cursor.ts'
import { WireError, WireLimitError } from './errors.ts'
import type { ByteSource } from './source.ts'

/** Where a payload lies that was passed over. */
export interface Span {
  readonly start: number
  readonly length: number
}

/**
 * A field that is kept: `int` (a varint, as a number, exact up to 2^53), `text` (UTF-8), `span` (bytes, of which only the place is
 * kept) or another message. All others are passed over.
 */
export interface Field {
  readonly name: string
  readonly kind: 'int' | 'text' | 'span' | (() => Message)
  readonly many: boolean
}

/** The fields of a message by their number. */
export type Message = ReadonlyMap<number, Field>

/** Bounds on what is kept in memory. */
export interface Bounds {
  readonly parts: number
  readonly textBytes: number
  readonly depth: number
}

/** Wire types of protobuf (https://protobuf.dev/programming-guides/encoding, "Message Structure"). */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

type Decoded = Record<string, unknown>

/**
 * Reads one message, of any size, without loading what it passes over.
 *
 * A field that was not met is 0, '' or an empty list; a message that was not met is undefined.
 *
 * @throws WireError when the bytes are no such message, WireLimitError when they hold more than the bounds allow
 */
export async function decode(source: ByteSource, message: Message, bounds: Bounds): Promise<Decoded> {
  return new Decoder(new Cursor(source), bounds).message(message, source.size, 0)
}

class Decoder {
  readonly #cursor: Cursor
  readonly #bounds: Bounds
  #parts = 0
  #textBytes = 0

  constructor(cursor: Cursor, bounds: Bounds) {
    this.#cursor = cursor
    this.#bounds = bounds
  }

  async message(message: Message, end: number, depth: number): Promise<Decoded> {
    if (depth > this.#bounds.depth) throw new WireLimitError('levels of messages', depth, this.#bounds.depth)
    const cursor = this.#cursor
    const result: Decoded = {}
    for (const { name, kind, many } of message.values())
      result[name] = many ? [] : kind === 'int' ? 0 : kind === 'text' ? '' : undefined
    while (cursor.position < end) {
      const at = cursor.position
      if (cursor.lacksHeader) await cursor.fill()
      const key = cursor.varint(end)
      const field = message.get(Math.floor(key / 8))
      const type = key % 8
      if (key < 8 || key > 0xffffffff) throw new WireError('a field has no valid number', at)
      if (type === wire.varint) {
        const value = cursor.varint(end)
        if (field?.kind === 'int') this.#keep(result, field, value)
        else if (field) throw new WireError(`field "${field.name}" holds a number`, at)
      } else if (type === wire.fixed32 || type === wire.fixed64) {
        cursor.skip(type === wire.fixed32 ? 4 : 8, end)
      } else if (type === wire.bytes) {
        const length = cursor.varint(end)
        if (length > end - cursor.position)
          throw new WireError(`${length} bytes are announced and ${end - cursor.position} follow`, at)
        if (field) await this.#delimited(result, field, cursor.position + length, depth)
        else cursor.skip(length, end)
      } else throw new WireError(`a field has the unknown wire type ${type}`, at)
    }
    return result
  }

  /** A field whose length is known: text, a span, a message, or several integers packed. */
  async #delimited(result: Decoded, field: Field, end: number, depth: number): Promise<void> {
    const cursor = this.#cursor
    const { kind } = field
    if (kind === 'span') {
      this.#keep(result, field, { start: cursor.position, length: end - cursor.position })
      cursor.skip(end - cursor.position, end)
    } else if (kind === 'text') {
      this.#textBytes += end - cursor.position
      if (this.#textBytes > this.#bounds.textBytes)
        throw new WireLimitError('bytes of names', this.#textBytes, this.#bounds.textBytes)
      this.#keep(result, field, await cursor.text(end))
    } else if (kind === 'int') {
      if (!field.many) throw new WireError(`field "${field.name}" holds bytes`, cursor.position)
      while (cursor.position < end) {
        if (cursor.lacksHeader) await cursor.fill()
        this.#keep(result, field, cursor.varint(end))
      }
    } else this.#keep(result, field, await this.message(kind(), end, depth + 1))
  }

  #keep(result: Decoded, { name, kind, many }: Field, value: unknown): void {
    this.#parts++
    if (this.#parts > this.#bounds.parts) throw new WireLimitError('parts', this.#parts, this.#bounds.parts)
    if (many) (result[name] as unknown[]).push(value)
    // Protobuf merges the two. Nobody writes that, and a reader that takes only one would see another file than the runtime does.
    else if (typeof kind === 'function' && result[name] !== undefined)
      throw new WireError(`field "${name}" is there twice`, this.#cursor.position)
    else result[name] = value
  }
}
