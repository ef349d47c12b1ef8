import type { z } from 'zod'
import type { BlobRef, Facts, Ref } from './ref.ts'

/** What an op takes or gives at one of its inputs or outputs. */
export interface ValueType<T = unknown> {
  readonly kind: 'json' | 'any' | 'blob' | 'list' | 'record' | 'set'
  /** Shown in help and schemas: `image`, `json`, `list of video`. */
  readonly name: string
  readonly description?: string
  /** Whether the input may be left out. */
  readonly optional: boolean
  /** The schema of plain data (`json`). */
  readonly schema?: z.ZodType
  /** Of plain data that is a document (`json`): what a file of it ends in, with the dot. */
  readonly extension?: string
  /** The type of the items (`list`, `record`, `set`). */
  readonly item?: ValueType
  /** How blobs of this type are recognised (`blob`). */
  readonly blob?: BlobTraits
  /** Only in the type: what `run` receives and gives. */
  readonly type?: T
}

/** How blobs of a type are recognised and named. */
export interface BlobTraits {
  /** Media types accepted, for upload forms: `image/*`. */
  readonly mediaTypes?: readonly string[]
  /** File name extensions, the usual one first, with the dot. */
  readonly extensions?: readonly string[]
  /** Types of one family share their facts, which are found out once per blob and family. */
  readonly family?: string
  /** Finds out the facts; throws a ColophonError when the bytes are not of this family. */
  readonly inspect?: (blob: BlobRef) => Promise<Facts>
  /** Whether a blob with these facts is of this type; a string says why not. */
  readonly accepts?: (facts: Facts) => true | string
}

/**
 * Plain data that a Zod schema describes.
 *
 * @param options.extension makes it a document, something that people keep in files: on the command line it is read from a file and
 * written to one
 */
export const json = <S extends z.ZodType>(
  schema: S,
  options: { name?: string; extension?: string } = {},
): ValueType<z.output<S>> => ({
  kind: 'json',
  name: options.name ?? 'json',
  optional: false,
  schema,
  ...(options.extension && { extension: options.extension }),
})

/** Any value that can be encoded. */
export const any = <T = unknown>(): ValueType<T> => ({ kind: 'any', name: 'any value', optional: false })

/** Media bytes. */
export const blob = (options: BlobTraits & { name?: string } = {}): ValueType<BlobRef> => {
  const { name = 'file', ...traits } = options
  return { kind: 'blob', name, optional: false, blob: traits }
}

/** A list whose items keep their own history. */
export const list = <T>(item: ValueType<T>): ValueType<T[]> => ({
  kind: 'list',
  name: `list of ${item.name}`,
  optional: false,
  item,
})

/** Named items, each with its own history. */
export const record = <T>(item: ValueType<T>): ValueType<Record<string, T>> => ({
  kind: 'record',
  name: `record of ${item.name}`,
  optional: false,
  item,
})

/** A set whose items keep their own history. */
export const set = <T>(item: ValueType<T>): ValueType<Set<T>> => ({
  kind: 'set',
  name: `set of ${item.name}`,
  optional: false,
  item,
})

/** An input that may be left out. One that is left out is not part of the key, so an optional input may be added to an op later. */
export const optional = <T>(type: ValueType<T>): ValueType<T | undefined> => ({ ...type, optional: true })

/** The path of a local file, to be taken into the store when a call needs it. Made by {@link file}. */
export class FileSource {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }
}

/**
 * A local file as a blob input.
 *
 * @example
 * await thumbnail({ media: file('holiday.mp4') })
 */
export const file = (path: string): FileSource => new FileSource(path)

/** A scratch file that an op writes; given back as a blob output it is moved into the store. */
export class TempFile {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }
}

/** What can become a blob: bytes, a stream of them, a local file, or a blob already known. */
export type BlobSource = BlobRef | FileSource | TempFile | Uint8Array | AsyncIterable<Uint8Array>

type Plain = string | number | boolean | bigint | null | undefined | Date | ArrayBufferView | ArrayBuffer

/** What may be given where a value of type T is wanted: the value, a ref to it, a promise of either, at any depth. */
export type Given<T> =
  | (T extends BlobRef
      ? BlobSource
      : T extends Plain
        ? T
        : T extends Map<infer K, infer V>
          ? Map<K, Given<V>>
          : T extends Set<infer V>
            ? Set<Given<V>>
            : T extends readonly (infer V)[]
              ? readonly Given<V>[]
              : T extends object
                ? { readonly [K in keyof T]: Given<T[K]> }
                : T)
  | Ref<T>
  | Promise<Ref<T>>

/** The ref that stands for a value of type T. That of a blob that may be missing is a blob's, or one to undefined. */
export type RefOf<T> = [T] extends [BlobRef]
  ? BlobRef
  : [T] extends [BlobRef | undefined]
    ? BlobRef | Ref<undefined>
    : Ref<T>
