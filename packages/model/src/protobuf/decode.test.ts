import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Folder } from '../testing/files.ts'
import { decode, type Message } from './decode.ts'
import { bytesField, floatField, intField, join, messageField, textField, varint } from './encode.ts'
import { WireError, WireLimitError } from './errors.ts'
import { fieldsOf } from './fields.ts'
import { bytesSource, FileBytes } from './source.ts'

const folder = new Folder()
const bounds = { parts: 10_000, textBytes: 1_000_000, depth: 20 }

/** A tree of messages with one field of each kind. */
const tree: Message = new Map([
  [1, { name: 'number', kind: 'int', many: false }],
  [2, { name: 'numbers', kind: 'int', many: true }],
  [3, { name: 'text', kind: 'text', many: false }],
  [16, { name: 'data', kind: 'span', many: false }],
  [500, { name: 'children', kind: () => tree, many: true }],
  [6, { name: 'child', kind: () => tree, many: false }],
])

interface Tree {
  number: number
  numbers: number[]
  text: string
  data?: { start: number; length: number }
  children: Tree[]
}

const read = async (bytes: Uint8Array, limits = bounds) =>
  (await decode(bytesSource(bytes), tree, limits)) as unknown as Tree

test('what was written is read', () =>
  fc.assert(
    fc.asyncProperty(
      fc.maxSafeInteger(),
      fc.array(fc.integer()),
      fc.boolean(),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 300 }),
      async (number, numbers, packed, text, data) => {
        const list = packed ? [messageField(2, numbers.map(varint))] : numbers.map((item) => intField(2, item))
        const inner = [intField(1, number), ...list, floatField(9, 0.5), textField(3, text), bytesField(16, data)]
        const bytes = join([
          textField(4, 'passed over'),
          messageField(500, inner),
          intField(1, 7),
          messageField(500, []),
        ])
        const found = await read(bytes)
        assert.equal(found.number, 7)
        assert.equal(found.children.length, 2)
        const [child] = found.children
        assert.deepEqual([child!.number, child!.numbers, child!.text], [number, numbers, text])
        const { start, length } = child!.data!
        assert.deepEqual(bytes.subarray(start, start + length), data)
        assert.deepEqual(found.children[1]!.numbers, [])
      },
    ),
  ))

test('whole numbers of 64 bits come with their sign, rounded beyond 2^53', async () => {
  for (const value of [0n, 1n, 127n, 128n, -1n, 2n ** 31n, -(2n ** 31n), 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)])
    assert.equal((await read(intField(1, value))).number, Number(value), String(value))
})

test('a file is read as memory is, its payloads passed over', async () => {
  const parts = Array.from({ length: 300 }, (_, i) =>
    messageField(500, [intField(1, i), textField(3, 'ü'.repeat(i)), bytesField(16, new Uint8Array(1000 + i))]),
  )
  const bytes = join([...parts, textField(3, 'x'.repeat(200_000))])
  await using file = await FileBytes.open(folder.put('tree', bytes))
  const found = await decode(file, tree, bounds)
  assert.deepEqual(found, await read(bytes))
  assert.equal((found.children as Tree[])[299]!.text.length, 299)
})

test('a message that is cut anywhere is refused, or is whole up to there', async () => {
  const bytes = join([messageField(500, [intField(1, 300), textField(3, 'abc')]), intField(2, 1), textField(3, 'def')])
  const ends = new Set([0])
  let end = 0
  for (const { whole } of fieldsOf(bytes)) {
    end += whole.length
    ends.add(end)
  }
  for (let length = 0; length < bytes.length; length++) {
    const cut = read(bytes.subarray(0, length))
    if (ends.has(length)) await cut
    else await assert.rejects(cut, WireError, `cut at ${length}`)
  }
})

test('what is no message is refused, and it is said where', async () => {
  const wrong: [Uint8Array, RegExp][] = [
    [Uint8Array.of(0, 0), /no valid number at byte 0/],
    [Uint8Array.of(0x0b), /unknown wire type 3 at byte 0/],
    [Uint8Array.of(0x0a, 1, 1), /"number" holds bytes/],
    [Uint8Array.of(0x18, 1), /"text" holds a number/],
    [Uint8Array.of(0x1a, 5, 65), /5 bytes are announced and 1 follow at byte 0/],
    [Uint8Array.of(0x08, ...new Array(10).fill(0xff), 1), /longer than ten bytes at byte 1/],
    [join([intField(1, 5), Uint8Array.of(0x0d, 1, 2)]), /breaks off/],
    [join([messageField(6, []), messageField(6, [])]), /"child" is there twice/],
  ]
  for (const [bytes, why] of wrong)
    await assert.rejects(read(bytes), (error: Error) => error instanceof WireError && why.test(error.message))
})

test('more than is wanted is refused before it fills the memory', async () => {
  let deep = new Uint8Array(0)
  for (let level = 0; level < 30; level++) deep = messageField(500, [deep]) as Uint8Array<ArrayBuffer>
  const wide = messageField(2, [new Uint8Array(20_000)])
  const long = textField(3, 'x'.repeat(1_000_001))
  for (const [bytes, what] of [
    [deep, 'levels of messages'],
    [wide, 'parts'],
    [long, 'bytes of names'],
  ] as const)
    await assert.rejects(read(bytes), (error: Error) => error instanceof WireLimitError && error.what === what)
})

test('the raw fields of a message are its pieces', () =>
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (items) => {
      const bytes = join(items.flatMap((item, i) => [bytesField(i + 1, item), floatField(3, i), intField(4, -i)]))
      const fields = [...fieldsOf(bytes)]
      assert.deepEqual(join(fields.map(({ whole }) => whole)), bytes)
      assert.deepEqual(
        fields.filter((_, i) => i % 3 === 0).map(({ number, payload }) => [number, payload]),
        items.map((item, i) => [i + 1, item]),
      )
    }),
  ))

test('raw fields that break off are refused', () => {
  for (const bytes of [Uint8Array.of(0x0a, 9), Uint8Array.of(0x0d, 1), Uint8Array.of(0x80)])
    assert.throws(() => [...fieldsOf(bytes)], WireError)
})
