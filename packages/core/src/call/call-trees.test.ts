import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import {
  any,
  createStore,
  json,
  list,
  op,
  type Ref,
  type StepEvent,
  type Store,
  type StoreOptions,
  unkeyed,
} from '../index.ts'
import { encode } from '../value/encoding.ts'

/** A call to be made: its own input, and the calls that it makes in turn. */
interface Node {
  readonly kind: 'plain' | 'full'
  readonly value: unknown
  readonly width: number
  /** How it makes the inner calls, and whether it hands on their refs or their values. */
  readonly way: 'one by one' | 'at once'
  readonly give: 'refs' | 'values'
  readonly children: readonly Node[]
}

const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }) },
  fc.constantFrom<unknown>(undefined, null, -0, Number.NaN, 7n, '', 'x'.repeat(100), new Date(0), new Uint8Array(5)),
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(fc.nat(3), { maxLength: 3 }).map((items) => new Set(items)),
  fc.uint8Array({ minLength: 60, maxLength: 3000 }),
)

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    kind: fc.constantFrom('plain', 'full'),
    value,
    width: fc.constantFrom(1, 1, 2),
    way: fc.constantFrom('one by one', 'at once'),
    give: fc.constantFrom('refs', 'values'),
    children: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'calls' },
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 4, arbitrary: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) },
    ),
  }),
}))

/** Ops that call each other as a tree says, and how often each was computed. */
function treeOps() {
  const computed: string[] = []
  const start = (op: string, given: unknown): void => {
    computed.push(`${op} ${Buffer.from(encode(given)).toString('base64')}`)
  }
  const plain = op('tree.plain', async (node: Node) => {
    start('plain', node)
    return { value: node.value, inner: await inner(node) }
  })
  const full = op({
    name: 'tree.full',
    inputs: { node: any<Node>() },
    params: z.object({ width: z.number().default(1), threads: unkeyed(z.number().default(1)) }),
    outputs: { whole: json(z.any()), parts: list(any()) },
    async run({ node, width }) {
      start('full', [node, width])
      return { whole: [width, node.value], parts: (await inner(node)) as unknown[] }
    },
  })
  const use = op('tree.use', (results: unknown) => {
    start('use', results)
    return typeof results
  })

  /** Everything that a call gave, as one plain value. */
  const call = async (node: Node): Promise<Ref[]> => {
    if (node.kind === 'plain') return [(await plain(node as never)) as Ref]
    const { whole, parts } = await full({ node: node as never, width: node.width, threads: computed.length })
    return [whole, parts] as Ref[]
  }
  const inner = async (node: Node): Promise<unknown[]> => {
    const results: unknown[] = []
    const add = async (child: Node): Promise<void> => {
      for (const ref of await call(child)) results.push(node.give === 'refs' ? ref : await ref.value())
    }
    if (node.way === 'at once') await Promise.all(node.children.map(add))
    else for (const child of node.children) await add(child)
    // What ends first is no matter of the inputs.
    const ordered = node.way === 'at once' ? results.length : results
    await use(ordered)
    return node.way === 'at once' ? [results.length] : results
  }
  const everyNode = (node: Node): Node[] => [node, ...node.children.flatMap(everyNode)]
  const valuesOf = async (node: Node): Promise<unknown[]> => {
    const refs = await call(node)
    return Promise.all(refs.map((ref) => ref.value()))
  }
  return { computed, everyNode, valuesOf }
}

async function check(tree: Node, open: () => Promise<Store>, reopen: boolean): Promise<void> {
  const { computed, everyNode, valuesOf } = treeOps()
  let store = await open()
  try {
    const first = await store.run(() => valuesOf(tree))
    const count = computed.length
    assert.ok(count >= 2)
    assert.equal(new Set(computed).size, count, 'the same call was computed twice')
    if (reopen) {
      await store.close()
      store = await open()
    }
    const steps: StepEvent[] = []
    const onStep = (step: StepEvent): void => void steps.push(step)
    const second = await store.run(() => valuesOf(tree), { onStep, newCalls: false })
    assert.deepEqual(encode(second), encode(first))
    // Not only the outermost call: each one in the tree, asked for itself.
    await store.run(async () => Promise.all(everyNode(tree).map(valuesOf)), { onStep, newCalls: false })
    assert.equal(computed.length, count, 'something was computed again')
    assert.deepEqual([...new Set(steps.map(({ state }) => state))], ['cached'])
    const { ok, problems } = await store.verify()
    assert.ok(ok, problems.join('\n'))
  } finally {
    await store.close()
  }
}

const runs = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: 60_000 })

for (const commit of ['call', 'group'] as const) {
  test(`any tree of calls run twice computes nothing the second time: in memory, commit ${commit}`, () =>
    fc.assert(
      fc.asyncProperty(node, (tree) => check(tree, () => createStore({ commit }), false)),
      runs(50),
    ))

  for (const writer of ['inline', 'thread'] as const)
    test(`any tree of calls run twice computes nothing the second time: on disk, commit ${commit}, writer ${writer}`, () =>
      fc.assert(
        fc.asyncProperty(node, fc.boolean(), async (tree, reopen) => {
          const path = await mkdtemp(join(tmpdir(), 'colophon-trees-'))
          const options: StoreOptions = { path, commit, writer }
          try {
            await check(tree, () => createStore(options), reopen)
          } finally {
            await rm(path, { recursive: true })
          }
        }),
        runs(15),
      ))
}

test('a store with hardly any memory computes nothing twice either', () =>
  fc.assert(
    fc.asyncProperty(node, (tree) => check(tree, () => createStore({ cacheBytes: 1000 }), false)),
    runs(30),
  ))
