import { checkBits, type Payload, type PayloadBits, packPayload, unpackPayload } from './payload.ts'
import type { MarkKey } from './secret-key.ts'

/** What stands beside a payload before it is sealed, in {@link checkBits} bits. */
const marks = { id: [0x49, 0x44], text: [0x54, 0x58] } as const
/** Kinds of payload: a word is opened as each of them. */
export const kinds = ['id', 'text'] as const

/**
 * A payload as the word of bits that is coded (a 0 or 1 in a byte): its bytes and two that name its kind, put through a permutation that
 * follows from the key. So the word looks like chance, words of payloads that hardly differ differ in half of their bits, and who does
 * not have the key can make none: a word that was not sealed so opens with a probability of 2^-16 for each kind (encode-then-encipher: Bellare and
 * Rogaway, 2000).
 *
 * @throws WATERMARK_ID_INVALID, WATERMARK_TEXT_INVALID, WATERMARK_TEXT_TOO_LONG
 */
export function sealPayload(payload: Payload, key: MarkKey): Uint8Array {
  const word = key.permutation('payload').encipher(Uint8Array.of(...packPayload(payload), ...marks[payload.kind]))
  return Uint8Array.from({ length: word.length * 8 }, (_, i) => (word[i >> 3]! >> (7 - (i & 7))) & 1)
}

/** The payload that was sealed into these bits with this key; undefined if none was. */
export function openPayload(bits: Uint8Array, key: MarkKey): Payload | undefined {
  const word = new Uint8Array(bits.length / 8)
  for (let i = 0; i < bits.length; i++) word[i >> 3]! |= bits[i]! << (7 - (i & 7))
  const opened = key.permutation('payload').decipher(word)
  const kind = kinds.find((kind) => marks[kind].every((byte, i) => opened[opened.length - 2 + i] === byte))
  return kind && unpackPayload(kind, opened.subarray(0, -2))
}

/** Bits of a payload whose word has so many. */
export const sealedBits = (word: number): PayloadBits => (word - checkBits) as PayloadBits
