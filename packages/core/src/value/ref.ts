import { ColophonError } from '../errors.ts'
import type { Content } from './content.ts'
import { contentOf, decodeInline, decodeStored, digestOf, sameContent } from './content.ts'
import { embedded, encodeBlob, formatPath, type ResolveBlob } from './encoding.ts'
import { type Digest, toHex } from './hash.ts'
import { itemOfMap } from './value-path.ts'

/** What is known of a blob beside its bytes (duration, megapixels, …); not part of its identity. */
export type Facts = Readonly<Record<string, unknown>>

/** Facts as they are stored: apart for each family of blob types that found them out. */
export type FactsByFamily = Readonly<Record<string, Facts>>

/** A part of a blob, in bytes; `end` is the first byte left out. */
export interface ByteRange {
  readonly start?: number
  readonly end?: number
}

/** Where a ref's bytes are kept: a store, or the memory and scratch folder of a process that uses none. */
export interface Home {
  /** The encoding of a data value that is not in memory. */
  loadBody(digest: Digest): Uint8Array | Promise<Uint8Array>
  /** @param lent whether a piece is good only until the next is asked for */
  streamBlob(digest: Digest, size: number, range: ByteRange, lent: boolean): AsyncIterable<Uint8Array>
  /** A local file that holds the blob, to be read only. */
  blobPath(digest: Digest): string | Promise<string>
  saveBlob(digest: Digest, path: string): Promise<void>
  facts(digest: Digest): FactsByFamily
}

/** The call that made a value; a store's own record of it stands behind this. */
export interface Origin {
  /** Public name of the call: the hex of its memo key, and of its inputs' history if they have one. */
  readonly name: string
}

/** Where a value came from: the call, and which of its outputs, with a path inside it as in `report/lines/0`. */
export interface History {
  readonly call: string
  readonly output: string
}

/** An item inside a value that is itself a ref with a history. */
export interface EmbeddedRef {
  readonly path: readonly (string | number)[]
  readonly ref: Ref
}

/** A path as part of an output's name; slashes within parts are escaped as in JSON Pointer (RFC 6901), an empty part is `~`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.map((part) => (part === '' ? '~' : String(part).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')

/** The path that {@link pathText} wrote; what looks like the place of an item becomes a number. */
export const parsePathText = (text: string): (string | number)[] =>
  text.split('/').map((part) => {
    if (part === '~') return ''
    return /^(0|[1-9]\d{0,14})$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')
  })

/**
 * The identity of a value: its content hash and its history. A ref is given by every call and taken by every op in place of the
 * plain value; reading it is a separate step, so what nobody looks at is never loaded.
 *
 * @example
 * const sum = await add(1, 2)      // a ref
 * const twice = await add(sum, sum) // refs keep the lineage
 * console.log(await twice.value())  // 6
 */
export class Ref<T = unknown> {
  /** @internal */ readonly content: Content
  /** @internal */ readonly home: Home
  /** @internal */ readonly origin: Origin | undefined
  /** @internal */ readonly output: string
  /** @internal */ readonly items: readonly EmbeddedRef[]
  declare readonly [embedded]: true
  /** Only in the type: what {@link value} gives. */
  declare readonly type?: T

  constructor(content: Content, home: Home, origin?: Origin, output = '', items: readonly EmbeddedRef[] = noItems) {
    this.content = content
    this.home = home
    this.origin = origin
    this.output = output
    this.items = items
  }

  /** Content hash: 64 hex digits, the same for the same value wherever it came from. */
  get hash(): string {
    return toHex(digestOf(this.content))
  }

  /** The call and output that this value came from; undefined for a value given from outside. */
  get history(): History | undefined {
    return this.origin && { call: this.origin.name, output: this.output }
  }

