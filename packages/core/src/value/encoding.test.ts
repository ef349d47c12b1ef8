import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import type { ColophonError } from '../errors.ts'
import { decode, type Embed, embedded, encode, encodeBlob, encodeWith, formatPath, maxDepth } from './encoding.ts'

const hex = (value: unknown): string => Buffer.from(encode(value)).toString('hex')
const same = (a: unknown, b: unknown): void => assert.equal(hex(a), hex(b))
const differ = (...values: unknown[]): void => assert.equal(new Set(values.map(hex)).size, values.length)
const refused = (value: unknown, code: string, message: string): void => {
  assert.throws(
    () => encode(value),
    (error: ColophonError) => {
      assert.equal(error.code, code)
      assert.equal(error.message, message)
      return true
    },
  )
  // Whatever went wrong leaves nothing behind.
  assert.equal(hex([1]), '0c010401')
}
const notEncodable = (value: unknown, path: string, what: string): void =>
  refused(
    value,
    'VALUE_NOT_ENCODABLE',
    `The value at ${path} is ${what}, which cannot be stored. Pass plain data or a blob instead.`,
  )
const realm = createContext({ Buffer })
const elsewhere = (code: string): unknown => runInContext(code, realm)
const nested = (levels: number, inner: unknown = 1): unknown => {
  let value = inner
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

test('scalars that look alike are different', () => {
  differ(1, true, 1n, '1', new Date(1), [1], new Set([1]), { 1: 1 })
  differ(0, -0, 0n, '', false, null, undefined, Number.NaN, [], {}, new Map(), new Set())
  differ(null, 'null', undefined, 'undefined', Number.NaN, 'NaN', new Date(Number.NaN))
  differ(2 ** 53, 2 ** 53 - 1, 2 ** 53 + 2, 2n ** 53n, -(2 ** 53), 1 - 2 ** 53)
  differ(
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    1e21,
  )
})

test('a missing property is not one that is undefined, and neither is a shorter array', () => {
  differ({}, { a: undefined }, { a: null }, [], [undefined], [null], [undefined, undefined])
  differ(new Map(), new Map([[undefined, undefined]]), new Set(), new Set([undefined]))
})

test('every NaN is the same, whatever its payload', () => {
  const payloads = [0x7ff8000000000001n, 0xfff8000000000000n, 0x7ff0000000000001n, 0xffffffffffffffffn]
  for (const bits of payloads) same(new Float64Array(new BigUint64Array([bits]).buffer)[0], Number.NaN)
  same(new Date(Number.NaN), new Date('not a date'))
  assert.equal(hex(Number.NaN), '067ff8000000000000')
})

test('typed arrays are their kind and their bytes, so a NaN in one keeps its payload', () => {
  differ(
    ...[Uint8Array, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array].map(
      (Kind) => new Kind(8),
    ),
    ...[BigInt64Array, BigUint64Array, Float32Array, Float64Array, Float16Array].map((Kind) => new Kind(8)),
    new ArrayBuffer(8),
    new Array(8).fill(0),
  )
  differ(new Float64Array([Number.NaN]), new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer))
  differ(new Float64Array([0]), new Float64Array([-0]), new Float64Array([0, 0]), new Float64Array())
})

test('a Buffer is the Uint8Array that it is', () => same(Buffer.from('abc'), new Uint8Array([97, 98, 99])))

test('of a view of a larger buffer only the part that it shows counts, whatever its alignment', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, index) => index * 7)
  for (let offset = 0; offset < 16; offset++) {
    same(bytes.subarray(offset, offset + 16), Uint8Array.from(bytes.slice(offset, offset + 16)))
    same(Buffer.from(bytes.buffer, offset, 5), bytes.slice(offset, offset + 5))
  }
  const floats = new Float64Array(bytes.buffer, 8, 3)
  same(floats, Float64Array.from(floats))
  // Encodings lie anywhere in a buffer; what is decoded from them is aligned all the same.
  for (let offset = 0; offset < 9; offset++) {
    const encoding = encode(['x'.repeat(offset), floats])
    const shifted = Buffer.concat([Buffer.alloc(offset), encoding]).subarray(offset)
    assert.deepEqual(decode(shifted), ['x'.repeat(offset), floats])
  }
})

