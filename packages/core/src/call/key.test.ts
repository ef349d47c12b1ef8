import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { any, createStore, json, type Op, op, optional } from '../index.ts'
import { contentOf, sameContent } from '../value/content.ts'
import { toHex } from '../value/hash.ts'
import { Ref } from '../value/ref.ts'
import { type Input, keyOf } from './key.ts'

const home = {} as never
const number = json(z.number())

/** The key of a call with these inputs, in the order in which they are given. */
function keyWith(called: { declaration: Op['declaration'] }, values: Record<string, unknown>, args?: unknown): string {
  const inputs = Object.entries(values).map(
    ([name, value], position): Input => ({ name, position, ref: new Ref(contentOf(value), home) }),
  )
  return toHex(keyOf(called.declaration, inputs, args === undefined ? undefined : contentOf(args)))
}

const named = (inputs: readonly string[], version = 1, name = 'demo.named') =>
  op({
    name,
    version,
    inputs: Object.fromEntries(inputs.map((input) => [input, optional(any())])),
    outputs: { out: number },
    run: () => ({ out: 1 }),
  })

const names = fc.uniqueArray(
  fc.oneof(fc.constantFrom('a', 'b', 'aa', '0', '1', 'é', '字'), fc.string({ minLength: 1, unit: 'binary' })),
  {
    minLength: 1,
    maxLength: 5,
  },
)
const values = fc.oneof(
  fc.constantFrom<unknown>(0, -0, 1, '1', true, null, undefined, 'x'.repeat(62), 'x'.repeat(63), 'x'.repeat(300)),
  fc.jsonValue(),
)

test('a key depends on the name and the version of the op', () => {
  const keys = [
    keyWith(named(['a']), { a: 1 }),
    keyWith(named(['a'], 2), { a: 1 }),
    keyWith(named(['a'], 11), { a: 1 }),
    keyWith(named(['a'], 1, 'demo.named1'), { a: 1 }),
    keyWith(named(['a'], 1, 'demo.name'), { a: 1 }),
    keyWith(named(['a'], 1, 'demo.Named'), { a: 1 }),
  ]
  assert.equal(new Set(keys).size, keys.length)
})

test('a key depends on every input, on which one it is and on nothing else', () =>
  fc.assert(
    fc.property(
      names,
      fc.array(values, { minLength: 5, maxLength: 5 }),
      fc.nat(4),
      values,
      (inputs, given, at, other) => {
        const called = named(inputs)
        const record = Object.fromEntries(inputs.map((name, index) => [name, given[index]]))
        const key = keyWith(called, record)
        assert.equal(keyWith(called, structuredClone(record)), key)
        const changed = inputs[at % inputs.length]!
        const same = sameContent(contentOf(other), contentOf(record[changed]))
        assert.equal(keyWith(called, { ...record, [changed]: other }) === key, same)
        const { [changed]: _, ...without } = record
        assert.notEqual(keyWith(called, without), key)
      },
    ),
    { numRuns: 500 },
  ))

test('neither the order in which inputs are declared nor that in which they are given matters', () =>
  fc.assert(
    fc.property(
      names.chain((inputs) => fc.tuple(fc.constant(inputs), fc.shuffledSubarray(inputs, { minLength: inputs.length }))),
      ([inputs, shuffled]) => {
        const record = (order: readonly string[]) =>
          Object.fromEntries(order.map((name) => [name, inputs.indexOf(name)]))
        assert.equal(keyWith(named(shuffled), record(shuffled)), keyWith(named(inputs), record(inputs)))
      },
    ),
  ))

test('two inputs that change places are another call', () => {
  const called = named(['a', 'b'])
  assert.notEqual(keyWith(called, { a: 1, b: 2 }), keyWith(called, { a: 2, b: 1 }))
  assert.notEqual(keyWith(called, { a: 1 }), keyWith(called, { b: 1 }))
})

test('names and values cannot be cut elsewhere to the same key', () => {
  const called = named(['a', 'ab', 'b', '1;a', 'a1;'])
  const keys = [{ a: 'b' }, { ab: '' }, { a: 'bb' }, { ab: 'b' }, { b: 'a' }, { '1;a': 'b' }, { 'a1;': 'b' }, {}].map(
    (given) => keyWith(called, given),
  )
  assert.equal(new Set(keys).size, keys.length)
})

test('names that UTF-8 cannot carry stay apart', () => {
  const inputs = ['\ud800', '\udc00', '\ufffd', 'Ã', '\u00ff\u0000\u00d8']
  const keys = inputs.map((name) => keyWith(named(inputs), { [name]: 1 }))
  assert.equal(new Set(keys).size, keys.length)
})

test('an op on a plain function is keyed by position, whatever its parameters are called', async () => {
  const first = op('demo.plain', (x: number, y: number) => x - y)
  const renamed = op('demo.plain', (left: number, right: number) => left - right)
  assert.equal(keyWith(first, { x: 1, y: 2 }), keyWith(renamed, { left: 1, right: 2 }))
  assert.notEqual(keyWith(first, { x: 1, y: 2 }), keyWith(first, { x: 2, y: 1 }))
})

const calls = async (run: () => Promise<unknown>): Promise<string[]> => {
  const names: string[] = []
  await using store = await createStore()
  await store.run(run, { onStep: ({ call }) => names.push(call) })
  return names
}

test('arguments left out at the end are as undefined ones, and others are not', async () => {
  const list = op('demo.list', (...items: unknown[]) => items.length)
  const [none, one, oneAndNothing, nothingAndOne, nothings] = await calls(async () => {
    await list()
    await list(1)
    await list(1, undefined)
    await list(undefined, 1)
    await list(undefined, undefined)
  })
  assert.equal(one, oneAndNothing)
  assert.equal(none, nothings)
  assert.equal(new Set([none, one, nothingAndOne]).size, 3)
})

test('params and reads are keyed beside the inputs, and apart from each other', () => {
  const called = named(['a'])
  const keys = [
    keyWith(called, { a: 1 }),
    keyWith(called, { a: 1 }, [{ a: 1 }, undefined]),
    keyWith(called, { a: 1 }, [undefined, { a: 1 }]),
    keyWith(called, { a: 1 }, [{ a: 1 }, { a: 1 }]),
    keyWith(called, { a: 1 }, [{ a: 'x'.repeat(100) }, undefined]),
    keyWith(called, {}, [{ a: 1 }, undefined]),
  ]
  assert.equal(new Set(keys).size, keys.length)
})

test('where an input came from is no part of the key, and tells calls with the same key apart', async () => {
  const add = op('demo.add', (x: number, y: number) => x + y)
  const names = await calls(async () => {
    await add(3, 4)
    await add(await add(1, 2), 4)
    await add(await add(2, 1), 4)
    await add(await add(1, 2), 4)
  })
  const [plain, , fromFirst, , fromSecond, , fromFirstAgain] = names
  for (const name of [fromFirst, fromSecond, fromFirstAgain]) assert.ok(name!.startsWith(`${plain}.`))
  assert.notEqual(fromFirst, fromSecond)
  assert.equal(fromFirst, fromFirstAgain)
})

test('a large call leaves the next one alone', () => {
  const called = named(['a'])
  const before = keyWith(called, { a: 1 })
  const wide = op('demo.wide', (...items: unknown[]) => items.length)
  keyWith(wide, Object.fromEntries([...Array(10_000).keys()].map((n) => [`arg${n}`, n])))
  assert.equal(keyWith(called, { a: 1 }), before)
})
