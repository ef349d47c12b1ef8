import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, embedded, encode, encodeBlob } from './encoding.ts'
import { depthOf } from './encoding-depth.ts'

/** Whether two values are the same data, found out without the encoder: what its injectivity is held against. */
function sameData(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  const kind = kindOf(a)
  if (kind !== kindOf(b)) return false
  if (kind === 'Array') return sameList(a as unknown[], b as unknown[])
  if (kind === 'Map') return sameBag([...(a as Map<unknown, unknown>)], [...(b as Map<unknown, unknown>)])
  if (kind === 'Set') return sameBag([...(a as Set<unknown>)], [...(b as Set<unknown>)])
  if (kind === 'Date') return Object.is((a as Date).getTime(), (b as Date).getTime())
  if (kind === 'Object') {
    const [keys, others] = [Object.keys(a).sort(), Object.keys(b).sort()]
    const [mine, its] = [a, b] as [Record<string, unknown>, Record<string, unknown>]
    return sameList(keys, others) && keys.every((key) => sameData(mine[key], its[key]))
  }
  return sameList(bytesOf(a), bytesOf(b))
}

const kindOf = (value: object): string => {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  return tag === 'SharedArrayBuffer' ? 'ArrayBuffer' : tag
}

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => sameData(item, b[index]))

/** The same members in any order. Sameness is an equivalence, so it does not matter which of several partners is taken. */
function sameBag(a: readonly unknown[], b: readonly unknown[]): boolean {
  const left = [...b]
  return (
    a.length === b.length &&
    a.every((item) => {
      const at = left.findIndex((other) => sameData(item, other))
      if (at >= 0) left.splice(at, 1)
      return at >= 0
    })
  )
}

const bytesOf = (value: object): number[] =>
  ArrayBuffer.isView(value)
    ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
    : [...new Uint8Array(value as ArrayBuffer)]

const typedArrayKinds = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float16Array,
  Float32Array,
  Float64Array,
]

/** Few and easily confused, so that equal values come up by chance. */
const lookAlikes = fc.constantFrom<unknown>(
  ...[
    0,
    -0,
    1,
    -1,
    0n,
    1n,
    -1n,
    '0',
    '1',
    '',
    true,
    false,
    null,
    undefined,
    Number.NaN,
    'null',
    1.5,
    2 ** 53,
    2n ** 53n,
  ],
  ...['\ud800', '\udc00', '\ufffd', '\u0000', Number.POSITIVE_INFINITY],
)

const scalar = fc.oneof(
  { weight: 3, arbitrary: lookAlikes },
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  // Units of UTF-16, with lone surrogates.
  fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'binary' }),
)

const bytes = fc.uint8Array({ maxLength: 4 })

const leaf = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.oneof(fc.date({ noInvalidDate: false }), fc.constantFrom(new Date(0), new Date(Number.NaN))),
  bytes.map((list) => list.slice().buffer),
  bytes.map((list) => {
    const shared = new SharedArrayBuffer(list.length)
    new Uint8Array(shared).set(list)
    return shared
  }),
  bytes.map((list) => Buffer.from(list)),
  // A window on a larger buffer, at every alignment that the kind allows.
  fc
    .tuple(fc.constantFrom(...typedArrayKinds), fc.nat(2), fc.nat(2), fc.uint8Array({ minLength: 48, maxLength: 48 }))
    .map(([Kind, offset, length, buffer]) => new Kind(buffer.slice().buffer, offset * Kind.BYTES_PER_ELEMENT, length)),
)

const key = fc.oneof(fc.constantFrom('a', 'b', '', '0', '10', '9', '__proto__', 'constructor', '\ud800'), fc.string())

const record = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.uniqueArray(fc.tuple(key, value), { maxLength: 4, selector: ([name]) => name }), fc.boolean())
    .map(([entries, bare]) => {
      const object = bare ? Object.create(null) : {}
      for (const [name, item] of entries)
        Object.defineProperty(object, name, { value: item, enumerable: true, configurable: true, writable: true })
      return object
    })