test('shared memory is the bytes that it holds, and what is decoded from it is not shared', () => {
  const shared = new SharedArrayBuffer(4)
  new Uint8Array(shared).set([1, 2, 3, 4])
  same(shared, new Uint8Array([1, 2, 3, 4]).buffer)
  same(new Uint16Array(shared, 2), new Uint16Array(new Uint8Array([3, 4]).buffer))
  const encoding = encode({ raw: shared, view: new Uint8Array(shared) })
  const memory = new Uint8Array(new SharedArrayBuffer(encoding.length))
  memory.set(encoding)
  const decoded = decode(memory) as { raw: ArrayBuffer; view: Uint8Array }
  assert.ok(decoded.raw instanceof ArrayBuffer)
  assert.ok(decoded.view.buffer instanceof ArrayBuffer)
  memory.fill(0)
  assert.deepEqual(decoded.view, new Uint8Array([1, 2, 3, 4]))
})

test('buffers that can change their size are what they hold now', () => {
  const buffer = new ArrayBuffer(2, { maxByteLength: 8 })
  const view = new Uint8Array(buffer)
  same(view, new Uint8Array(2))
  buffer.resize(3)
  same(view, new Uint8Array(3))
  same(buffer, new ArrayBuffer(3))
})

test('a buffer that was handed to another thread is refused', () => {
  const view = new Uint8Array(4)
  const { buffer } = view
  structuredClone(buffer, { transfer: [buffer] })
  notEncodable({ view }, '$.view', 'a buffer that was handed to someone else')
  notEncodable([buffer], '$[0]', 'a buffer that was handed to someone else')
})

test('text is kept whole, lone surrogates included', () => {
  const texts = [
    '\ud800',
    '\udc00',
    '\ud800\ud800',
    '\udc00\ud800',
    'a\udbff',
    '\ufffd',
    '\ud83d\ude00',
    '\u0000',
    '\ufeffx',
    '\r\n',
  ]
  differ(...texts)
  for (const text of texts) assert.equal(decode(encode(text)), text)
  differ({ '\ud800': 1 }, { '\udc00': 1 }, { '\ufffd': 1 })
  assert.deepEqual(decode(encode({ '\ud800': 1, '\ufffd': 2 })), { '\ud800': 1, '\ufffd': 2 })
  differ('é', 'e\u0301')
})

test('keys of objects have no order, and go by UTF-16 code units', () => {
  same({ b: 1, a: 2, 10: 3, 9: 4 }, { 9: 4, 10: 3, a: 2, b: 1 })
  // U+FFFD is before U+1F600 as a code point, and behind the surrogates that write it.
  assert.deepEqual(Object.keys(decode(encode({ '\ufffd': 1, '\u{1f600}': 2 })) as object), ['\u{1f600}', '\ufffd'])
})

test('__proto__, constructor and the like are keys as any', () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "toString": 2, "hasOwnProperty": 3}')
  const decoded = decode(encode(value)) as object
  assert.equal(Object.getPrototypeOf(decoded), Object.prototype)
  assert.deepEqual(Object.getOwnPropertyDescriptor(decoded, '__proto__'), {
    value: { polluted: true },
    enumerable: true,
    writable: true,
    configurable: true,
  })
  assert.equal((decoded as { polluted?: unknown }).polluted, undefined)
  assert.equal(hex(decoded), hex(value))
  differ(value, {}, { constructor: 1, toString: 2, hasOwnProperty: 3 })
})

test('an object without a prototype is the same data as one with the usual', () => {
  same(Object.assign(Object.create(null), { a: 1 }), { a: 1 })
  assert.equal(Object.getPrototypeOf(decode(encode(Object.create(null)))), Object.prototype)
})

test('an alias is the same as a copy', () => {
  const part = { n: [1, 2] }
  same([part, part, { part }], [{ n: [1, 2] }, { n: [1, 2] }, { part: { n: [1, 2] } }])
  const decoded = decode(encode([part, part])) as object[]
  assert.notEqual(decoded[0], decoded[1])
})

