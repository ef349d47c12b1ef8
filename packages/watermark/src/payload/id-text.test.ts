import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { crc10OfBytes, formatId, parseId } from './id-text.ts'
import { randomId } from './testing/random-payload.ts'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

suite('an id as text', () => {
  test('has the check that CRC-10/ATM gives', () => {
    assert.equal(crc10OfBytes(new TextEncoder().encode('123456789')), 0x199)
  })

  test('is as it always was', () => {
    assert.deepEqual(
      ([32, 64, 96, 128] as const).map((bits) => formatId({ id: 0x1234abcdn, bits })),
      frozen,
    )
    assert.equal(formatId({ id: (1n << 64n) - 1n, bits: 64 }), frozenMost)
  })

  test('is read as it is written', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { id, bits } = randomId(seed)
        assert.deepEqual(parseId(formatId({ id, bits })), { id, bits })
        assert.deepEqual(parseId(`0x${id.toString(16).padStart(bits / 4, '0')}`), { id, bits })
      }),
    )
  })

  test('is read as people write it', () => {
    const id = { id: 0x0011223344556677n, bits: 64 } as const
    const text = formatId(id)
    for (const written of [
      text.toLowerCase(),
      text.replaceAll('-', ''),
      ` ${text.replaceAll('-', ' ')}\n`,
      text.replaceAll('0', 'O'),
      text.replaceAll('0', 'o').replaceAll('1', 'l'),
      text.replaceAll('1', 'I'),
      '0X0011223344556677',
    ]) {
      assert.deepEqual(parseId(written), id, written)
    }
  })

  test('with one digit mistyped, or two neighbours exchanged, is refused', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(30), (seed, place, off) => {
        const { id, bits } = randomId(seed)
        const text = formatId({ id, bits }).replaceAll('-', '')
        const at = place % text.length
        const other = digits[(digits.indexOf(text[at]!) + 1 + off) % 32]!
        const wrong = text.slice(0, at) + other + text.slice(at + 1)
        assert.throws(() => parseId(wrong), { code: 'WATERMARK_ID_INVALID' })
        if (at === 0 || text[at] === text[at - 1]) return
        const exchanged = text.slice(0, at - 1) + text[at]! + text[at - 1]! + text.slice(at + 1)
        assert.throws(() => parseId(exchanged), { code: 'WATERMARK_ID_INVALID' })
      }),
    )
  })

  test('that is none is refused in words', () => {
    const why = (text: string) => {
      try {
        parseId(text)
      } catch (error) {
        return (error as Error).message
      }
      return 'it was read'
    }
    assert.equal(why(''), '"" is not the id of a payload: it has 0 digits, and 9, 15, 22, 28 are right.')
    assert.equal(why('hello!'), `"hello!" is not the id of a payload: "!" is not one of its digits, ${digits}.`)
    assert.equal(
      why('0x12'),
      '"0x12" is not the id of a payload: it has 2 digits, and 8, 16, 24 or 32 are right after 0x.',
    )
    assert.equal(
      why('00000-00000-00001'),
      '"00000-00000-00001" is not the id of a payload: its check digits do not fit. Look for a typing error.',
    )
    assert.ok(why('🐚'.repeat(50_000)).length < 300)
    assert.ok(why(`0x${'1'.repeat(1_000_000)}`).length < 300)
  })

  test('never throws anything but the one error, whatever is read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9A-Zx -]{0,30}$/)), (text) => {
        try {
          parseId(text)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'WATERMARK_ID_INVALID')
        }
      }),
    )
  })

  test('is not written for an id that does not fit', () => {
    assert.throws(() => formatId({ id: 1n << 32n, bits: 32 }), { code: 'WATERMARK_ID_INVALID' })
    assert.throws(() => formatId({ id: -1n, bits: 64 }), { code: 'WATERMARK_ID_INVALID' })
    assert.throws(() => formatId({ id: 1n, bits: 40 as 32 }), { code: 'WATERMARK_ID_INVALID' })
  })
})

const frozen = ['0939A-YD64', '00000-00939-AYD64', '00000-00000-00009-39AYD-64', '00000-00000-00000-00000-939AY-D64']
const frozenMost = 'FZZZZ-ZZZZZ-ZZZ3H'