const { anyValue } = fc.letrec<{ anyValue: unknown }>((tie) => {
  const inner = tie('anyValue')
  const list = fc.array(inner, { maxLength: 4 })
  return {
    anyValue: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      list,
      record(inner),
      fc.array(fc.tuple(inner, inner), { maxLength: 4 }).map((entries) => new Map(entries)),
      list.map((items) => new Set(items)),
      // One object met at several places.
      inner.map((value) => [value, { again: value }]),
    ),
  }
})

/** The same data in other objects, with whatever has no order in another one. */
function rearranged(value: unknown, random: () => number): unknown {
  const again = (part: unknown): unknown => rearranged(part, random)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(again)
  if (value instanceof Map)
    return new Map(shuffled([...value], random).map(([name, item]) => [again(name), again(item)] as const))
  if (value instanceof Set) return new Set(shuffled([...value], random).map(again))
  if (value instanceof Date) return new Date(value)
  if (ArrayBuffer.isView(value) || kindOf(value) === 'ArrayBuffer') return structuredClone(value)
  const copy = {}
  for (const [name, item] of shuffled(Object.entries(value), random))
    Object.defineProperty(copy, name, { value: again(item), enumerable: true })
  return copy
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const runs = { numRuns: 2000 }

test('two values have the same bytes exactly when they are the same data', () =>
  fc.assert(
    fc.property(anyValue, anyValue, (a, b) => equalBytes(encode(a), encode(b)) === sameData(a, b)),
    { numRuns: 5000 },
  ))

test('values that hold the same few parts are told apart as well', () => {
  const { small } = fc.letrec<{ small: unknown }>((tie) => {
    const list = fc.array(tie('small'), { maxLength: 3 })
    return {
      small: fc.oneof(
        { maxDepth: 2 },
        fc.constantFrom<unknown>(0, 1, '1', undefined),
        list,
        list.map((items) => new Set(items)),
        fc.array(fc.tuple(tie('small'), tie('small')), { maxLength: 2 }).map((entries) => new Map(entries)),
        list.map((items) => Object.fromEntries(items.map((item, index) => [String(index), item]))),
      ),
    }
  })
  let equal = 0
  fc.assert(
    fc.property(small, small, (a, b) => {
      const same = sameData(a, b)
      if (same) equal++
      return equalBytes(encode(a), encode(b)) === same
    }),
    { numRuns: 10_000 },
  )
  assert.ok(equal > 100, `only ${equal} pairs were equal`)
})

test('order and identity do not count where they are no data', () =>
  fc.assert(
    fc.property(anyValue, fc.infiniteStream(fc.double({ noNaN: true, min: 0, max: 1 })), (value, numbers) => {
      const copy = rearranged(value, () => numbers.next().value as number)
      assert.ok(sameData(value, copy))
      assert.ok(equalBytes(encode(value), encode(copy)))
    }),
    runs,
  ))

test('what is decoded is the value again, and has the same bytes', () =>
  fc.assert(
    fc.property(anyValue, (value) => {
      const encoding = encode(value)
      const decoded = decode(encoding)
      assert.ok(sameData(value, decoded))
      assert.ok(equalBytes(encode(decoded), encoding))
    }),
    runs,
  ))

test('members of decoded maps and sets come in the order of their bytes', () =>
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 8 }), (items) => {
      const decoded = [...(decode(encode(new Set(items))) as Set<unknown>)].map((item) => encode(item))
      assert.deepEqual(decoded, [...decoded].sort(Buffer.compare))
    }),
    { numRuns: 500 },
  ))

test('no encoding is the beginning of another', () =>
  fc.assert(
    fc.property(anyValue, (value) => {
      const encoding = encode(value)
      for (let length = 0; length < Math.min(encoding.length, 200); length++)
        assert.throws(() => decode(encoding.subarray(0, length)), RangeError)
      assert.throws(() => decode(Buffer.concat([encoding, Buffer.alloc(1)])), RangeError)
    }),
    { numRuns: 500 },
  ))

test('the depth of an encoding is read without decoding it', () => {
  const depth = (value: unknown): number => {
    if (typeof value !== 'object' || value === null || value instanceof Date) return 0
    if (ArrayBuffer.isView(value) || kindOf(value) === 'ArrayBuffer') return 0
    const parts = value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value)
    return 1 + Math.max(0, ...parts.map(depth))
  }
  fc.assert(
    fc.property(anyValue, (value) => depthOf(encode(value)) === depth(value)),
    runs,
  )
  const blob = encodeBlob('\u000c'.repeat(32), 3000)
  assert.equal(depthOf(blob), 0)
  assert.equal(depthOf(Buffer.concat([Buffer.from([0x0c, 3]), blob, encode([[]]), blob])), 3)
})

