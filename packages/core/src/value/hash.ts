import { createHash, hash as hashOnce } from 'node:crypto'

/**
 * SHA-256 with a domain in front, so that the same bytes hash differently as a value, a blob, a key or a history.
 * The digit in a domain is its format version: it is part of every hash made with it.
 */
export const domains = {
  value: 'colophon/value/1\n',
  blob: 'colophon/blob/1\n',
  key: 'colophon/key/1\n',
  history: 'colophon/history/1\n',
  code: 'colophon/code/1\n',
} as const

export type Domain = keyof typeof domains

/**
 * A hash inside the process: 32 latin1 characters, one a byte. Strings are the cheapest map keys and the cheapest output of
 * node:crypto; {@link toHex} gives the form people see.
 */
export type Digest = string

/** The 64 hex digits of a digest. */
export const toHex = (digest: Digest): string => Buffer.from(digest, 'latin1').toString('hex')

/** The digest that 64 hex digits write. */
export const fromHex = (hex: string): Digest => Buffer.from(hex, 'hex').toString('latin1')

/** The 32 bytes of a digest. */
export const toBytes = (digest: Digest): Uint8Array => Buffer.from(digest, 'latin1')

/** The digest that 32 bytes hold. */
export const fromBytes = (bytes: Uint8Array): Digest =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

// One-shot hashing of a short message is several times faster than a Hash object, but wants one contiguous buffer.
const scratch = Buffer.allocUnsafe(4096)

/** Hashes bytes under a domain. */
export function digest(domain: Domain, bytes: Uint8Array): Digest {
  const prefix = domains[domain]
  const length = prefix.length + bytes.length
  if (length <= scratch.length) {
    scratch.write(prefix, 0, 'latin1')
    scratch.set(bytes, prefix.length)
    return hashOnce('sha256', scratch.subarray(0, length), 'latin1')
  }
  return createHash('sha256').update(prefix, 'latin1').update(bytes).digest('latin1')
}

/** Hashes a stream of bytes under a domain, a piece at a time. */
export class StreamDigest {
  readonly #hash
  #size = 0

  constructor(domain: Domain) {
    this.#hash = createHash('sha256').update(domains[domain], 'latin1')
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#size += bytes.length
  }

  /** Bytes seen so far. */
  get size(): number {
    return this.#size
  }

  digest(): Digest {
    return this.#hash.digest('latin1')
  }
}
