import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { mostTextBytes, packPayload, payloadBits, unpackPayload } from './payload.ts'
import { randomPayload } from './testing/random-payload.ts'

suite('a payload', () => {
  test('is packed into as many bytes as its bits, and comes back', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const payload = randomPayload(seed)
        const bytes = packPayload(payload)
        assert.equal(bytes.length * 8, payloadBits(payload))
        assert.deepEqual(unpackPayload(payload.kind, bytes), payload)
      }),
    )
  })

  test('has an id from the highest byte on', () => {
    const bytes = packPayload({ kind: 'id', id: 0x0123456789abcdefn, bits: 64 })
    assert.equal(Buffer.from(bytes).toString('hex'), '0123456789abcdef')
  })

  test('has a text in UTF-8, in the fewest bits that it fits', () => {
    const sizes = ['a', 'abcd', 'abcde', '中文', '中文字', '版权所有', '版权所有©', '👍🏽ok', '12345678901234'].map(
      (text) => payloadBits({ kind: 'text', text }),
    )
    assert.deepEqual(sizes, [32, 32, 64, 64, 96, 96, 128, 96, 128])
    assert.equal(Buffer.from(packPayload({ kind: 'text', text: '中文' })).toString('hex'), 'e4b8ade696870000')
  })

  test('keeps a text as it is: neither composed nor trimmed', () => {
    for (const text of [' a ', 'e\u0301', '\u00e9', '\ufeffx', '\r\n', '👩‍👩']) {
      assert.deepEqual(unpackPayload('text', packPayload({ kind: 'text', text })), { kind: 'text', text })
    }
  })

  test('has no text that is too long, and says what to do', () => {
    const text = '这句话太长了'
    assert.throws(() => packPayload({ kind: 'text', text }), {
      code: 'WATERMARK_TEXT_TOO_LONG',
      details: { bytes: 18, most: mostTextBytes },
      message: 'The text is 18 bytes long in UTF-8, and a mark holds 16. Register it, and hide the id that it gets.',
    })
    assert.throws(() => payloadBits({ kind: 'text', text: 'x'.repeat(10_000_000) }), {
      code: 'WATERMARK_TEXT_TOO_LONG',
    })
    assert.equal(payloadBits({ kind: 'text', text: 'x'.repeat(16) }), 128)
  })

  test('has no text that would not come back', () => {
    for (const text of ['', 'a\0', '\0', '\ud83d', 'x\udc4d']) {
      assert.throws(() => packPayload({ kind: 'text', text }), { code: 'WATERMARK_TEXT_INVALID' })
    }
  })

  test('has no id that does not fit', () => {
    for (const [id, bits] of [
      [-1n, 64],
      [1n << 64n, 64],
      [1n << 32n, 32],
      [1n << 128n, 128],
      [1n, 48],
      [1n, 0],
    ] as const) {
      assert.throws(() => packPayload({ kind: 'id', id, bits: bits as 64 }), { code: 'WATERMARK_ID_INVALID' })
    }
  })

  test('is no text if its bytes are none: not UTF-8, zeros within, or fewer bytes than it would have been packed into', () => {
    for (const hex of ['00000000', 'ff000000', '41004200', 'c3000000', 'eda08000', '4142430000000000', 'c0800000']) {
      assert.equal(unpackPayload('text', Buffer.from(hex, 'hex')), undefined, hex)
    }
  })
})