test('maps and sets have no order, and equal members that are objects count', () => {
  same(
    new Map<unknown, unknown>([
      [1, 'a'],
      ['1', 'b'],
      [1n, 'c'],
    ]),
    new Map<unknown, unknown>([
      ['1', 'b'],
      [1n, 'c'],
      [1, 'a'],
    ]),
  )
  same(new Set([3, 1, 2]), new Set([2, 3, 1]))
  differ(new Set([[1]]), new Set([[1], [1]]), new Set([[1], [1], [1]]), new Set([1]))
  // Entries whose keys are equal data go by their values.
  same(
    new Map([
      [[1], 'a'],
      [[1], 'b'],
    ]),
    new Map([
      [[1], 'b'],
      [[1], 'a'],
    ]),
  )
  differ(
    new Map([
      [[1], 'a'],
      [[1], 'b'],
    ]),
    new Map([
      [[1], 'a'],
      [[1], 'a'],
    ]),
    new Map([[[1], 'a']]),
  )
  differ(new Map([[1, new Set([2])]]), new Map([[new Set([2]), 1]]))
  const tangled = new Set([new Map([[new Set([2, 1]), { b: 1, a: 2 }]]), new Set([[2], [1]])])
  same(tangled, new Set([new Set([[1], [2]]), new Map([[new Set([1, 2]), { a: 2, b: 1 }]])]))
})

test('a map or set takes -0 for 0, and so do we', () => {
  same(new Set([-0]), new Set([0]))
  same(new Map([[-0, 1]]), new Map([[0, 1]]))
  differ(new Map([[0, -0]]), new Map([[0, 0]]))
})

test('values of another realm are what they would be here', () => {
  same(
    elsewhere(`({ list: [1, [2]], map: new Map([['a', new Set([1])]]), date: new Date(7), nothing: Object.create(null),
      bytes: new Uint8Array([1, 2]), floats: new Float64Array([1.5]), raw: new ArrayBuffer(2), big: 5n, object: {} })`),
    {
      list: [1, [2]],
      map: new Map([['a', new Set([1])]]),
      date: new Date(7),
      nothing: {},
      bytes: new Uint8Array([1, 2]),
      floats: new Float64Array([1.5]),
      raw: new ArrayBuffer(2),
      big: 5n,
      object: {},
    },
  )
  notEncodable({ error: elsewhere('new Error("x")') }, '$.error', 'an instance of Error')
  notEncodable(elsewhere('new (class Point {})()'), '$', 'an instance of Point')
  notEncodable(elsewhere('new (class Table extends Map {})()'), '$', 'an instance of Table')
})

test('dates are moments, invalid ones included', () => {
  for (const time of [0, -1, 8.64e15, -8.64e15, Number.NaN]) {
    const decoded = decode(encode(new Date(time))) as Date
    assert.ok(decoded instanceof Date)
    assert.ok(Object.is(decoded.getTime(), time))
  }
  differ(new Date(0), new Date(1), new Date(Number.NaN), 0)
})

test('whole numbers of any size are kept', () => {
  const numbers: (number | bigint)[] = [0, 1, 127, 128, 16383, 16384, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300]
  const bigs = [0n, 1n, 255n, 256n, 2n ** 64n, 2n ** 64n - 1n, 10n ** 1000n, 2n ** 20_000n]
  for (const value of [...numbers, ...bigs]) {
    assert.equal(decode(encode(value)), value)
    assert.equal(decode(encode(-value)), -value)
  }
  differ(...bigs, ...bigs.slice(1).map((value) => -value))
})

