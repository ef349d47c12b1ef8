import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentOf, contentOfBytes, decodeInline, decodeStored, digestOf, inlineLimit, sameContent } from './content.ts'
import { decode, encode } from './encoding.ts'
import { digest } from './hash.ts'

const none = () => undefined
const text = (size: number): string => 'x'.repeat(size)

test('an encoding up to the limit is kept inline, a longer one by its hash', () => {
  const short = contentOf(text(inlineLimit - 2))
  assert.equal(short.kind, 'inline')
  const long = contentOf(text(inlineLimit - 1))
  assert.ok(long.kind === 'data')
  assert.equal(long.size, inlineLimit + 1)
  assert.deepEqual(long.body, encode(text(inlineLimit - 1)))
  assert.equal(long.digest, digest('value', encode(text(inlineLimit - 1))))
})

test('content is the same from a value and from its bytes', () =>
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      (value) => {
        const content = contentOf(value)
        const again = contentOfBytes(Buffer.concat([Buffer.alloc(3), encode(value)]).subarray(3))
        assert.ok(sameContent(content, again))
        assert.equal(digestOf(content), digest('value', encode(value)))
        assert.equal(digestOf(again), digestOf(content))
      },
    ),
  ))

test('an inline value is decoded as it would be from bytes', () => {
  const scalars = [undefined, null, true, false, 0, 1, 127, 128, 255, -1, 1.5, 'hi', '', 0n, -0, Number.NaN, [], {}]
  for (const value of scalars) {
    const content = contentOf(value)
    assert.ok(content.kind === 'inline')
    assert.deepStrictEqual(decodeInline(content.encoding, none), value)
  }
})

test('a damaged inline value is said to be damaged, also where a short cut would take it', () => {
  for (const encoding of [
    '',
    '\x04',
    '\x04\x80',
    '\x04\xff',
    '\x00\x00',
    '\x01\x07',
    '\x02\x02',
    '\x03\x00',
    '\x13',
    '\x09\x05hi',
  ])
    assert.throws(() => decodeInline(encoding, none), { code: 'VALUE_CORRUPT' }, JSON.stringify(encoding))
})

test('a damaged stored value names its hash and where it is damaged', () => {
  const bytes = encode([1, 2]).slice(0, 4)
  assert.throws(() => decodeStored(bytes, undefined, () => 'abc123'), {
    code: 'VALUE_CORRUPT',
    message:
      /^The stored value abc123 is damaged: a count is too large at byte 4\. |^The stored value abc123 is damaged: it ends too early at byte 4\. /,
  })
})

test('contents of different kinds are never the same', () => {
  const data = contentOf(text(100))
  assert.ok(data.kind === 'data')
  const blob = { kind: 'blob', digest: data.digest, size: data.size } as const
  assert.ok(!sameContent(data, blob))
  assert.ok(!sameContent(blob, data))
  assert.ok(!sameContent(contentOf(1), data))
  assert.ok(!sameContent(data, contentOf(1)))
  assert.ok(sameContent(blob, { ...blob, size: 7 }))
  assert.ok(!sameContent(contentOf(1), contentOf(2)))
})

test('whole numbers are written and read without a buffer just as with one', () => {
  const edges = [0, 1, 127, 128, 255, 16383, 16384, 2 ** 21 - 1, 2 ** 21, 2 ** 31, -0, -1, 0.5, Number.NaN]
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...edges), fc.nat(), fc.double()), (value) => {
      const content = contentOf(value)
      assert.ok(content.kind === 'inline')
      assert.equal(content.encoding, Buffer.from(encode(value)).toString('latin1'))
      assert.ok(
        Object.is(
          decodeInline(content.encoding, () => undefined),
          value,
        ),
      )
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 4 }), (tail) => {
      const bytes = Buffer.from([4, ...tail])
      const read = (decoder: () => unknown): unknown => {
        try {
          return decoder()
        } catch {
          return 'refused'
        }
      }
      const inline = read(() => decodeInline(bytes.toString('latin1'), () => undefined))
      assert.equal(
        inline,
        read(() => decode(bytes)),
      )
    }),
    { numRuns: 2000 },
  )
})
