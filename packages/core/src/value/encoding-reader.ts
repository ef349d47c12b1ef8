import { isUtf8 } from 'node:buffer'
import { maxDepth, tags, toLittleEndian, typedArrays } from './encoding-format.ts'

/** Gives the object that stands for an embedded blob when a value is decoded. */
export type ResolveBlob = (digest: string, size: number) => unknown

/** The last of the tags whose values maps and sets tell apart by what they are. */
const lastScalar = tags.illFormedText
/** Bytes of a blob's digest. */
const digestSize = 32
/** The latest moment that a Date can be, in milliseconds from 1970. */
const lastMoment = 8.64e15

/**
 * Reads values in format 1. It accepts exactly what the writer writes: whatever it reads would be written as the same bytes
 * again, so that bytes and values stand for each other.
 */
export class Reader {
  readonly #buffer: Buffer
  readonly #blob: ResolveBlob | undefined
  #position = 0
  #depth = 0

  constructor(bytes: Uint8Array, blob: ResolveBlob | undefined) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#blob = blob
  }

  /** @throws RangeError unless all bytes were read */
  end(): void {
    if (this.#position !== this.#buffer.length) this.#damaged('there are extra bytes')
  }

  value(): unknown {
    const tag = this.#byte()
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
        return this.#varint()
      case tags.negative:
        return this.#negative()
      case tags.float:
        return this.#float()
      case tags.bigNatural:
        return this.#bigint()
      case tags.bigNegative:
        return -1n - this.#bigint()
      case tags.text:
        return this.#text()
      case tags.illFormedText:
        return this.#illFormedText()
      case tags.date:
        return this.#date()
      case tags.array:
      case tags.object:
      case tags.map:
      case tags.set:
        return this.#container(tag)
      case tags.arrayBuffer:
        return this.#copy(this.#varint())
      case tags.typedArray:
        return this.#typedArray()
      case tags.blob:
        return this.#embeddedBlob()
      default:
        return this.#damaged(`the tag ${tag} is unknown`)
    }
  }

  #damaged(why: string): never {
    throw new RangeError(`${why} at byte ${this.#position}`)
  }

  #byte(): number {
    if (this.#position >= this.#buffer.length) this.#damaged('it ends too early')
    return this.#buffer[this.#position++]!
  }

  #varint(): number {
    let value = this.#byte()
    if (value < 0x80) return value
    value -= 0x80
    for (let factor = 0x80; ; factor *= 0x80) {
      const byte = this.#byte()
      value += (byte & 0x7f) * factor
      if (value > Number.MAX_SAFE_INTEGER) this.#damaged('a number is too large')
      if (byte === 0) this.#damaged('a number is longer than need be')
      if (byte < 0x80) return value
    }
  }

  /** Passes over some bytes and gives the position of the first. */
  #skip(size: number): number {
    const from = this.#position
    if (size > this.#buffer.length - from) this.#damaged('it ends too early')
    this.#position += size
    return from
  }

  /** A count of members of so many bytes at least, so a damaged count cannot ask for endless memory. */
  #count(least: number): number {
    const count = this.#varint()
    if (count > (this.#buffer.length - this.#position) / least) this.#damaged('a count is too large')
    return count
  }

  #negative(): number {
    const value = -1 - this.#varint()
    if (!Number.isSafeInteger(value)) this.#damaged('a number is too large')
    return value
  }

  #double(): number {
    const from = this.#skip(8)
    const value = this.#buffer.readDoubleBE(from)
    if (Number.isNaN(value) && this.#buffer.compare(nan, 0, 8, from, from + 8) !== 0)
      this.#damaged('a NaN is not in its one form')
    return value
  }

  #float(): number {
    const value = this.#double()
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.#damaged('a whole number is written as a fraction')
    return value
  }

  #date(): Date {
    const time = this.#double()
    if (!Number.isNaN(time) && !(Number.isInteger(time) && Math.abs(time) <= lastMoment && !Object.is(time, -0)))
      this.#damaged('a moment is none that a date can be')
    return new Date(time)
  }

  #bigint(): bigint {
    const size = this.#varint()
    const from = this.#skip(size)
    if (size === 0 || (size > 1 && this.#buffer[from] === 0)) this.#damaged('a number is not in its one form')
    return BigInt(`0x${this.#buffer.toString('hex', from, from + size)}`)
  }

  #text(): string {
    const size = this.#varint()
    const from = this.#skip(size)
    const text = this.#buffer.toString('utf8', from, from + size)
    // What is not UTF-8 has become a replacement character, and text may hold one of its own.
    if (text.includes('\ufffd') && !isUtf8(this.#buffer.subarray(from, from + size)))
      this.#damaged('a text is not in UTF-8')
    return text
  }

  #illFormedText(): string {
    const size = this.#varint()
    const from = this.#skip(size)
    const text = this.#buffer.toString('utf16le', from, from + size)
    if (size % 2 !== 0 || text.isWellFormed()) this.#damaged('a text is not in its one form')
    return text
  }

  #container(tag: number): unknown {
    if (this.#depth >= maxDepth) this.#damaged('values are nested too deeply')
    this.#depth++
    const value =
      tag === tags.array
        ? this.#array()
        : tag === tags.object
          ? this.#record()
          : tag === tags.map
            ? this.#map()
            : this.#set()
    this.#depth--
    return value
  }

  #array(): unknown[] {
    const array: unknown[] = []
    for (let left = this.#count(1); left > 0; left--) array.push(this.value())
    return array
  }

  #key(): string {
    const tag = this.#byte()
    if (tag === tags.text) return this.#text()
    return tag === tags.illFormedText ? this.#illFormedText() : this.#damaged('a key is not text')
  }

  #record(): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    let last: string | undefined
    // A key is two bytes at least and a value one.
    for (let left = this.#count(3); left > 0; left--) {
      const key = this.#key()
      if (last !== undefined && last >= key) this.#damaged('keys are not in order')
      last = key
      const value = this.value()
      // An assignment to __proto__ would set the prototype instead of a property.
      if (key === '__proto__')
        Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true })
      else record[key] = value
    }
    return record
  }

  #map(): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>()
    let lastKey = 0
    let lastValue = 0
    for (let left = this.#count(2), first = true; left > 0; left--, first = false) {
      const from = this.#position
      const key = this.value()
      const keyEnd = this.#position
      const order = first ? -1 : this.#order(lastKey, lastValue, from, keyEnd)
      this.#checkMember(from, key, order)
      map.set(key, this.value())
      // Entries with equal keys, which only objects can be, go by their values.
      if (order === 0) this.#order(lastValue, from, keyEnd, this.#position)
      lastKey = from
      lastValue = keyEnd
    }
    return map
  }

  #set(): Set<unknown> {
    const set = new Set<unknown>()
    let last = 0
    for (let left = this.#count(1), first = true; left > 0; left--, first = false) {
      const from = this.#position
      const item = this.value()
      this.#checkMember(from, item, first ? -1 : this.#order(last, from, from, this.#position))
      set.add(item)
      last = from
    }
    return set
  }

  /** Compares a member's bytes with the next one's, which must not be less. */
  #order(from: number, to: number, nextFrom: number, nextTo: number): number {
    const order = this.#buffer.compare(this.#buffer, nextFrom, nextTo, from, to)
    if (order > 0) this.#damaged('members are not in order')
    return order
  }

  /** Equal objects and blobs may be several members, but a scalar is one; and to maps and sets -0 is 0. */
  #checkMember(from: number, member: unknown, order: number): void {
    if (order === 0 && this.#buffer[from]! <= lastScalar) this.#damaged('a member is there twice')
    if (Object.is(member, -0)) this.#damaged('a member is -0')
  }

  #copy(size: number): ArrayBuffer {
    const from = this.#skip(size)
    const copy = new Uint8Array(size)
    copy.set(this.#buffer.subarray(from, from + size))
    return copy.buffer
  }

  #typedArray(): ArrayBufferView {
    const Kind = typedArrays[this.#byte()]
    if (!Kind) return this.#damaged('a kind of array is unknown')
    const size = this.#varint()
    if (size % Kind.BYTES_PER_ELEMENT !== 0) this.#damaged('an array ends within an element')
    const buffer = this.#copy(size)
    toLittleEndian(Buffer.from(buffer), Kind.BYTES_PER_ELEMENT)
    return new Kind(buffer)
  }

  #embeddedBlob(): unknown {
    const from = this.#skip(digestSize)
    const digest = this.#buffer.toString('latin1', from, from + digestSize)
    const size = this.#varint()
    if (!this.#blob) return this.#damaged('there is a blob where none is expected')
    return this.#blob(digest, size)
  }
}

const nan = Buffer.from('7ff8000000000000', 'hex')