  /**
   * The plain value, a fresh copy at each call: changing it changes nothing else.
   *
   * @throws ColophonError VALUE_CORRUPT, STORE_OBJECT_MISSING when what is stored is damaged
   */
  async value(): Promise<T> {
    const content = this.content
    if (content.kind === 'inline') return decodeInline(content.encoding, () => this.#resolveBlob()) as T
    if (content.kind === 'blob') throw new ColophonError('INTERNAL', { why: 'a blob was held by a ref for plain data' })
    const body = content.body ?? (await this.home.loadBody(content.digest))
    return decodeStored(body, this.#resolveBlob(), () => this.hash) as T
  }

  #resolveBlob(): ResolveBlob {
    return (digest, size) =>
      this.items.find(({ ref }) => ref instanceof BlobRef && ref.content.digest === digest)?.ref ??
      new BlobRef({ kind: 'blob', digest, size }, this.home)
  }

  /**
   * The item at a path inside this value, as a ref that remembers where it was taken from.
   *
   * @example
   * const first = await list.at(0)
   * const name = await report.at('streams', 0, 'codec')
   * @throws ColophonError VALUE_PATH_MISSING
   */
  async at(...path: (string | number)[]): Promise<Ref> {
    const own = this.items.find((item) => pathText(item.path) === pathText(path))
    if (own) return own.ref
    const prefixed = this.items.find(
      (item) => path.length > item.path.length && item.path.every((part, index) => part === path[index]),
    )
    if (prefixed) return prefixed.ref.at(...path.slice(prefixed.path.length))
    const item = itemAt(await this.value(), path)
    if (item instanceof BlobRef) return this.origin ? item.from(this.origin, this.#outputAt(path)) : item
    return new Ref(contentOf(item, embedPlain), this.home, this.origin, this.origin && this.#outputAt(path))
  }

  #outputAt(path: readonly (string | number)[]): string {
    return [this.output, pathText(path)].filter(Boolean).join('/')
  }

  /** Whether two refs name the same value, whatever their histories. */
  equals(other: Ref): boolean {
    return sameContent(this.content, other.content)
  }

  toString(): string {
    return `Ref(${this.hash.slice(0, 12)})`
  }
}

Object.defineProperty(Ref.prototype, embedded, { value: true })

const noItems: readonly EmbeddedRef[] = []

/** @internal The item at a path inside plain data. */
export function itemAt(value: unknown, path: readonly (string | number)[]): unknown {
  let item = value
  path.forEach((part, depth) => {
    const missing = () => new ColophonError('VALUE_PATH_MISSING', { path: formatPath(path.slice(0, depth + 1)) })
    const entry = item instanceof Map && itemOfMap(item, part)
    if (entry) item = entry.item
    else if (item instanceof Set && typeof part === 'number' && part < item.size) item = [...item][part]
    else if (typeof item === 'object' && item !== null && !(item instanceof Ref) && Object.hasOwn(item, part))
      item = (item as Record<string | number, unknown>)[part]
    else throw missing()
  })
  return item
}

/**
 * A ref to a blob. It is also the blob's value: ops receive it and read it as a stream, so media are never held whole.
 */
export class BlobRef extends Ref<BlobRef> {
  declare readonly content: Extract<Content, { kind: 'blob' }>
  readonly #facts: FactsByFamily | undefined
  /** What the file was called that it came from in this process; for messages only, and no part of what it is. */
  readonly name: string | undefined

  constructor(
    content: Extract<Content, { kind: 'blob' }>,
    home: Home,
    origin?: Origin,
    output = '',
    facts?: FactsByFamily,
    name?: string,
  ) {
    super(content, home, origin, output)
    this.#facts = facts
    this.name = name
  }

  /** Size in bytes. */
  get size(): number {
    return this.content.size
  }

  /** What was found out about the blob when it entered. */
  get facts(): Facts {
    return Object.assign({}, ...Object.values(this.factsByFamily))
  }

  /** @internal */
  get factsByFamily(): FactsByFamily {
    return this.#facts ?? this.home.facts(this.content.digest)
  }

  override async value(): Promise<BlobRef> {
    return this
  }

  /**
   * The bytes, in order, a piece at a time.
   *
   * @throws ColophonError RANGE_INVALID, STORE_OBJECT_MISSING
   */
  stream(range: ByteRange = {}): AsyncIterable<Uint8Array> {
    return this.#read(range, false)
  }

  /**
   * As {@link stream}, in pieces that share one piece of memory: each is good only until the next is asked for. For hashing,
   * copying or counting a large blob; what `stream` gives is garbage after use, of which some 64 MiB pile up before it is collected.
   *
   * @throws ColophonError RANGE_INVALID, STORE_OBJECT_MISSING
   */
  scan(range: ByteRange = {}): AsyncIterable<Uint8Array> {
    return this.#read(range, true)
  }

  #read({ start = 0, end = this.size }: ByteRange, lent: boolean): AsyncIterable<Uint8Array> {
    if (!(start >= 0 && start <= end && end <= this.size))
      throw new ColophonError('RANGE_INVALID', { start, end, size: this.size })
    return this.home.streamBlob(this.content.digest, this.size, { start, end }, lent)
  }

  /** All bytes in memory; for small blobs. */
  async bytes(): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafe(this.size)
    let filled = 0
    for await (const piece of this.scan()) {
      bytes.set(piece, filled)
      filled += piece.length
    }
    return bytes
  }

