/**
 * What `encoding.golden.json` pins: the bytes and hashes of named values, and the keys of calls, of format 1. Run, it prints
 * what they are now. The file may gain rows; a row that changes means that no store made so far is understood any more.
 */
import { z } from 'zod'
import { blob, createStore, json, list, op, optional, type Read, secret, unkeyed } from '../index.ts'
import { contentOf, digestOf } from '../value/content.ts'
import { encode } from '../value/encoding.ts'
import { digest, toHex } from '../value/hash.ts'

/** The form of the file. */
export interface Golden {
  readonly format: 1
  readonly values: Readonly<Record<string, { readonly bytes: string; readonly hash: string }>>
  readonly blobs: Readonly<Record<string, string>>
  readonly calls: Readonly<Record<string, string>>
}

const shared = new SharedArrayBuffer(2)
new Uint8Array(shared).set([1, 2])

/** Values by name; the names are the rows of the file. */
export const goldenValues: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  false: false,
  true: true,
  zero: 0,
  one: 1,
  'one byte': 127,
  'two bytes': 128,
  'a million': 1_000_000,
  'largest safe integer': Number.MAX_SAFE_INTEGER,
  'minus one': -1,
  'minus 129': -129,
  'smallest safe integer': Number.MIN_SAFE_INTEGER,
  'minus zero': -0,
  'one and a half': 1.5,
  'a tenth': 0.1,
  'two to 53': 2 ** 53,
  'largest number': Number.MAX_VALUE,
  'smallest number': Number.MIN_VALUE,
  infinity: Number.POSITIVE_INFINITY,
  'minus infinity': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
  'bigint zero': 0n,
  'bigint 255': 255n,
  'bigint 256': 256n,
  'bigint two to 64': 2n ** 64n,
  'bigint minus one': -1n,
  'bigint minus 257': -257n,
  'empty text': '',
  text: 'hello',
  'text in several scripts': 'Ünïcode 字幕 🎬',
  'text with a zero': 'a\u0000b',
  'lone surrogate': '\ud83d',
  'text of 300': 'x'.repeat(300),
  'start of 1970': new Date(0),
  'a moment': new Date(Date.UTC(2025, 8, 1, 12, 30, 15, 250)),
  'invalid date': new Date(Number.NaN),
  'empty array': [],
  array: [1, 'two', [3.5], null, undefined],
  'array of 200': Array.from({ length: 200 }, (_, index) => index % 3),
  'empty object': {},
  object: { width: 320, height: 180, name: 'thumb' },
  'undefined property': { a: undefined },
  'keys by UTF-16': { '\u{1f600}': 1, '\ufffd': 2, B: 3, a: 4, 10: 5, 9: 6, '': 7 },
  'key __proto__': JSON.parse('{"__proto__":1}'),
  'empty map': new Map(),
  map: new Map<unknown, unknown>([
    ['b', 1],
    ['a', 2],
    [1, 'one'],
    [{ k: 1 }, [true]],
  ]),
  'map with equal keys': new Map([
    [[1], 'b'],
    [[1], 'a'],
  ]),
  'empty set': new Set(),
  set: new Set<unknown>([10, 9, '9', null, [2], [1]]),
  'array buffer': new Uint8Array([0, 127, 255]).buffer,
  'shared array buffer': shared,
  Uint8Array: new Uint8Array([1, 2, 255]),
  Int8Array: new Int8Array([1, -2]),
  Uint8ClampedArray: new Uint8ClampedArray([1, 300]),
  Int16Array: new Int16Array([1, -2]),
  Uint16Array: new Uint16Array([1, 65535]),
  Int32Array: new Int32Array([1, -2]),
  Uint32Array: new Uint32Array([1, 4294967295]),
  BigInt64Array: new BigInt64Array([1n, -2n]),
  BigUint64Array: new BigUint64Array([1n, 2n ** 64n - 1n]),
  Float16Array: new Float16Array([1.5, -0]),
  Float32Array: new Float32Array([1.5, -0]),
  Float64Array: new Float64Array([1.5, -0]),
  Buffer: Buffer.from('bytes'),
  'a report': {
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    duration: 12.345,
    streams: [
      { index: 0, kind: 'video', codec: 'h264', width: 1920, height: 1080, frameRate: 29.97 },
      { index: 1, kind: 'audio', codec: 'aac', channels: 2, language: 'eng' },
    ],
    tags: new Map([['title', 'Ünïcode']]),
  },
}

