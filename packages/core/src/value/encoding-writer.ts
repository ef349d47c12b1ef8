import { types } from 'node:util'
import { ColophonError } from '../errors.ts'
import { depthOf } from './encoding-depth.ts'
import { maxDepth, tags, toLittleEndian, typedArrays } from './encoding-format.ts'
import { formatPath, type Step, stepPart } from './value-path.ts'

/** An object that stands for a value and brings that value's encoding along: a ref. */
export const embedded: unique symbol = Symbol('colophon.embedded')

/**
 * Gives the encoding of an embedded value met while encoding.
 *
 * @param path where it was met. The array is the caller's to keep, and final when the whole value is encoded: only then is it
 *   known which place an item has in a set.
 */
export type Embed = (item: object, path: readonly (string | number)[]) => Uint8Array

const initialSize = 1024
/** A buffer that grew beyond this is not kept for the next value. */
const keptSize = 1 << 20

const typedArrayKinds = new Map(typedArrays.map(({ name }, kind) => [name, kind]))
const kindNameOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!
  .get as (this: unknown) => string | undefined

/** Where a member of a map or set was written, before sorting. */
interface Piece {
  readonly index: number
  readonly from: number
  readonly to: number
}

interface Unplaced {
  readonly path: (string | number)[]
  readonly depth: number
  readonly step: Step
}

/** Writes values in format 1. */
export class Writer {
  buffer = Buffer.allocUnsafe(initialSize)
  length = 0
  embed: Embed | undefined
  readonly #path: (string | number | Step)[] = []
  readonly #open = new Set<object>()
  /** Paths given to `embed` that lead through a member of a map or set whose place is not known yet. */
  #unplaced: Unplaced[] = []