test('what is not data is refused, with the exact path', () => {
  class Point {
    x = 1
  }
  class Table extends Map {}
  notEncodable(() => 1, '$', 'a function')
  notEncodable({ a: [0, { 'b c': () => 1 }] }, '$.a[1]["b c"]', 'a function')
  notEncodable({ deep: { list: [0, 1, Symbol('x')] } }, '$.deep.list[2]', 'a symbol')
  notEncodable([class {}], '$[0]', 'a function')
  notEncodable({ point: new Point() }, '$.point', 'an instance of Point')
  notEncodable({ point: new (class {})() }, '$.point', 'an instance of a class')
  notEncodable([new WeakMap()], '$[0]', 'an instance of WeakMap')
  notEncodable([new WeakSet()], '$[0]', 'an instance of WeakSet')
  notEncodable({ '': new WeakRef({}) }, '$[""]', 'an instance of WeakRef')
  notEncodable({ later: Promise.resolve(1) }, '$.later', 'an instance of Promise')
  notEncodable({ error: new TypeError('no') }, '$.error', 'an instance of TypeError')
  notEncodable({ pattern: /x/ }, '$.pattern', 'an instance of RegExp')
  notEncodable({ url: new URL('https://example.org') }, '$.url', 'an instance of URL')
  notEncodable({ view: new DataView(new ArrayBuffer(1)) }, '$.view', 'a DataView')
  notEncodable({ boxed: Object(1) }, '$.boxed', 'an instance of Number')
  notEncodable({ boxed: Object(Symbol.iterator) }, '$.boxed', 'an instance of Symbol')
  notEncodable([new Table()], '$[0]', 'an instance of Table')
  notEncodable([new (class Stack extends Array {})()], '$[0]', 'an instance of Stack')
  notEncodable([new (class Pixels extends Uint8Array {})(2)], '$[0]', 'an instance of Pixels')
  notEncodable([new (class Moment extends Date {})()], '$[0]', 'an instance of Moment')
  notEncodable([new (class Names extends Set {})()], '$[0]', 'an instance of Names')
  notEncodable([new (class Raw extends ArrayBuffer {})(1)], '$[0]', 'an instance of Raw')
  notEncodable([Object.create({ inherited: 1 })], '$[0]', 'an object with a prototype of its own')
  notEncodable([Object.create(Object.create(null))], '$[0]', 'an object with a prototype of its own')
  notEncodable([Object.create(Date.prototype)], '$[0]', 'an instance of Date')
  notEncodable([Object.create(Map.prototype)], '$[0]', 'an instance of Map')
  notEncodable([new Proxy(new Map(), {})], '$[0]', 'an instance of Map')
  notEncodable([Object.setPrototypeOf([], null)], '$[0]', 'an object with a prototype of its own')
  notEncodable({ [Symbol('tag')]: 1, a: 1 }, '$', 'an object with the symbol key Symbol(tag)')
  notEncodable([Math], '$[0]', 'an object with the symbol key Symbol(Symbol.toStringTag)')
  notEncodable([globalThis.Intl], '$[0]', 'an object with the symbol key Symbol(Symbol.toStringTag)')
})

test('a path through maps and sets reads as code that goes there', () => {
  const bad = Symbol('bad')
  notEncodable({ m: new Map([['a b', { x: bad }]]) }, '$.m.get("a b").x', 'a symbol')
  notEncodable(new Map([[7, [bad]]]), '$.get(7)[0]', 'a symbol')
  notEncodable(
    new Map<unknown, unknown>([
      ['x', 1],
      [{ k: 1 }, bad],
    ]),
    '$.values()[1]',
    'a symbol',
  )
  notEncodable(
    new Map<unknown, unknown>([
      ['x', 1],
      [[bad], 1],
    ]),
    '$.keys()[1][0]',
    'a symbol',
  )
  notEncodable([new Set([1, 2, [bad]])], '$[0].values()[2][0]', 'a symbol')
  notEncodable({ a1: { $b: { _c: { 'd-e': { '0': bad } } } } }, '$.a1.$b._c["d-e"]["0"]', 'a symbol')
  assert.equal(formatPath([]), '$')
})

test('a value that contains itself is refused where it does', () => {
  const cycle = (path: string, value: unknown): void =>
    refused(value, 'VALUE_CYCLE', `The value at ${path} contains itself. Pass a tree without cycles.`)
  const object: Record<string, unknown> = { list: [1] }
  ;(object.list as unknown[]).push({ back: object })
  cycle('$.list[1].back', object)
  cycle('$.outer.list[1].back', { outer: object })
  const array: unknown[] = [0]
  array.push(array)
  cycle('$[1]', array)
  const map = new Map<unknown, unknown>()
  map.set('self', [map])
  cycle('$.get("self")[0]', map)
  const keyed = new Map<unknown, unknown>()
  keyed.set({ keyed }, 1)
  cycle('$.keys()[0].keyed', keyed)
  const set = new Set<unknown>([1])
  set.add({ set })
  cycle('$.values()[1].set', set)
})

test('a hole is refused, undefined is not', () => {
  const hole = (path: string, value: unknown): void =>
    refused(value, 'VALUE_HOLE', `The array has a hole at ${path}. Write undefined or null there.`)
  // biome-ignore lint/suspicious/noSparseArray: it is what is tested
  hole('$[1]', [1, , 3])
  hole('$.a[0]', { a: new Array(3) })
  hole('$[0]', new Array(2 ** 32 - 1))
  encode([undefined])
})