const blobs: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(),
  hello: Buffer.from('hello'),
  'a megabyte': new Uint8Array(1 << 20).fill(7),
}

const add = op('golden.add', (x: number, y?: number) => x + (y ?? 0))
const show = op('golden.show', (value: unknown) => typeof value)
const raised = op('golden.add.more', (x: number, y: number) => x + y, { version: 12 })

const model: Read = { description: 'a model', read: () => ({ digest: 'ab'.repeat(32), value: 'model.onnx' }) }

const full = op({
  name: 'golden.full',
  version: 3,
  inputs: { text: json(z.string()), image: optional(blob()), naïve: optional(list(json(z.number()))) },
  params: z.object({
    width: z.number().int().default(320),
    mode: z.enum(['fit', 'fill']).default('fit'),
    options: z
      .object({ gamma: z.number().default(2.2), tags: z.array(z.string()).default([]) })
      .default({ gamma: 2.2, tags: [] }),
    threads: unkeyed(z.number().default(1)),
    key: secret().optional(),
  }),
  outputs: { length: json(z.number()) },
  run: ({ text }) => ({ length: text.length }),
})
const reading = op({
  name: 'golden.reading',
  inputs: { text: json(z.string()) },
  params: z.object({ width: z.number().default(1) }),
  reads: { model },
  outputs: { length: json(z.number()) },
  run: ({ text }) => ({ length: text.length }),
})

const long = 'long '.repeat(40)

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  'no inputs': () => add(...([] as unknown as [number])),
  'add(1, 2)': () => add(1, 2),
  'add(2, 1)': () => add(2, 1),
  'add(1)': () => add(1),
  'version 12': () => raised(1, 2),
  'show of undefined, then 1': () => (show as (...args: unknown[]) => Promise<unknown>)(undefined, 1),
  'show of 64 bytes': () => show('x'.repeat(62)),
  'show of 65 bytes': () => show('x'.repeat(63)),
  'show of a map': () => show(goldenValues.map),
  'full with defaults': () => full({ text: 'hello' }),
  'full with defaults given': () =>
    full({ text: 'hello', width: 320, mode: 'fit', options: { gamma: 2.2, tags: [] }, threads: 8 }),
  'full with width 640': () => full({ text: 'hello', width: 640 }),
  'full with an inner option': () => full({ text: 'hello', options: { gamma: 1 } as never }),
  'full with a secret': () => full({ text: 'hello', key: 'signing@2' }),
  'full with a blob': () => full({ text: 'hello', image: Buffer.from('hello') }),
  'full with a name that is not ASCII': () => full({ text: 'hello', naïve: [1, 2] }),
  'full with long text': () => full({ text: long, width: 640 }),
  reading: () => reading({ text: 'hello' }),
  'reading with a param': () => reading({ text: 'hello', width: 2 }),
  'a result of another call': async () => add(await add(1, 2), 4),
  'a result inside a value': async () => show({ sums: [await add(1, 2), 5, new Set([await add(2, 1)])] }),
}

/** What the golden file would be if it were made now. Calls are by their public names: their keys, and their inputs' history. */
export async function goldenNow(): Promise<Golden> {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const values = Object.entries(goldenValues).map(
    ([name, value]) => [name, { bytes: hex(encode(value)), hash: toHex(digestOf(contentOf(value))) }] as const,
  )
  const names: Record<string, string> = {}
  await using store = await createStore({ secrets: { signing: { value: 'not in any key', version: 2 } } })
  for (const [name, call] of Object.entries(calls))
    await store.run(call, {
      onStep: (step) => {
        names[name] = step.call
      },
    })
  return {
    format: 1,
    values: Object.fromEntries(values),
    blobs: Object.fromEntries(Object.entries(blobs).map(([name, bytes]) => [name, toHex(digest('blob', bytes))])),
    calls: names,
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await goldenNow(), null, 2)}\n`)
