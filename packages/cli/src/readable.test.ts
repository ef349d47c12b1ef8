import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { inOrder } from './in-order.ts'
import { readable, table, toJson } from './readable.ts'
import { formatBytes, formatDuration, withSizes } from './units.ts'

describe('values for people', () => {
  test('are indented names and values', () => {
    const value = {
      kind: 'video',
      size: 5,
      none: null,
      tags: {},
      streams: [{ codec: 'h264', at: [1, 2] }, []],
      on: true,
    }
    assert.equal(
      readable(value),
      'kind: video\nsize: 5\nnone: null\ntags: {}\nstreams:\n  - codec: h264\n    at: [1, 2]\n  - []\non: true\n',
    )
    assert.equal(readable(['a', 'b']), '[a, b]\n')
    assert.equal(readable([['a text that is a whole sentence'], 'b']), '- - a text that is a whole sentence\n- b\n')
    assert.equal(readable(3), '3\n')
  })

  test('have as many digits as a person reads', () => {
    assert.equal(readable([0.1 + 0.2, 1234567, 1 / 3, 12345.678]), '[0.3, 1234567, 0.333333, 12345.7]\n')
  })

  test('cannot steer the terminal', () => {
    assert.equal(readable({ title: '\u001b[2Jx', ' a': 'b\nc' }), 'title: "\\u001b[2Jx"\n" a": "b\\nc"\n')
    fc.assert(fc.property(fc.anything(), (value) => !/[^\P{Cc}\n]/u.test(readable(value))))
  })

  test('are JSON first, whatever they are', () => {
    const value = {
      date: new Date(0),
      map: new Map([['a', new Set([1n])]]),
      pairs: new Map([[1, 2]]),
      bytes: new Uint8Array([1, 2]),
      not: Number.NaN,
      left: undefined,
      list: [undefined],
    }
    assert.deepEqual(toJson(value), {
      date: '1970-01-01T00:00:00.000Z',
      map: { a: ['1'] },
      pairs: [[1, 2]],
      bytes: [1, 2],
      not: 'NaN',
      list: [null],
    })
  })
})

test('keys stand in the order of the schema, those that it lacks at the end', () => {
  const schema = z.object({
    kind: z.string(),
    list: z.array(
      z.discriminatedUnion('t', [
        z.object({ t: z.literal('b'), y: z.any(), x: z.any() }),
        z.object({ t: z.literal('a'), z: z.any() }),
      ]),
    ),
    others: z.record(z.string(), z.object({ q: z.any(), p: z.any() })).optional(),
    at: z.number().nullable(),
  })
  const value = {
    at: 1,
    extra: 0,
    kind: 'k',
    list: [
      { x: 1, t: 'b', y: 2 },
      { z: 1, t: 'a' },
    ],
    others: { o: { p: 1, q: 2 } },
  }
  assert.equal(
    JSON.stringify(inOrder(value, schema)),
    '{"kind":"k","list":[{"t":"b","y":2,"x":1},{"t":"a","z":1}],"others":{"o":{"q":2,"p":1}},"at":1,"extra":0}',
  )
  assert.deepEqual(inOrder(value, schema), value)
  assert.equal(inOrder(value, undefined), value)
})

test('sizes and times', () => {
  const sizes: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_950, '100 kB'],
    [999_950, '1.0 MB'],
    [2_811_553, '2.8 MB'],
    [5e15, '5.0 PB'],
    [5e18, '5000 PB'],
  ]
  for (const [bytes, text] of sizes) assert.equal(formatBytes(bytes), text)
  const times: [number, string][] = [
    [0, '0 ms'],
    [99.4, '99 ms'],
    [100, '0.1 s'],
    [59_900, '59.9 s'],
    [59_960, '1 min 0 s'],
    [3_599_400, '59 min 59 s'],
    [3_600_000, '1 h 0 min'],
    [9_000_000, '2 h 30 min'],
  ]
  for (const [ms, text] of times) assert.equal(formatDuration(ms), text)
  assert.deepEqual(withSizes({ n: 5, objectBytes: 2000, other: 'x' }), { n: 5, objectBytes: '2.0 kB', other: 'x' })
})

test('tables have aligned columns', () => {
  assert.equal(
    table([
      ['a', 'bb', 'c'],
      ['aaa', 'b', ''],
    ]),
    'a    bb  c\naaa  b\n',
  )
  assert.equal(table([]), '')
})