test('values nest as deep as the limit and no deeper', () => {
  const deep = (path: string, value: unknown): void =>
    refused(value, 'VALUE_TOO_DEEP', `The value at ${path} is nested more than ${maxDepth} levels deep. Flatten it.`)
  assert.equal(hex(decode(encode(nested(maxDepth)))), hex(nested(maxDepth)))
  deep('$[0][0][0][0][0][0][0][0]', nested(maxDepth + 1))
  deep('$[0][0][0][0][0][0][0][0]', nested(1_000_000))
  const build = (wrap: (inner: unknown) => unknown, levels: number): unknown => {
    let value: unknown = 1
    for (let level = 0; level < levels; level++) value = wrap(value)
    return value
  }
  const wraps: ((inner: unknown) => unknown)[] = [
    (a) => ({ a }),
    (value) => new Map([['k', value]]),
    (key) => new Map([[key, 1]]),
    (item) => new Set([item]),
  ]
  for (const wrap of wraps) {
    const whole = build(wrap, maxDepth)
    assert.equal(hex(decode(encode(whole))), hex(whole))
    assert.throws(() => encode(build(wrap, maxDepth + 1)), { code: 'VALUE_TOO_DEEP' })
    assert.throws(() => encode(build(wrap, 100_000)), { code: 'VALUE_TOO_DEEP' })
  }
  const buffers = nested(maxDepth, new Uint8Array(3))
  assert.deepEqual(decode(encode(buffers)), buffers)
})

test('getters and proxies may encode while they are encoded', () => {
  const inner = {
    get x() {
      return hex([1, { y: 'inner' }])
    },
  }
  const value = {
    a: 1,
    get b() {
      assert.throws(() => encode(() => 1))
      return hex(inner)
    },
    c: new Proxy(
      { z: [1], d: 2 },
      {
        get(target, key) {
          encode({ key: String(key) })
          return Reflect.get(target, key)
        },
      },
    ),
  }
  same(value, { a: 1, b: hex({ x: hex([1, { y: 'inner' }]) }), c: { d: 2, z: [1] } })
})

test('an array that changes while it is encoded does not end up as bytes that cannot be read', () => {
  const growing: unknown[] = []
  growing.push(
    {
      get a() {
        growing.push(1)
        return 1
      },
    },
    2,
  )
  assert.deepEqual(decode(encode(growing)), [{ a: 1 }, 2])
  const shrinking: unknown[] = []
  shrinking.push(
    {
      get a() {
        shrinking.length = 1
        return 1
      },
    },
    2,
  )
  refused(shrinking, 'VALUE_HOLE', 'The array has a hole at $[1]. Write undefined or null there.')
  for (const length of [-1, 1.5, Number.NaN, 'x', 1e300])
    assert.throws(
      () => encode(new Proxy([1], { get: (target, key) => (key === 'length' ? length : Reflect.get(target, key)) })),
      {
        code: /^VALUE_(HOLE|NOT_ENCODABLE)$/,
      },
    )
  const map = new Map<unknown, unknown>()
  map.set('a', {
    get x() {
      map.set('late', 1)
      return 1
    },
  })
  assert.deepEqual(decode(encode(map)), new Map([['a', { x: 1 }]]))
})

test('what a getter throws comes through, and the next value is encoded as ever', () => {
  const failing = {
    list: [
      {
        get x(): never {
          throw new TypeError('not now')
        },
      },
    ],
  }
  assert.throws(() => encode(failing), new TypeError('not now'))
  assert.equal(hex({ a: [1] }), '0d010901610c010401')
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  assert.throws(() => encode([proxy]), TypeError)
  assert.equal(hex({ a: [1] }), '0d010901610c010401')
})

test('properties that cannot be enumerated, and those added to arrays, are no part of a value', () => {
  same(Object.defineProperty({ a: 1 }, 'hidden', { value: 2 }), { a: 1 })
  same(Object.assign([1], { extra: 2 }), [1])
  same(/(b)/.exec('abc'), ['b', 'b'])
})

test('values far apart in size leave each other alone', () => {
  const big = 'x'.repeat(5_000_000)
  const encoding = encode([big, new Uint8Array(3_000_000).fill(7)])
  assert.equal(hex(1), '0401')
  const [text, bytes] = decode(encoding) as [string, Uint8Array]
  assert.equal(text, big)
  assert.equal(bytes.length, 3_000_000)
  // The buffer that was needed is not kept.
  assert.ok(encodeWith(1, undefined, (buffer) => buffer.length) <= 1 << 20)
})

