import { ColophonError } from '@colophon/core'
import { checkId, type PayloadBits, type PayloadId, payloadSizes } from './payload-id.ts'

export { type PayloadBits, payloadSizes }

/** Bytes of UTF-8 that fit into a mark. */
export const mostTextBytes = 16

/**
 * Bits of the check. It chooses among the code words that a decoder finds likely; how sure a payload is comes from how
 * well its code word agrees with what was measured, not from this alone.
 */
export const checkBits = 16

/** What a mark carries: an id, by which a registry knows the rest, or a short text itself. */
export type Payload =
  | (PayloadId & { readonly kind: 'id' })
  | {
      readonly kind: 'text'
      /** 1 to 16 bytes in UTF-8, without the character NUL. It comes back just as it is. */
      readonly text: string
    }

/** Bits that a payload takes. A text takes the fewest that it fits into. */
export function payloadBits(payload: Payload): PayloadBits {
  if (payload.kind === 'id') return payload.bits
  const bytes = utf8(payload.text).length
  return payloadSizes.find((bits) => bits >= bytes * 8)!
}

/**
 * The bytes of a payload, as many as its bits take: an id from its highest byte, a text in UTF-8, filled with zeros.
 *
 * @throws WATERMARK_ID_INVALID, WATERMARK_TEXT_INVALID, WATERMARK_TEXT_TOO_LONG
 */
export function packPayload(payload: Payload): Uint8Array {
  if (payload.kind === 'text') {
    const text = utf8(payload.text)
    const bytes = new Uint8Array(payloadBits(payload) / 8)
    bytes.set(text)
    return bytes
  }
  checkId(payload.id, payload.bits)
  const bytes = new Uint8Array(payload.bits / 8)
  let rest = payload.id
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 255n)
    rest >>= 8n
  }
  return bytes
}

/** The payload of a kind that packs into these bytes, if there is one. */
export function unpackPayload(kind: Payload['kind'], bytes: Uint8Array): Payload | undefined {
  if (kind === 'id') {
    let id = 0n
    for (const byte of bytes) id = (id << 8n) | BigInt(byte)
    return { kind, id, bits: (bytes.length * 8) as PayloadBits }
  }
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end))
    const payload: Payload = { kind, text }
    return text !== '' && !text.includes('\0') && payloadBits(payload) === bytes.length * 8 ? payload : undefined
  } catch {
    return undefined
  }
}

function utf8(text: string): Uint8Array {
  if (text === '') throw new ColophonError('WATERMARK_TEXT_INVALID', { why: 'it is empty' })
  if (!text.isWellFormed())
    throw new ColophonError('WATERMARK_TEXT_INVALID', { why: 'it has half of a surrogate pair' })
  if (text.includes('\0')) throw new ColophonError('WATERMARK_TEXT_INVALID', { why: 'it has the character NUL in it' })
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > mostTextBytes) {
    throw new ColophonError('WATERMARK_TEXT_TOO_LONG', { bytes: bytes.length, most: mostTextBytes })
  }
  return bytes
}
