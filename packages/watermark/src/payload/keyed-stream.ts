import { createCipheriv } from 'node:crypto'

const blockBytes = 4096
const zeros = Buffer.alloc(blockBytes)

/** Arrays whose items can be exchanged. */
export interface Shufflable {
  readonly length: number
  [index: number]: unknown
}

/**
 * An endless stream of random numbers that follows from a key alone: the key stream of AES-256 in counter mode, read as
 * little-endian words of 32 bits. The same key gives the same numbers on every machine; without it they cannot be told
 * from chance.
 */
export class KeyedStream {
  readonly #cipher
  #block: DataView = new DataView(new ArrayBuffer(0))
  #next = 0

  /** @param key 32 bytes, used for nothing else: the counter starts at zero. */
  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#next === this.#block.byteLength) {
      const block = this.#cipher.update(zeros)
      this.#block = new DataView(block.buffer, block.byteOffset, block.byteLength)
      this.#next = 0
    }
    const word = this.#block.getUint32(this.#next, true)
    this.#next += 4
    return word
  }

  /** A number from 0 up to, but not, 1, in steps of 2^-53. */
  uniform(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 2 ** 26 + low) * 2 ** -53
  }

  /** A whole number from 0 to `n` - 1, each equally likely. `n` is a whole number from 1 to 2^32. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`below(${n}) wants 1 to 2^32`)
    // Words of the last, incomplete round of n would favour small numbers.
    const most = 2 ** 32 - (2 ** 32 % n)
    for (;;) {
      const word = this.uint32()
      if (word < most) return word % n
    }
  }

  /** Brings the items of `array` into an order of which each is equally likely; in place. Gives the array back. */
  shuffle<A extends Shufflable>(array: A): A {
    const items: Shufflable = array
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1)
      const item = items[last]
      items[last] = items[other]
      items[other] = item
    }
    return array
  }

  /** `n` bits, each a 0 or a 1 in a byte. Bits left of the last word are dropped. */
  bits(n: number): Uint8Array {
    const bits = new Uint8Array(n)
    for (let at = 0; at < n; at += 32) {
      const word = this.uint32()
      for (let bit = 0; bit < 32 && at + bit < n; bit++) bits[at + bit] = (word >>> bit) & 1
    }
    return bits
  }
}