test('encoded bytes are the caller’s own', () => {
  const first = encode('first')
  encode('other')
  assert.equal(decode(first), 'first')
  first.fill(0)
  assert.equal(hex('first'), '09056669727374')
})

const ref = (value: unknown) => ({ [embedded]: true, value })
const embed: Embed = (item) => encode((item as { value: unknown }).value)

test('an embedded value is written as what it stands for', () => {
  const value = { a: ref([1, { b: 2 }]), set: new Set([ref(3), ref(1), 2]) }
  assert.deepEqual(encode(value, embed), encode({ a: [1, { b: 2 }], set: new Set([1, 2, 3]) }))
  notEncodable({ a: [ref(1)] }, '$.a[0]', 'a ref')
})

test('the path of an embedded value names its place in the canonical order', () => {
  const paths = (value: unknown): Record<string, readonly (string | number)[]> => {
    const found: [string, readonly (string | number)[]][] = []
    encode(value, (item, path) => {
      found.push([String((item as { value: unknown }).value), path])
      return embed(item, path)
    })
    return Object.fromEntries(found)
  }
  assert.deepEqual(paths({ b: [0, ref('x')], a: ref('y') }), { x: ['b', 1], y: ['a'] })
  assert.deepEqual(paths(new Set([ref('c'), 'b', [ref('d')], ref('a')])), { a: [0], c: [2], d: [3, 0] })
  assert.deepEqual(paths(new Map([['k', ref('x')], ['j', [ref('y')]] as never])), { x: ['k'], y: ['j', 0] })
  assert.deepEqual(
    paths(
      new Map([
        [7, ref('x')],
        [5, ref('y')],
      ]),
    ),
    { x: [7], y: [5] },
  )
  assert.deepEqual(
    paths(
      new Map<unknown, unknown>([
        [{ z: 1 }, ref('x')],
        [{ a: 1 }, ref('y')],
      ]),
    ),
    { x: ['#1'], y: ['#0'] },
  )
  assert.deepEqual(
    paths(
      new Map<unknown, unknown>([
        [1, ref('x')],
        ['1', ref('y')],
      ]),
    ),
    { x: ['#0'], y: ['#1'] },
  )
  assert.deepEqual(
    paths(
      new Map<unknown, unknown>([
        [ref('x'), 1],
        [['a', ref('y')], 1],
      ]),
    ),
    { x: ['key #0'], y: ['key #1', 1] },
  )
  assert.deepEqual(paths([new Set([new Set([ref('b'), ref('a')]), 1])]), { a: [0, 1, 0], b: [0, 1, 1] })
})

test('embedded values count as the levels that they bring', () => {
  const inner = (levels: number) => ref(nested(levels))
  encode(nested(10, inner(maxDepth - 10)), embed)
  assert.throws(() => encode(nested(11, inner(maxDepth - 10)), embed), { code: 'VALUE_TOO_DEEP' })
  // Long and flat is not deep.
  const wide = [...Array(5000).keys()].map((n) => [
    n,
    'x',
    2.5,
    null,
    -5n,
    new Date(0),
    new Uint8Array(3),
    '\ud800',
    new Map(),
  ])
  encode(nested(maxDepth - 3, ref(wide)), embed)
  assert.throws(() => encode(nested(maxDepth - 2, ref(wide)), embed), { code: 'VALUE_TOO_DEEP' })
})

test('a blob is its digest and its size', () => {
  const digest = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 8)).toString('latin1')
  const encoding = encodeBlob(digest, 300)
  assert.equal(Buffer.from(encoding).toString('hex'), `12${Buffer.from(digest, 'latin1').toString('hex')}ac02`)
  assert.deepEqual(
    decode(encoding, (found, size) => ({ found, size })),
    { found: digest, size: 300 },
  )
  assert.throws(() => decode(encoding), RangeError)
  // Equal blobs may be several members, also for who only looks whether the bytes are whole.
  const set = Buffer.concat([Buffer.from([0x0f, 2]), encoding, encoding])
  assert.deepEqual(
    decode(set, () => null),
    new Set([null]),
  )
})
