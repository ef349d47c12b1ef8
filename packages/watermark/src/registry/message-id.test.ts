import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MarkKey } from '../payload/secret-key.ts'
import { collisionBound, idSizes, messageId } from './message-id.ts'

const key = MarkKey.from('a key for tests')
const message = fc.string({ unit: 'grapheme' })

describe('the id of a message', () => {
  test('is the same wherever and whenever it is assigned', () => {
    // Pinned: ids hidden in files that are out in the world must not change with the code.
    assert.equal(messageId(key, { message: 'hello' }), 0xc51105364ccb5648n)
    assert.equal(
      messageId(key, { message: '你好', recipient: 'ann', work: 'ab', bits: 128 }),
      0xb1a41b2ab531a5f17967bd1e274b47b4n,
    )
  })

  test('fits its size and begins with the site', () => {
    fc.assert(
      fc.property(message, fc.constantFrom(...idSizes), fc.integer({ min: 0, max: 1023 }), (text, bits, site) => {
        const id = messageId(key, { message: text, bits })
        assert.ok(id >= 0n && id < 1n << BigInt(bits))
        assert.equal(Number(messageId(key, { message: text, bits, site }) >> BigInt(bits - 10)), site)
      }),
    )
  })

  test('differs with the message, the recipient, the work, the turn and the key', () => {
    const all = [
      { message: 'a' },
      { message: 'b' },
      { message: 'a', recipient: 'b' },
      { message: 'a', work: 'b' },
      { message: 'a', turn: 1 },
      { message: 'ab' },
      { message: 'a', recipient: '' },
      { message: 'a', bits: 128 as const },
    ]
    const ids = new Set([
      ...all.map((each) => messageId(key, each)),
      messageId(MarkKey.from('other'), { message: 'a' }),
    ])
    assert.equal(ids.size, all.length + 1)
  })

  test('is refused for what it cannot stand for', () => {
    const refused = { code: 'WATERMARK_REGISTRY_ENTRY_INVALID' }
    assert.throws(() => messageId(key, { message: '\ud800' }), refused)
    assert.throws(() => messageId(key, { message: 'a', recipient: 'x\udfff' }), refused)
    assert.throws(() => messageId(key, { message: 'a', bits: 40 as 32 }), refused)
    assert.throws(() => messageId(key, { message: 'a', site: 1024 }), refused)
    assert.throws(() => messageId(key, { message: 'a', turn: -1 }), refused)
  })

  test('collides as often as the bound says', () => {
    // Of 300 messages with 32 bits cut to 12, pairs that agree: expected 300 * 299 / 2 / 4096 = 10.9.
    const ids = Array.from({ length: 300 }, (_, i) => messageId(key, { message: `m${i}`, bits: 32 }) >> 20n)
    const pairs = ids.flatMap((id, i) => ids.slice(i + 1).filter((other) => other === id)).length
    assert.ok(pairs > 1 && pairs < 30, String(pairs))
    assert.ok(Math.abs(collisionBound(1e6, 64) / 2.71e-8 - 1) < 0.01)
    assert.equal(collisionBound(1e6, 32), 1)
    assert.equal(collisionBound(1, 64), 0)
  })
})
