import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { MarkKey } from './secret-key.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const words = fc
  .integer({ min: 1, max: 14 })
  .chain((size) => fc.uint8Array({ minLength: 2 * size, maxLength: 2 * size }))

suite('a keyed permutation', () => {
  test('rests on the AES-256 of FIPS 197, C.3', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, i) => i))
    const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
    assert.equal(cipher.update('00112233445566778899aabbccddeeff', 'hex', 'hex'), '8ea2b7ca516745bfeafc49904b496089')
  })

  test('is undone, and is the same for the same key', () => {
    fc.assert(
      fc.property(words, (word) => {
        const before = hex(word)
        const sealed = MarkKey.from('a key').permutation('x').encipher(word)
        assert.equal(hex(word), before)
        assert.equal(hex(MarkKey.from('a key').permutation('x').decipher(sealed)), before)
      }),
    )
  })

  test('is one of all words: no two give the same', () => {
    const permutation = MarkKey.from('a key').permutation('x')
    const images = new Set<number>()
    for (let word = 0; word < 65536; word++) {
      const [high, low] = permutation.encipher(Uint8Array.of(word >> 8, word & 255))
      images.add((high! << 8) | low!)
    }
    assert.equal(images.size, 65536)
  })

  test('changes half of the bits for one that changes, and all of it with key or label', () => {
    const one = MarkKey.from('a key').permutation('x')
    const others = [MarkKey.from('a kez').permutation('x'), MarkKey.from('a key').permutation('y')]
    let [changed, count] = [0, 0]
    const differing = (a: Uint8Array, b: Uint8Array) =>
      a.reduce((sum, byte, i) => sum + (byte ^ b[i]!).toString(2).replaceAll('0', '').length, 0)
    for (let bit = 0; bit < 80; bit++) {
      const word = MarkKey.from('words').stream(`${bit}`).bits(10)
      const turned = word.slice()
      turned[bit >> 3]! ^= 1 << (bit & 7)
      changed += differing(one.encipher(word), one.encipher(turned))
      for (const other of others) changed += differing(one.encipher(word), other.encipher(word))
      count += 3 * 80
    }
    // Five standard deviations.
    assert.ok(Math.abs(changed - count / 2) < 2.5 * Math.sqrt(count), `${changed} of ${count}`)
  })

  test('is as it always was', () => {
    assert.equal(hex(MarkKey.from('a key').permutation('x').encipher(new Uint8Array(10))), frozen)
  })

  test('is none of words that cannot be halved or are too long', () => {
    const permutation = MarkKey.from('a key').permutation('x')
    for (const length of [1, 9, 30]) assert.throws(() => permutation.encipher(new Uint8Array(length)), RangeError)
  })
})

const frozen = '941631ff27a689ceaefb'
