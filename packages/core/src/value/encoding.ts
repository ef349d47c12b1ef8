import { tags } from './encoding-format.ts'
import { Reader, type ResolveBlob } from './encoding-reader.ts'
import { type Embed, Writer } from './encoding-writer.ts'

/**
 * The canonical encoding of plain data, format 1: the bytes that are hashed and stored.
 *
 * Two values have the same bytes exactly when they are the same data: keys of objects, entries of maps and items of sets are
 * sorted, a value met twice (an alias) is written twice, NaN has one form, -0 differs from 0, a missing property differs from
 * one that is undefined. What is not data (functions, symbols, class instances, cycles, holes) is refused with its path.
 * `docs/encoding.md` is the specification; `encoding.golden.json` pins the bytes across versions and platforms.
 */

export { maxDepth, tags } from './encoding-format.ts'
export type { ResolveBlob } from './encoding-reader.ts'
export { type Embed, embedded } from './encoding-writer.ts'
export { formatPath } from './value-path.ts'

const shared = new Writer()
let sharedBusy = false

/**
 * Encodes plain data canonically.
 *
 * @param value null, booleans, numbers, strings, bigints, undefined, Date, arrays, plain objects, Map, Set, ArrayBuffer and typed
 *   arrays, nested up to `maxDepth`, of any realm. An object is its enumerable properties with text keys, and one with a symbol
 *   key is refused; of the others only what they hold counts, not properties that were added to them.
 * @param embed gives the encoding of refs met on the way; without it refs are refused
 * @throws ColophonError VALUE_NOT_ENCODABLE, VALUE_CYCLE, VALUE_HOLE, VALUE_TOO_DEEP, each with the path
 */
export const encode = (value: unknown, embed?: Embed): Uint8Array =>
  encodeWith(value, embed, (buffer, length) => new Uint8Array(buffer.subarray(0, length)))

/** As {@link encode}, but hands the bytes to `finish` where they lie, valid only until it returns. */
export function encodeWith<T>(
  value: unknown,
  embed: Embed | undefined,
  finish: (buffer: Buffer, length: number) => T,
): T {
  // A getter or proxy in the value may encode something itself; it must not write into the shared buffer meanwhile.
  if (sharedBusy) return write(new Writer(), value, embed, finish)
  sharedBusy = true
  try {
    return write(shared, value, embed, finish)
  } finally {
    shared.reset()
    sharedBusy = false
  }
}

function write<T>(
  writer: Writer,
  value: unknown,
  embed: Embed | undefined,
  finish: (buffer: Buffer, length: number) => T,
): T {
  writer.embed = embed
  writer.value(value)
  return finish(writer.buffer, writer.length)
}

/**
 * Decodes canonical bytes into fresh data that shares nothing with the bytes or with any other decoding.
 *
 * @param blob gives the object that stands for an embedded blob; without it blobs are refused
 * @throws RangeError when the bytes are not exactly what {@link encode} makes of some value
 */
export function decode(bytes: Uint8Array, blob?: ResolveBlob): unknown {
  const reader = new Reader(bytes, blob)
  const value = reader.value()
  reader.end()
  return value
}

/** The encoding of a blob inside a value: its digest and its size in bytes. */
export function encodeBlob(digest: string, size: number): Uint8Array {
  const writer = new Writer()
  writer.byte(tags.blob)
  writer.bytes(Buffer.from(digest, 'latin1'))
  writer.varint(size)
  return new Uint8Array(writer.buffer.subarray(0, writer.length))
}
