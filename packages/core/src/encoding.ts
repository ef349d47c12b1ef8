import { ColophonError } from './errors.ts'

/**
 * The canonical encoding of plain data, format 1: the bytes that are hashed and stored.
 *
 * Two values have the same bytes exactly when they are the same data: keys of objects, entries of maps and items of sets are
 * sorted, a value met twice (an alias) is written twice, NaN has one form, -0 differs from 0, a missing property differs from
 * one that is undefined. What is not data (functions, symbols, class instances, cycles, holes) is refused with its path.
 * `docs/encoding.md` is the specification; `encoding.golden.json` pins the bytes across versions and platforms.
 */

export const tags = {
  undefined: 0x00,
  null: 0x01,
  false: 0x02,
  true: 0x03,
  natural: 0x04,
  negative: 0x05,
  float: 0x06,
  bigNatural: 0x07,
  bigNegative: 0x08,
  text: 0x09,
  illFormedText: 0x0a,
  date: 0x0b,
  array: 0x0c,
  object: 0x0d,
  map: 0x0e,
  set: 0x0f,
  arrayBuffer: 0x10,
  typedArray: 0x11,
  blob: 0x12,
} as const

type TypedArray = ArrayBufferView<ArrayBufferLike> & { readonly BYTES_PER_ELEMENT: number }
type TypedArrayConstructor = { new (buffer: ArrayBuffer): TypedArray; readonly name: string }

// The position in this list is written to disk: append only.
const typedArrays: readonly TypedArrayConstructor[] = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
  Float16Array,
]
const typedArrayKinds = new Map(typedArrays.map((constructor, kind) => [constructor.name, kind]))
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** How deep values may nest; deeper ones would exhaust the stack of a reader with a smaller one. */
export const maxDepth = 512

/** An object that stands for a value and brings that value's encoding along: a ref. */
export const embedded: unique symbol = Symbol('colophon.embedded')

/** Told of every embedded value while encoding, with its path; gives the bytes to write in its place. */
export type Embed = (item: object, path: readonly (string | number)[]) => Uint8Array

/** `$.a[0]` for the path `['a', 0]`. */
export const formatPath = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number'
        ? `${text}[${part}]`
        : /^[A-Za-z_$][\w$]*$/.test(part)
          ? `${text}.${part}`
          : `${text}[${JSON.stringify(part)}]`,
    '$',
  )

class Writer {
  buffer = Buffer.allocUnsafe(1024)
  length = 0
  readonly path: (string | number)[] = []
  readonly open = new Set<object>()
  embed: Embed | undefined

  reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more))
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }

  varint(value: number): void {
    this.reserve(10)
    while (value >= 0x80) {
      this.buffer[this.length++] = (value % 0x80) | 0x80
      value = Math.floor(value / 0x80)
    }
    this.buffer[this.length++] = value
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.length++] = value
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  float(value: number): void {
    this.reserve(8)
    // Every NaN is written as the one quiet NaN.
    this.length = this.buffer.writeDoubleBE(Number.isNaN(value) ? Number.NaN : value, this.length)
  }

  text(value: string): void {
    if (!value.isWellFormed()) {
      // UTF-8 cannot carry a lone surrogate, and replacing it would make two different strings one.
      this.byte(tags.illFormedText)
      this.varint(value.length * 2)
      this.reserve(value.length * 2)
      this.length += this.buffer.write(value, this.length, 'utf16le')
      return
    }
    const size = Buffer.byteLength(value)
    this.byte(tags.text)
    this.varint(size)
    this.reserve(size)
    this.length += this.buffer.write(value, this.length, 'utf8')
  }

  number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.byte(value >= 0 ? tags.natural : tags.negative)
      this.varint(value >= 0 ? value : -1 - value)
    } else {
      this.byte(tags.float)
      this.float(value)
    }
  }

  bigint(value: bigint): void {
    const magnitude = value >= 0n ? value : -1n - value
    const hex = magnitude.toString(16)
    const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
    this.byte(value >= 0n ? tags.bigNatural : tags.bigNegative)
    this.varint(bytes.length)
    this.bytes(bytes)
  }

  refuse(what: string): never {
    throw new ColophonError('VALUE_NOT_ENCODABLE', { path: formatPath(this.path), what })
  }

  value(value: unknown): void {
    switch (typeof value) {
      case 'number':
        return this.number(value)
      case 'string':
        return this.text(value)
      case 'boolean':
        return this.byte(value ? tags.true : tags.false)
      case 'undefined':
        return this.byte(tags.undefined)
      case 'bigint':
        return this.bigint(value)
      case 'function':
        return this.refuse('a function')
      case 'symbol':
        return this.refuse('a symbol')
      default:
        return value === null ? this.byte(tags.null) : this.object(value as object)
    }
  }

  object(value: object): void {
    if (embedded in value) {
      if (!this.embed) this.refuse('a ref')
      return this.bytes(this.embed(value, this.path))
    }
    if (ArrayBuffer.isView(value)) return this.view(value)
    const prototype = Object.getPrototypeOf(value)
    if (value instanceof Date) {
      this.byte(tags.date)
      return this.float(value.getTime())
    }
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
      this.byte(tags.arrayBuffer)
      this.varint(value.byteLength)
      return this.bytes(new Uint8Array(value))
    }
    if (this.open.has(value)) throw new ColophonError('VALUE_CYCLE', { path: formatPath(this.path) })
    if (this.path.length >= maxDepth)
      throw new ColophonError('VALUE_TOO_DEEP', { path: formatPath(this.path.slice(0, 8)), limit: maxDepth })
    this.open.add(value)
    if (Array.isArray(value)) this.array(value)
    else if (value instanceof Map) this.map(value)
    else if (value instanceof Set) this.set(value)
    else if (prototype === null || Object.getPrototypeOf(prototype) === null) this.record(value)
    else this.refuse(`an instance of ${prototype.constructor?.name ?? 'a class'}`)
    this.open.delete(value)
  }

  item(key: string | number, value: unknown): void {
    this.path.push(key)
    this.value(value)
    this.path.pop()
  }

  array(array: unknown[]): void {
    this.byte(tags.array)
    this.varint(array.length)
    for (let index = 0; index < array.length; index++) {
      const item = array[index]
      if (item === undefined && !(index in array))
        throw new ColophonError('VALUE_HOLE', { path: formatPath([...this.path, index]) })
      this.item(index, item)
    }
  }

  record(record: object): void {
    const keys = Object.keys(record).sort()
    const symbol = Object.getOwnPropertySymbols(record)[0]
    if (symbol) this.refuse(`an object with the symbol key ${String(symbol)}`)
    this.byte(tags.object)
    this.varint(keys.length)
    for (const key of keys) {
      this.text(key)
      this.item(key, (record as Record<string, unknown>)[key])
    }
  }

  /** Writes pieces that `write` appends one by one, sorted by their bytes. */
  sorted(count: number, write: (index: number) => void): void {
    const start = this.length
    const pieces: Buffer[] = []
    for (let index = 0; index < count; index++) {
      const from = this.length
      write(index)
      pieces.push(Buffer.from(this.buffer.subarray(from, this.length)))
    }
    pieces.sort(Buffer.compare)
    this.length = start
    for (const piece of pieces) this.bytes(piece)
  }

  map(map: Map<unknown, unknown>): void {
    const entries = [...map]
    this.byte(tags.map)
    this.varint(entries.length)
    this.sorted(entries.length, (index) => {
      const [key, value] = entries[index]!
      this.item(`key ${index}`, key)
      this.item(typeof key === 'string' || typeof key === 'number' ? key : `value ${index}`, value)
    })
  }

  set(set: Set<unknown>): void {
    const items = [...set]
    this.byte(tags.set)
    this.varint(items.length)
    this.sorted(items.length, (index) => this.item(index, items[index]))
  }

  view(view: ArrayBufferView): void {
    const name = view instanceof Buffer ? 'Uint8Array' : Object.prototype.toString.call(view).slice(8, -1)
    const kind = typedArrayKinds.get(name)
    if (kind === undefined) return this.refuse(`a ${name}`)
    this.byte(tags.typedArray)
    this.byte(kind)
    this.varint(view.byteLength)
    const from = this.length
    this.bytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    if (!littleEndian) swap(this.buffer.subarray(from, this.length), (view as TypedArray).BYTES_PER_ELEMENT)
  }
}

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16()
  else if (width === 4) bytes.swap32()
  else if (width === 8) bytes.swap64()
}

const shared = new Writer()
let sharedBusy = false

