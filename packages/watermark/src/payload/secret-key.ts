import { createHmac, hkdfSync } from 'node:crypto'
import { ColophonError } from '@colophon/core'
import { KeyedPermutation } from './keyed-permutation.ts'
import { KeyedStream } from './keyed-stream.ts'

/** Keeps what is derived here apart from what other software derives from the same secret. */
const salt = 'colophon watermark v1'

/** Bytes below which a secret is refused: such a mark anyone could read. */
export const leastSecretBytes = 4

/**
 * The secret that marks are made and found with. Everything keyed about a mark (where its parts lie, their phases, the
 * scrambling and the check of its payload) follows from streams of this key, so without the key a mark can be neither
 * read nor forged.
 *
 * Keys of streams and checks are derived by HKDF (RFC 5869) with SHA-256, one for each label; knowing one says nothing
 * of another. The secret is not stretched as passwords are: a guess costs as much as a detection, some tens of
 * milliseconds. Use a long one: 32 random bytes, or a sentence.
 */
export class MarkKey {
  readonly #secret: Uint8Array
  readonly #codeKeys = new Map<string, Uint8Array>()
  readonly #permutations = new Map<string, KeyedPermutation>()

  private constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /**
   * @param secret Bytes, or a text, which is taken in Unicode's normal form C, encoded as UTF-8. At least four bytes.
   * @throws WATERMARK_KEY_INVALID
   */
  static from(secret: string | Uint8Array): MarkKey {
    if (typeof secret === 'string' && !secret.isWellFormed()) {
      throw new ColophonError('WATERMARK_KEY_INVALID', { why: 'it has half of a surrogate pair' })
    }
    const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret.normalize('NFC')) : secret.slice()
    if (bytes.length < leastSecretBytes) {
      const why =
        bytes.length === 0 ? 'it is empty' : `it has ${bytes.length} bytes, and ${leastSecretBytes} are the least`
      throw new ColophonError('WATERMARK_KEY_INVALID', { why })
    }
    return new MarkKey(bytes)
  }

  /** The random stream of a label, from its beginning. Streams of different labels are independent. */
  stream(label: string): KeyedStream {
    return new KeyedStream(this.#derive(`stream ${label}`))
  }

  /**
   * The HMAC-SHA-256 (32 bytes) of `data` under the key for a label: to whoever has the key a fingerprint, to others
   * chance. Codes of different labels are independent.
   */
  code(label: string, data: Uint8Array): Uint8Array {
    let key = this.#codeKeys.get(label)
    if (key === undefined) {
      key = this.#derive(`code ${label}`)
      this.#codeKeys.set(label, key)
    }
    return createHmac('sha256', key).update(data).digest()
  }

  /** The permutation of a label. Permutations of different labels are independent. */
  permutation(label: string): KeyedPermutation {
    const permutation = this.#permutations.get(label) ?? new KeyedPermutation(this.#derive(`permutation ${label}`))
    this.#permutations.set(label, permutation)
    return permutation
  }

  #derive(label: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#secret, salt, label, 32))
  }
}