/** Stands for a blob that was met in bytes. */
class Met {
  readonly [embedded] = true
  readonly digest: string
  readonly size: number

  constructor(digest: string, size: number) {
    this.digest = digest
    this.size = size
  }
}

/** Bytes are either refused with a RangeError, or are the very bytes of what they decode to. */
function checkHostile(hostile: Uint8Array): 'refused' | 'decoded' {
  let value: unknown
  try {
    value = decode(hostile, (digest, size) => new Met(digest, size))
  } catch (error) {
    assert.ok(error instanceof RangeError, `${error}`)
    assert.match(error.message, /^[a-zA-Z].* at byte \d+$/)
    return 'refused'
  }
  const again = encode(value, (item) => encodeBlob((item as Met).digest, (item as Met).size))
  assert.equal(Buffer.from(again).toString('hex'), Buffer.from(hostile).toString('hex'))
  return 'decoded'
}

test('any bytes are refused or canonical', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        // Mostly tags and small counts, which get further.
        fc
          .array(fc.oneof({ weight: 8, arbitrary: fc.nat(0x13) }, fc.nat(255)), { maxLength: 40 })
          .map((list) => Uint8Array.from(list)),
      ),
      (hostile) => {
        checkHostile(hostile)
      },
    ),
    { numRuns: 20_000 },
  ))

test('encodings with some bytes changed are refused or canonical', () => {
  const change = fc.oneof(
    fc.record({ at: fc.nat(), put: fc.uint8Array({ minLength: 1, maxLength: 2 }), drop: fc.nat(2) }),
    fc.record({ at: fc.nat(), put: fc.constant(new Uint8Array()), drop: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ at: fc.nat(), put: fc.nat(0x12).map((tag) => Uint8Array.of(tag)), drop: fc.constant(1) }),
  )
  let decoded = 0
  fc.assert(
    fc.property(anyValue, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
      let hostile = Buffer.from(encode(value))
      for (const { at, put, drop } of changes) {
        const place = at % (hostile.length + 1)
        hostile = Buffer.concat([hostile.subarray(0, place), put, hostile.subarray(place + drop)])
      }
      if (checkHostile(hostile) === 'decoded') decoded++
    }),
    { numRuns: 10_000 },
  )
  assert.ok(decoded > 100, `only ${decoded} were decoded`)
})

const fromHex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const digest = '00'.repeat(32)

