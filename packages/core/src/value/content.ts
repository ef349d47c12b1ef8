import { ColophonError, reasonOf } from '../errors.ts'
import { decode, type Embed, encodeWith, type ResolveBlob, tags } from './encoding.ts'
import { type Digest, digest, toHex } from './hash.ts'

/**
 * What a value is, apart from where it came from.
 *
 * - `inline`: its whole encoding, up to {@link inlineLimit} bytes as latin1 text; its own identity, so it needs no hash until
 *   someone asks for one
 * - `data`: a longer encoding, known by its digest
 * - `blob`: media bytes, known by their digest
 */
export type Content =
  | { readonly kind: 'inline'; readonly encoding: string }
  | { readonly kind: 'data'; readonly digest: Digest; readonly size: number; readonly body?: Uint8Array }
  | { readonly kind: 'blob'; readonly digest: Digest; readonly size: number }

/** Encodings up to this many bytes are kept where they are used; longer ones once under their digest. Keys depend on it. */
export const inlineLimit = 64

/** The content of plain data; `embed` as in {@link encode}. */
export const contentOf = (value: unknown, embed?: Embed): Content =>
  encodeWith(value, embed, (buffer, length): Content => {
    if (length <= inlineLimit) return { kind: 'inline', encoding: buffer.toString('latin1', 0, length) }
    const body = new Uint8Array(buffer.subarray(0, length))
    return { kind: 'data', digest: digest('value', body), size: length, body }
  })

/** The content that canonical bytes hold. */
export function contentOfBytes(bytes: Uint8Array): Content {
  if (bytes.length <= inlineLimit)
    return { kind: 'inline', encoding: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1') }
  return { kind: 'data', digest: digest('value', bytes), size: bytes.length, body: bytes }
}

/** The digest of any content, computed for inline ones. */
export const digestOf = (content: Content): Digest =>
  content.kind === 'inline' ? digest('value', Buffer.from(content.encoding, 'latin1')) : content.digest

/** Whether two contents are the same value. */
export const sameContent = (a: Content, b: Content): boolean =>
  a.kind === 'inline'
    ? b.kind === 'inline' && a.encoding === b.encoding
    : b.kind !== 'inline' && a.kind === b.kind && a.digest === b.digest

/** Decodes canonical bytes that came from storage. */
export function decodeStored(bytes: Uint8Array, resolve: ResolveBlob | undefined, name: () => string): unknown {
  try {
    return decode(bytes, resolve)
  } catch (error) {
    throw new ColophonError('VALUE_CORRUPT', { hash: name(), why: reasonOf(error) }, { cause: error })
  }
}

/** Decodes an inline encoding; small whole numbers and booleans, the most common ones, without a buffer. */
export function decodeInline(encoding: string, resolve: () => ResolveBlob | undefined): unknown {
  const tag = encoding.charCodeAt(0)
  if (encoding.length === 2 && tag === tags.natural) {
    const value = encoding.charCodeAt(1)
    if (value < 0x80) return value
  } else if (encoding.length === 1) {
    if (tag === tags.true || tag === tags.false) return tag === tags.true
    if (tag === tags.undefined) return undefined
    if (tag === tags.null) return null
  }
  const bytes = Buffer.from(encoding, 'latin1')
  return decodeStored(bytes, resolve(), () => toHex(digest('value', bytes)))
}
