import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatId } from '../payload/id-text.ts'
import { payloadBits } from '../payload/payload.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { choosePayload } from './choose-payload.ts'

const key = MarkKey.from('a key of the tests')
const [work, other] = ['ab'.repeat(32), 'cd'.repeat(32)]
const usual = { bits: 64, as: 'auto' } as const

test('a text that takes no more bits than an id is hidden itself, whatever its script', () => {
  for (const message of ['hello', '12345678', '你好', '🖋️']) {
    const chosen = choosePayload({ ...usual, message }, key, work)
    assert.deepEqual(chosen, { payload: { kind: 'text', text: message }, message, registered: false })
  }
  assert.equal(choosePayload({ ...usual, message: 'sixteen letters!', bits: 128 }, key, work).registered, false)
})

test('a longer text gets an id of the asked size, and is never cut', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
      fc.constantFrom(32, 64, 96, 128),
      (message, bits) => {
        const { payload, registered, message: kept } = choosePayload({ ...usual, message, bits }, key, work)
        assert.equal(kept, message)
        assert.equal(registered, Buffer.byteLength(message) * 8 > bits)
        assert.ok(payloadBits(payload) <= bits)
        if (payload.kind === 'id') assert.equal(payload.bits, bits)
        else assert.equal(payload.text, message)
      },
    ),
  )
})

test('an id follows from message, recipient, picture, size and key, and from nothing else', () => {
  const idOf = (wanted: object, with_ = key, of = work) => {
    const { payload } = choosePayload({ ...usual, message: 'a longer message', ...wanted }, with_, of)
    return payload.kind === 'id' ? `${payload.bits} ${payload.id}` : payload.text
  }
  assert.equal(idOf({}), idOf({}))
  assert.equal(idOf({}), idOf({ as: 'id' }))
  const different = [
    idOf({}),
    idOf({ message: 'another message' }),
    idOf({ recipient: 'alice' }),
    idOf({ recipient: 'bob' }),
    idOf({ bits: 96 }),
    idOf({}, MarkKey.from('another key')),
    idOf({}, key, other),
  ]
  assert.equal(new Set(different).size, different.length)
})

test('copies for recipients differ even when the message is short, or none', () => {
  for (const message of ['hello', undefined]) {
    const chosen = choosePayload({ ...usual, message, recipient: 'alice' }, key, work)
    assert.equal(chosen.payload.kind, 'id')
    assert.deepEqual([chosen.registered, chosen.message], [true, message ?? ''])
  }
})

test('an id that is given is hidden as it is, with its own size', () => {
  for (const [id, bits] of [
    [7n, 32],
    [2n ** 96n - 1n, 96],
  ] as const) {
    const text = formatId({ id, bits })
    const payload = { kind: 'id', id, bits } as const
    assert.deepEqual(choosePayload({ ...usual, id: text }, key, work), { payload, message: null, registered: false })
    const named = choosePayload({ ...usual, id: text, message: 'what it stands for' }, key, work)
    assert.deepEqual(named, { payload, message: 'what it stands for', registered: true })
  }
})

test('what cannot be is refused in words', () => {
  const refused: [object, string, RegExp][] = [
    [{}, 'WATERMARK_NOTHING_TO_HIDE', /^There is nothing to hide\. Give a message, an id or a recipient\.$/],
    [{ as: 'text' }, 'WATERMARK_NOTHING_TO_HIDE', /nothing to hide/],
    [{ id: 'no id' }, 'WATERMARK_ID_INVALID', /^"no id" is not the id of a payload/],
    [{ as: 'text', message: 'hi', recipient: 'alice' }, 'CALL_PARAM_INVALID', /the same for every recipient/],
    [{ as: 'text', id: formatId({ id: 1n, bits: 32 }) }, 'CALL_PARAM_INVALID', /leave one of them out/],
    [{ message: 'half a pair \ud800' }, 'WATERMARK_REGISTRY_ENTRY_INVALID', /surrogate pair/],
  ]
  for (const [wanted, code, message] of refused)
    assert.throws(() => choosePayload({ ...usual, ...wanted }, key, work), { code, message })
})