const notCanonical: Record<string, string> = {
  'nothing at all': '',
  'an unknown tag': '13',
  'bytes behind the value': '01 01',
  'a number longer than need be': '04 80 00',
  'another number longer than need be': '04 ff 80 00',
  'a count longer than need be': '0c 80 00',
  'a length longer than need be': '09 81 00 61',
  'a number above 2^53 - 1': '04 80 80 80 80 80 80 80 10',
  'a number of endless bytes': '04 ff ff ff ff ff ff ff ff ff ff ff ff ff 01',
  'a negative number below 1 - 2^53': '05 ff ff ff ff ff ff ff 0f',
  'a whole number as a float': '06 3f f0 00 00 00 00 00 00',
  'zero as a float': '06 00 00 00 00 00 00 00 00',
  'a NaN with a payload': '06 7f f8 00 00 00 00 00 01',
  'a negative NaN': '06 ff f8 00 00 00 00 00 00',
  'a signalling NaN': '06 7f f0 00 00 00 00 00 01',
  'a bigint of no bytes': '07 00',
  'a bigint with a zero in front': '07 02 00 01',
  'a negative bigint with a zero in front': '08 02 00 00',
  'text that is not UTF-8': '09 01 ff',
  'text with an overlong form': '09 02 c0 80',
  'text with a surrogate in UTF-8': '09 03 ed a0 80',
  'text with a cut character': '09 03 f0 9f 98',
  'text as if ill-formed': '0a 02 61 00',
  'empty text as if ill-formed': '0a 00',
  'ill-formed text of half a unit': '0a 03 00 d8 00',
  'a date with a fraction': '0b 3f e0 00 00 00 00 00 00',
  'a date beyond the last': '0b 43 3e b2 08 c2 dc 00 01',
  'a date at -0': '0b 80 00 00 00 00 00 00 00',
  'a date at infinity': '0b 7f f0 00 00 00 00 00 00',
  'a date at a NaN with a payload': '0b 7f f8 00 00 00 00 00 01',
  'keys out of order': '0d 02 09 01 62 01 09 01 61 01',
  'a key twice': '0d 02 09 01 61 01 09 01 61 01',
  'a key that is a number': '0d 01 04 01 01',
  'a key that is an object': '0d 01 0d 00 01',
  'entries out of order': '0e 02 04 02 01 04 01 01',
  'a scalar key twice': '0e 02 04 01 01 04 01 02',
  'entries with equal keys out of order': '0e 02 0c 00 04 02 0c 00 04 01',
  'a key -0': '0e 01 06 80 00 00 00 00 00 00 00 01',
  'items out of order': '0f 02 04 02 04 01',
  'a scalar item twice': '0f 02 04 01 04 01',
  'NaN twice': '0f 02 06 7f f8 00 00 00 00 00 00 06 7f f8 00 00 00 00 00 00',
  'an item -0': '0f 01 06 80 00 00 00 00 00 00 00',
  'a typed array of an unknown kind': '11 0c 00',
  'a typed array that ends within an element': '11 09 03 00 00 00',
  'a blob cut short': `12 ${digest.slice(2)}`,
  'a blob of a size longer than need be': `12 ${digest} 80 00`,
}
for (const [what, text] of Object.entries(notCanonical))
  test(`${what} is refused`, () => assert.equal(checkHostile(fromHex(text)), 'refused'))

test('entries with equal keys that are objects are canonical in the order of their values', () => {
  assert.equal(checkHostile(fromHex('0e 02 0c 00 04 01 0c 00 04 02')), 'decoded')
  assert.equal(checkHostile(fromHex('0f 02 0c 00 0c 00')), 'decoded')
})

test('counts and lengths that promise too much cost neither time nor memory', () => {
  const before = process.memoryUsage.rss()
  const started = performance.now()
  const most = 'ff ff ff ff ff ff ff 0f'
  for (const head of ['07', '08', '09', '0a', '0c', '0d', '0e', '0f', '10', '11 00', '11 0a'])
    for (const tail of ['', ' 00 00 00 00', ` ${'0c 01 '.repeat(300)}`])
      assert.equal(checkHostile(fromHex(`${head} ${most}${tail}`)), 'refused')
  // As many levels as there are bytes, and counts that would multiply.
  for (const level of ['0c 01', '0f 01', '0e 01', '0d 01 09 00', '0c ff 01', '0f ff ff 03'])
    assert.equal(checkHostile(fromHex(level.repeat(100_000))), 'refused')
  assert.ok(performance.now() - started < 5000)
  assert.ok(process.memoryUsage.rss() - before < 256 << 20)
})

test('a megabyte of hostile bytes is done with soon', () => {
  const started = performance.now()
  const filled = (head: string, text: string): Buffer => {
    const unit = fromHex(text)
    const body = Buffer.alloc(1 << 20, unit)
    return Buffer.concat([fromHex(head), body.subarray(0, body.length - (body.length % unit.length))])
  }
  // 2^20 items of one byte, half as many of two, a third of three.
  assert.equal(checkHostile(filled('0c 80 80 40', '01')), 'decoded')
  assert.equal(checkHostile(filled('0f 80 80 20', '0c 00')), 'decoded')
  assert.equal(checkHostile(filled('0e 80 80 20', '01 01')), 'refused')
  assert.equal(checkHostile(filled('07 80 80 40', '77')), 'decoded')
  assert.equal(checkHostile(filled('0a 80 80 40', '00 d8')), 'decoded')
  assert.equal(checkHostile(filled('09 80 80 40', 'c3')), 'refused')
  // Sets in sets, so that members are compared at every level.
  assert.equal(checkHostile(Buffer.concat([fromHex('0f 01 '.repeat(510)), filled('0f 80 80 20', '0c 00')])), 'decoded')
  assert.ok(performance.now() - started < 20_000)
})
