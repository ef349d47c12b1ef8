import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { checkBits, payloadBits } from './payload.ts'
import { openPayload, sealedBits, sealPayload } from './sealed-word.ts'
import { MarkKey } from './secret-key.ts'
import { randomPayload } from './testing/random-payload.ts'

const key = MarkKey.from('the key of seals')

suite('a sealed payload', () => {
  test('is opened with its key, and with no other', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const payload = randomPayload(seed)
        const word = sealPayload(payload, key)
        assert.equal(word.length, payloadBits(payload) + checkBits)
        assert.equal(sealedBits(word.length), payloadBits(payload))
        assert.deepEqual(openPayload(word, key), payload)
        assert.equal(openPayload(word, MarkKey.from('the key of seels')), undefined)
      }),
    )
  })

  test('with any bit changed is none', () => {
    const word = sealPayload({ kind: 'id', id: 77n, bits: 64 }, key)
    for (let bit = 0; bit < word.length; bit++) {
      const changed = word.slice()
      changed[bit]! ^= 1
      assert.equal(openPayload(changed, key), undefined)
    }
  })

  test('tells an id from a text of the same bytes', () => {
    const text = { kind: 'text', text: 'ABCD' } as const
    const id = { kind: 'id', id: 0x41424344n, bits: 32 } as const
    assert.deepEqual(openPayload(sealPayload(text, key), key), text)
    assert.deepEqual(openPayload(sealPayload(id, key), key), id)
    assert.notEqual(sealPayload(text, key).join(''), sealPayload(id, key).join(''))
  })

  test('cannot be made without the key: words at random open as an id once in 65,536', () => {
    const stream = MarkKey.from('a forger').stream('words')
    const words = 2 ** 17
    const opened = { id: 0, text: 0 }
    for (let i = 0; i < words; i++) {
      const payload = openPayload(stream.bits(80), key)
      if (payload) opened[payload.kind]++
    }
    // Two are expected of each. None would be seen once in 7 times; more than 16 of either once in 10^10.
    assert.ok(opened.id <= 16 && opened.text <= 16, JSON.stringify(opened))
  })
})