/**
 * Encodes plain data canonically.
 *
 * @param value null, booleans, numbers, strings, bigints, undefined, Date, arrays, plain objects, Map, Set, ArrayBuffer and typed
 *   arrays, nested up to {@link maxDepth}. Symbol-keyed and non-enumerable properties are not part of a value.
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
  const writer = sharedBusy ? new Writer() : shared
  sharedBusy = true
  try {
    writer.length = 0
    writer.embed = embed
    writer.value(value)
    return finish(writer.buffer, writer.length)
  } finally {
    if (writer === shared) {
      sharedBusy = false
      writer.path.length = 0
      writer.open.clear()
      writer.embed = undefined
      // One huge value must not leave its buffer behind for ever.
      if (writer.buffer.length > 1 << 20) writer.buffer = Buffer.allocUnsafe(1024)
    }
  }
}

/** Gives the object that stands for an embedded blob when a value is decoded. */
export type ResolveBlob = (digest: string, size: number) => unknown

class Reader {
  readonly buffer: Buffer
  position = 0
  readonly blob: ResolveBlob | undefined

  constructor(bytes: Uint8Array, blob: ResolveBlob | undefined) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.blob = blob
  }

  damaged(why: string): never {
    throw new RangeError(`${why} at byte ${this.position}`)
  }

  byte(): number {
    if (this.position >= this.buffer.length) this.damaged('it ends too early')
    return this.buffer[this.position++]!
  }

  varint(): number {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
      factor *= 0x80
      if (factor > Number.MAX_SAFE_INTEGER) this.damaged('a length is too large')
    }
    return value
  }

  take(size: number): Buffer {
    if (this.position + size > this.buffer.length) this.damaged('it ends too early')
    this.position += size
    return this.buffer.subarray(this.position - size, this.position)
  }

  /** A count of items, each at least one byte long, so a damaged count cannot ask for endless memory. */
  count(): number {
    const count = this.varint()
    if (count > this.buffer.length - this.position) this.damaged('a count is too large')
    return count
  }

  bigint(): bigint {
    const bytes = this.take(this.varint())
    return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`)
  }

  copy(size: number): ArrayBuffer {
    const bytes = this.take(size)
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + size) as ArrayBuffer
  }

  typedArray(): unknown {
    const constructor = typedArrays[this.byte()]
    if (!constructor) this.damaged('an unknown kind of array')
    const buffer = this.copy(this.varint())
    if (!littleEndian) swap(Buffer.from(buffer), new constructor(new ArrayBuffer(0)).BYTES_PER_ELEMENT)
    return new constructor(buffer)
  }

  record(): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    for (let left = this.count(); left > 0; left--) {
      const key = this.value() as string
      const value = this.value()
      // An assignment to __proto__ would set the prototype instead of a property.
      if (key === '__proto__')
        Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true })
      else record[key] = value
    }
    return record
  }

  value(): unknown {
    const tag = this.byte()
    switch (tag) {
      case tags.undefined:
        return undefined
      case tags.null:
        return null
      case tags.false:
        return false
      case tags.true:
        return true
      case tags.natural:
        return this.varint()
      case tags.negative:
        return -1 - this.varint()
      case tags.float:
        return this.take(8).readDoubleBE(0)
      case tags.bigNatural:
        return this.bigint()
      case tags.bigNegative:
        return -1n - this.bigint()
      case tags.text:
        return this.take(this.varint()).toString('utf8')
      case tags.illFormedText:
        return this.take(this.varint()).toString('utf16le')
      case tags.date:
        return new Date(this.take(8).readDoubleBE(0))
      case tags.array: {
        const array: unknown[] = []
        for (let left = this.count(); left > 0; left--) array.push(this.value())
        return array
      }
      case tags.object:
        return this.record()
      case tags.map: {
        const map = new Map<unknown, unknown>()
        for (let left = this.count(); left > 0; left--) {
          const key = this.value()
          map.set(key, this.value())
        }
        return map
      }
      case tags.set: {
        const set = new Set<unknown>()
        for (let left = this.count(); left > 0; left--) set.add(this.value())
        return set
      }
      case tags.arrayBuffer:
        return this.copy(this.varint())
      case tags.typedArray:
        return this.typedArray()
      case tags.blob: {
        const digest = this.take(32).toString('latin1')
        const size = this.varint()
        if (!this.blob) this.damaged('a blob where none is expected')
        return this.blob(digest, size)
      }
      default:
        return this.damaged(`an unknown tag ${tag}`)
    }
  }
}

/**
 * Decodes canonical bytes into fresh data that shares nothing with the bytes or with any other decoding.
 *
 * @param blob gives the object that stands for an embedded blob; without it blobs are refused
 * @throws RangeError when the bytes are not a whole encoding
 */
export function decode(bytes: Uint8Array, blob?: ResolveBlob): unknown {
  const reader = new Reader(bytes, blob)
  const value = reader.value()
  if (reader.position !== bytes.length) reader.damaged('it has extra bytes')
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
