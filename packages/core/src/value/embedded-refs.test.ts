import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type CallRecord, createStore, op, type Ref, type Store } from '../index.ts'

const inc = op('demo.inc', (n: number) => n + 1)
const decrease = op('demo.decrease', (n: number) => n - 1)

/** What values with refs inside are made of, and where each ref is: by its path, the value and the op that made it. */
const shapes: Record<
  string,
  { make: () => Promise<unknown>; at: [path: (string | number)[], value: number, op: string][] }
> = {
  list: {
    make: async () => [await inc(8), 0, [await decrease(1)]],
    at: [
      [[0], 9, 'demo.inc'],
      [[2, 0], 0, 'demo.decrease'],
    ],
  },
  record: {
    make: async () => ({
      b: await inc(1),
      '': await decrease(6),
      '007': await inc(3),
      '7': await inc(4),
      'a/b~c': await inc(5),
    }),
    at: [
      [['b'], 2, 'demo.inc'],
      [[''], 5, 'demo.decrease'],
      [['007'], 4, 'demo.inc'],
      [['7'], 5, 'demo.inc'],
      [['a/b~c'], 6, 'demo.inc'],
    ],
  },
  'record whose only key is empty': { make: async () => ({ '': await decrease(6) }), at: [[[''], 5, 'demo.decrease']] },
  'record with numbers as long as keys may be': {
    make: async () => ({ '12345678901234567890': await inc(1), '9007199254740993': await decrease(1) }),
    at: [
      [['12345678901234567890'], 2, 'demo.inc'],
      [['9007199254740993'], 0, 'demo.decrease'],
    ],
  },
  // The items of a set are where they stand when sorted: 2, 5, 9.
  set: {
    make: async () => new Set([await inc(8), await decrease(3), await inc(4)]),
    at: [
      [[0], 2, 'demo.decrease'],
      [[1], 5, 'demo.inc'],
      [[2], 9, 'demo.inc'],
    ],
  },
  'sets in sets': {
    make: async () => ({ s: new Set([new Set([await inc(8), await decrease(3)]), 1]) }),
    at: [
      [['s', 1, 0], 2, 'demo.decrease'],
      [['s', 1, 1], 9, 'demo.inc'],
    ],
  },
  'map by text': {
    make: async () =>
      new Map([
        ['b', await inc(1)],
        ['a', await decrease(1)],
        ['#0', await inc(7)],
      ]),
    at: [
      [['b'], 2, 'demo.inc'],
      [['a'], 0, 'demo.decrease'],
    ],
  },
  'map by text that reads as numbers': {
    make: async () =>
      new Map([
        ['10', await inc(1)],
        ['9', await decrease(1)],
        ['1.5', await inc(2)],
      ]),
    at: [
      [['10'], 2, 'demo.inc'],
      [['9'], 0, 'demo.decrease'],
      [['1.5'], 3, 'demo.inc'],
    ],
  },
  'map by numbers': {
    make: async () =>
      new Map([
        [10, await inc(1)],
        [9, await decrease(1)],
        [-1.5, await inc(2)],
      ]),
    at: [
      [[10], 2, 'demo.inc'],
      [[9], 0, 'demo.decrease'],
    ],
  },
  'map by values': {
    make: async () =>
      new Map<unknown, unknown>([
        [{ a: 2 }, await inc(1)],
        [{ a: 1 }, await decrease(1)],
        [true, 7],
      ]),
    at: [
      [['#1'], 0, 'demo.decrease'],
      [['#2'], 2, 'demo.inc'],
    ],
  },
  'map by both 1 and "1"': {
    make: async () =>
      new Map<unknown, unknown>([
        ['1', await decrease(1)],
        [1, await inc(1)],
      ]),
    at: [
      [['#0'], 2, 'demo.inc'],
      [['#1'], 0, 'demo.decrease'],
    ],
  },
}

async function inFolder(use: (open: () => Promise<Store>) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-refs-'))
  try {
    await use(() => createStore(folder))
  } finally {
    await rm(folder, { recursive: true })
  }
}

const opOf = async (store: Store, ref: Ref): Promise<string | undefined> =>
  ref.history && ((await store.call(ref.history.call)) as CallRecord).op

for (const [name, { make, at }] of Object.entries(shapes))
  test(`refs in a ${name} keep their own history, also when they come from the store`, () =>
    inFolder(async (open) => {
      let computed = 0
      const whole = op('demo.whole', async () => {
        computed++
        return make()
      })
      const sizes = op('demo.sizes', (value: unknown) => typeof value)
      const seen: unknown[] = []
      for (const turn of ['computed', 'from the store']) {
        await using store = await open()
        await store.run(async () => {
          const ref = (await whole()) as Ref
          assert.equal(await opOf(store, ref), 'demo.whole', turn)
          for (const [path, value, madeBy] of at) {
            const item = await ref.at(...path)
            assert.equal(await item.value(), value, `${turn}: ${JSON.stringify(path)}`)
            assert.equal(await opOf(store, item), madeBy, `${turn}: ${JSON.stringify(path)}`)
          }
          // As an input they are one call with one history, wherever they come from.
          const used = (await sizes(ref)) as Ref
          seen.push([await ref.value(), used.history?.call])
        })
        const { ok, problems } = await store.verify()
        assert.ok(ok, problems.join('\n'))
      }
      assert.equal(computed, 1)
      assert.deepEqual(seen[0], seen[1])
    }))

test('sets with the same items are the same input, whichever was put in first', async () => {
  const size = op('demo.size', (items: Set<number>) => items.size)
  const names: string[] = []
  await using store = await createStore()
  await store.run(async () => {
    const [a, b] = [await inc(1), await decrease(9)]
    for (const items of [
      [a, b],
      [b, a],
    ])
      names.push(((await size(new Set(items as never) as never)) as Ref).history!.call)
  })
  assert.equal(names[0], names[1])
})

test('values deeper than the limit cannot be built up from refs', async () => {
  const wrap = op('demo.wrap', async (value: unknown) => [[[[[[[[[[value]]]]]]]]]])
  await using store = await createStore()
  await store.run(async () => {
    let ref = (await inc(1)) as Ref
    await assert.rejects(
      async () => {
        for (let turn = 0; turn < 60; turn++) ref = (await wrap(ref)) as Ref
      },
      { code: 'CALL_OUTPUT_INVALID', message: /nested more than 512 levels deep/ },
    )
  })
})

test('graphs with cycles are refused at once, with the path', async () => {
  const take = op('demo.take', (value: unknown) => typeof value)
  // Neighbours that know each other: the ways through them are without number.
  const nodes = Array.from({ length: 60 }, (_, n): Record<string, unknown> => ({ n }))
  for (const [n, node] of nodes.entries()) Object.assign(node, { next: nodes[n + 1], previous: nodes[n - 1] })
  await using store = await createStore()
  await store.run(async () => {
    await assert.rejects(async () => take(nodes[0]), {
      code: 'VALUE_CYCLE',
      message: /^The value at \$(\.next)+\.previous contains itself/,
    })
  })
})