  /** Makes it ready for another value. */
  reset(): void {
    this.length = 0
    this.embed = undefined
    // Only what failed leaves these behind.
    if (this.#path.length > 0) this.#path.length = 0
    if (this.#open.size > 0) this.#open.clear()
    if (this.#unplaced.length > 0) this.#unplaced = []
    if (this.buffer.length > keptSize) this.buffer = Buffer.allocUnsafe(initialSize)
  }

  #reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more))
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }

  byte(value: number): void {
    this.#reserve(1)
    this.buffer[this.length++] = value
  }

  /** Whole numbers up to 2^53 - 1: seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.buffer[this.length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.buffer[this.length++] = rest
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  value(value: unknown): void {
    if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'string') this.#text(value)
    else if (typeof value === 'boolean') this.byte(value ? tags.true : tags.false)
    else if (value === undefined) this.byte(tags.undefined)
    else if (value === null) this.byte(tags.null)
    else if (typeof value === 'object') this.#object(value)
    else if (typeof value === 'bigint') this.#bigint(value)
    else this.#refuse(`a ${typeof value}`)
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.byte(value >= 0 ? tags.natural : tags.negative)
      this.varint(value >= 0 ? value : -1 - value)
    } else {
      this.byte(tags.float)
      this.#float(value)
    }
  }

  #float(value: number): void {
    this.#reserve(8)
    if (Number.isNaN(value)) {
      // A NaN may carry any payload, even the constant may; here there is one.
      this.length = this.buffer.writeUInt32BE(0x7ff80000, this.length)
      this.length = this.buffer.writeUInt32BE(0, this.length)
    } else this.length = this.buffer.writeDoubleBE(value, this.length)
  }

  #text(value: string): void {
    if (!value.isWellFormed()) {
      // UTF-8 cannot carry a lone surrogate, and replacing it would make two different strings one.
      this.byte(tags.illFormedText)
      this.varint(value.length * 2)
      this.#reserve(value.length * 2)
      this.length += this.buffer.write(value, this.length, 'utf16le')
      return
    }
    const size = Buffer.byteLength(value)
    this.byte(tags.text)
    this.varint(size)
    this.#reserve(size)
    this.length += this.buffer.write(value, this.length, 'utf8')
  }

  #bigint(value: bigint): void {
    const magnitude = value >= 0n ? value : -1n - value
    const hex = magnitude.toString(16)
    const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
    this.byte(value >= 0n ? tags.bigNatural : tags.bigNegative)
    this.varint(bytes.length)
    this.bytes(bytes)
  }

  #object(value: object): void {
    if (embedded in value) this.#embedded(value)
    else if (ArrayBuffer.isView(value)) this.#view(value)
    else if (types.isDate(value)) this.#date(value)
    else if (types.isAnyArrayBuffer(value)) this.#arrayBuffer(value)
    else this.#container(value)
  }

  #container(value: object): void {
    if (this.#open.has(value)) throw new ColophonError('VALUE_CYCLE', { path: formatPath(this.#path) })
    if (this.#path.length >= maxDepth) this.#tooDeep()
    this.#open.add(value)
    // Not by instanceof, which is false of what another realm made and true of what only pretends.
    if (Array.isArray(value)) this.#array(value)
    else if (types.isMap(value)) this.#map(value)
    else if (types.isSet(value)) this.#set(value)
    else this.#record(value)
    this.#open.delete(value)
  }

  #item(step: string | number | Step, value: unknown): void {
    this.#path.push(step)
    this.value(value)
    this.#path.pop()
  }

  #embedded(value: object): void {
    if (!this.embed) return this.#refuse('a ref')
    const path: (string | number)[] = []
    this.#path.forEach((step, depth) => {
      if (typeof step !== 'object') path.push(step)
      else {
        path.push(stepPart(step, step.index))
        this.#unplaced.push({ path, depth, step })
      }
    })
    const bytes = this.embed(value, path)
    // A level of nesting is at least two bytes long, so the depth of short ones need not be looked at.
    if (this.#path.length + bytes.length / 2 > maxDepth && this.#path.length + depthOf(bytes) > maxDepth)
      this.#tooDeep()
    this.bytes(bytes)
  }

  #array(array: readonly unknown[]): void {
    this.#requireBuiltIn(array, Array.prototype)
    // Taken once: a getter or proxy may change it meanwhile.
    const { length } = array
    if (!(Number.isInteger(length) && length >= 0)) this.#refuse('an array of impossible length')
    this.byte(tags.array)
    this.varint(length)
    for (let index = 0; index < length; index++) {
      const item = array[index]
      if (item === undefined && !(index in array))
        throw new ColophonError('VALUE_HOLE', { path: formatPath([...this.#path, index]) })
      this.#item(index, item)
    }
  }

  #record(record: object): void {
    const prototype: unknown = Object.getPrototypeOf(record)
    if (prototype !== Object.prototype && prototype !== null && !isObjectPrototype(prototype as object))
      this.#refuseInstance(prototype as object)
    const [symbol] = Object.getOwnPropertySymbols(record)
    if (symbol) this.#refuse(`an object with the symbol key ${String(symbol)}`)
    // The order of UTF-16 code units.
    const keys = Object.keys(record).sort()
    this.byte(tags.object)
    this.varint(keys.length)
    for (const key of keys) {
      this.#text(key)
      this.#item(key, (record as Record<string, unknown>)[key])
    }
  }

  #map(map: Map<unknown, unknown>): void {
    this.#requireBuiltIn(map, Map.prototype)
    const entries = [...Map.prototype.entries.call(map)] as [unknown, unknown][]
    // 1 and "1" look the same in a path that is written down, so where both may be neither names the way.
    const mixed = this.embed !== undefined && new Set(entries.map(([key]) => typeof key)).size > 1
    this.byte(tags.map)
    this.varint(entries.length)
    this.#sorted(entries.length, (index) => {
      const [key, value] = entries[index]!
      this.#item({ into: 'key', index }, key)
      this.#item({ into: 'value', index, key, mixed }, value)
    })
  }

  #set(set: Set<unknown>): void {
    this.#requireBuiltIn(set, Set.prototype)
    const items = [...Set.prototype.values.call(set)]
    this.byte(tags.set)
    this.varint(items.length)
    this.#sorted(items.length, (index) => this.#item({ into: 'item', index }, items[index]))
  }

  /** Lets `write` write members one after the other, and puts them in the order of their bytes. */
  #sorted(count: number, write: (index: number) => void): void {
    const start = this.length
    const pieces: Piece[] = []
    for (let index = 0; index < count; index++) {
      const from = this.length
      write(index)
      pieces.push({ index, from, to: this.length })
    }
    const { buffer } = this
    pieces.sort((a, b) => buffer.compare(buffer, b.from, b.to, a.from, a.to))
    if (this.#unplaced.length > 0) this.#place(pieces)
    if (pieces.every(({ index }, place) => index === place)) return
    const unsorted = Buffer.from(buffer.subarray(start, this.length))
    this.length = start
    for (const { from, to } of pieces) this.bytes(unsorted.subarray(from - start, to - start))
  }

  /** Puts right the paths that lead through the members that have just been sorted. */
  #place(pieces: readonly Piece[]): void {
    const places: number[] = []
    pieces.forEach(({ index }, place) => {
      places[index] = place
    })
    const here = this.#path.length
    this.#unplaced = this.#unplaced.filter(({ path, depth, step }) => {
      if (depth === here) path[depth] = stepPart(step, places[step.index]!)
      return depth !== here
    })
  }

  #date(date: Date): void {
    this.#requireBuiltIn(date, Date.prototype)
    this.byte(tags.date)
    this.#float(Date.prototype.getTime.call(date))
  }

  #arrayBuffer(buffer: ArrayBufferLike): void {
    this.#requireBuiltIn(buffer, ArrayBuffer.prototype)
    this.byte(tags.arrayBuffer)
    this.#raw(buffer)
  }

  #view(view: ArrayBufferView): void {
    const name = kindNameOf.call(view) ?? 'DataView'
    const kind = typedArrayKinds.get(name)
    if (kind === undefined) return this.#refuse(`a ${name}`)
    this.#requireBuiltIn(view, Buffer.prototype, 3)
    this.byte(tags.typedArray)
    this.byte(kind)
    const size = this.#raw(view.buffer, view.byteOffset, view.byteLength)
    toLittleEndian(this.buffer.subarray(this.length - size, this.length), typedArrays[kind]!.BYTES_PER_ELEMENT)
  }

  #raw(buffer: ArrayBufferLike, offset?: number, size?: number): number {
    if (buffer instanceof ArrayBuffer && buffer.detached) this.#refuse('a buffer that was handed to someone else')
    const bytes = new Uint8Array(buffer, offset, size)
    this.varint(bytes.length)
    this.bytes(bytes)
    return bytes.length
  }

  /**
   * Refuses instances of classes that extend a built-in one. The prototype of a built-in one may be another realm's, but it
   * always has as many above it.
   */
  #requireBuiltIn(value: object, usual: object, levels = 2): void {
    const prototype: object | null = Object.getPrototypeOf(value)
    if (prototype === usual) return
    let last = prototype
    for (let level = 0; level < levels && last !== null; level++) last = Object.getPrototypeOf(last)
    if (prototype === null || last !== null) this.#refuseInstance(prototype)
  }

  #refuseInstance(prototype: object | null): never {
    const made: unknown = prototype && Object.hasOwn(prototype, 'constructor') && prototype.constructor
    if (typeof made !== 'function') return this.#refuse('an object with a prototype of its own')
    return this.#refuse(made.name === '' ? 'an instance of a class' : `an instance of ${made.name}`)
  }

  #refuse(what: string): never {
    throw new ColophonError('VALUE_NOT_ENCODABLE', { path: formatPath(this.#path), what })
  }

  #tooDeep(): never {
    throw new ColophonError('VALUE_TOO_DEEP', { path: formatPath(this.#path.slice(0, 8)), limit: maxDepth })
  }
}

/** Whether it is the `Object.prototype` of some realm. */
const isObjectPrototype = (prototype: object): boolean =>
  Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
