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
export function contentOf(value: unknown, embed?: Embed): Content {
  if (typeof value === 'number') {
    const encoding = smallNatural(value)
    if (encoding !== undefined) return { kind: 'inline', encoding }
  }
  return encodeWith(value, embed, contentOfPart)
}

function contentOfPart(buffer: Buffer, length: number): Content {
  if (length <= inlineLimit) return { kind: 'inline', encoding: buffer.toString('latin1', 0, length) }
  const body = new Uint8Array(buffer.subarray(0, length))
  return { kind: 'data', digest: digest('value', body), size: length, body }
}

const naturalTag = String.fromCharCode(tags.natural)

/** What the encoder writes of the whole numbers that calls are mostly made with, without a buffer. */
function smallNatural(value: number): string | undefined {
  if (!(value >= 0 && value < 1 << 21) || Object.is(value, -0) || !Number.isInteger(value)) return undefined
  if (value < 1 << 7) return naturalTag + String.fromCharCode(value)
  if (value < 1 << 14) return naturalTag + String.fromCharCode((value & 0x7f) | 0x80, value >> 7)
  return naturalTag + String.fromCharCode((value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14)
}

/** Reads what {@link smallNatural} wrote, and nothing else. */
function readSmallNatural(encoding: string): number | undefined {
  const size = encoding.length - 1
  if (size > 3 || encoding.charCodeAt(0) !== tags.natural) return undefined
  let value = 0
  for (let index = 0; index < size; index++) {
    const byte = encoding.charCodeAt(index + 1)
    // All bytes but the last go on, and the last is not empty unless it is the only one.
    if (byte >= 0x80 !== index < size - 1 || (byte === 0 && index > 0)) return undefined
    value |= (byte & 0x7f) << (7 * index)
  }
  return size > 0 ? value : undefined
}

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
  const natural = readSmallNatural(encoding)
  if (natural !== undefined) return natural
  if (encoding.length === 1) {
    const tag = encoding.charCodeAt(0)
    if (tag === tags.true || tag === tags.false) return tag === tags.true
    if (tag === tags.undefined) return undefined
    if (tag === tags.null) return null
  }
  const bytes = Buffer.from(encoding, 'latin1')
  return decodeStored(bytes, resolve(), () => toHex(digest('value', bytes)))
}