  /** A local file that holds the bytes. It belongs to the store: read it, never write it. */
  async path(): Promise<string> {
    return this.home.blobPath(this.content.digest)
  }

  /**
   * Writes the bytes to a file, whole or not at all.
   *
   * @throws ColophonError FILE_NOT_WRITABLE, STORE_DISK_FULL, STORE_OBJECT_MISSING
   */
  async saveTo(path: string): Promise<void> {
    await this.home.saveBlob(this.content.digest, path)
  }

  /** @internal The same blob with another history, other facts or another name. */
  from(origin: Origin | undefined, output: string, facts = this.#facts, name = this.name): BlobRef {
    return new BlobRef(this.content, this.home, origin, output, facts, name)
  }
}

/** Writes refs met inside a value whose bodies are in memory. */
export function embedPlain(item: object): Uint8Array {
  const ref = item as Ref
  const content = ref.content
  if (content.kind === 'inline') return Buffer.from(content.encoding, 'latin1')
  if (content.kind === 'blob') return blobEncoding(content)
  if (!content.body) throw new ColophonError('INTERNAL', { why: 'a ref was encoded before it was loaded' })
  return content.body
}

const blobEncoding = (content: Extract<Content, { kind: 'blob' }>): Uint8Array =>
  encodeBlob(content.digest, content.size)

type Deep = { [key: string]: unknown } | unknown[]

/** The type that {@link unwrap} gives. */
export type Unwrapped<T> =
  T extends Promise<infer P>
    ? Unwrapped<P>
    : T extends BlobRef
      ? BlobRef
      : T extends Ref<infer V>
        ? V
        : T extends Map<infer K, infer V>
          ? Map<K, Unwrapped<V>>
          : T extends Set<infer V>
            ? Set<Unwrapped<V>>
            : T extends Date | ArrayBufferView | ArrayBuffer
              ? T
              : T extends object
                ? { [K in keyof T]: Unwrapped<T[K]> }
                : T

/**
 * Plain values for refs, at any depth of arrays, objects, maps and sets; promises of refs are awaited.
 *
 * @example
 * await unwrap(add(1, 2))              // 3
 * await unwrap({ sum: add(1, 2), n: 7 }) // { sum: 3, n: 7 }
 */
export async function unwrap<T>(value: T): Promise<Unwrapped<T>> {
  return (await unwrapAny(value)) as Unwrapped<T>
}

async function unwrapAny(given: unknown): Promise<unknown> {
  const value = await given
  if (value instanceof Ref) return value.value()
  if (Array.isArray(value)) return Promise.all(value.map(unwrapAny))
  if (value instanceof Map)
    return new Map(await Promise.all([...value].map(async ([key, item]) => [key, await unwrapAny(item)] as const)))
  if (value instanceof Set) return new Set(await Promise.all([...value].map(unwrapAny)))
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    const entries = Object.entries(value as Deep).map(async ([key, item]) => [key, await unwrapAny(item)] as const)
    return Object.fromEntries(await Promise.all(entries))
  }
  return value
}

/** Whether an object is a plain record and not an instance of some class. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
