import { type Cipheriv, createCipheriv } from 'node:crypto'

const block = 16

/**
 * A permutation of all words of a length, which follows from a key: one bit changed changes about half of the others, and without the
 * key the word that comes out says nothing of the one that went in. It is a Feistel network of four rounds with AES-256
 * (Luby and Rackoff, "How to construct pseudorandom permutations from pseudorandom functions", 1988).
 */
export class KeyedPermutation {
  readonly #cipher: Cipheriv

  /** @param key 32 bytes, used for nothing else. */
  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  }

  /** @param word An even number of bytes, 28 at most. */
  encipher(word: Uint8Array): Uint8Array {
    return this.#rounds(word, [0, 1, 2, 3])
  }

  /** The word that {@link encipher} made this one of. */
  decipher(word: Uint8Array): Uint8Array {
    return this.#rounds(word, [3, 2, 1, 0])
  }

  /** In round i the half that stays is mixed into the other: the right one into the left in even rounds, and the reverse. */
  #rounds(word: Uint8Array, order: readonly number[]): Uint8Array {
    const size = word.length / 2
    if (!Number.isInteger(size) || size + 2 > block) throw new RangeError(`${word.length} bytes are no such word`)
    const result = word.slice()
    const halves = [result.subarray(0, size), result.subarray(size)] as const
    for (const round of order) {
      const changed = halves[round % 2 === 0 ? 0 : 1]
      const input = new Uint8Array(block)
      input[0] = round
      input[1] = size
      input.set(halves[round % 2 === 0 ? 1 : 0], 2)
      const mixed = this.#cipher.update(input)
      for (let i = 0; i < size; i++) changed[i]! ^= mixed[i]!
    }
    return result
  }
}
