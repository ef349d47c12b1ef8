import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { any, blob, createStore, op, unwrap } from '../index.ts'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'colophon-closing-'))
  folders.push(made)
  return made
}
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

for (const writer of ['inline', 'thread'] as const)
  for (const commit of ['call', 'group'] as const)
    describe(`closing a store (${writer}, ${commit})`, () => {
      it('ends calls that still run with STORE_CLOSED, and keeps those that had ended', async () => {
        const path = folder()
        const store = await createStore({ path, writer, commit })
        const slow = op('slow', async (n: number) => {
          await sleep(n)
          return n
        })
        const running = store.run(async () => {
          await slow(0)
          return unwrap(slow(100))
        })
        const closed = assert.rejects(running, { code: 'STORE_CLOSED' })
        await sleep(50)
        await store.close()
        await closed
        await assert.rejects(
          store.run(() => slow(1)),
          { code: 'STORE_CLOSED' },
        )
        await using again = await createStore(path)
        assert.equal(await again.run(async () => unwrap(slow(0)), { newCalls: false }), 0)
        assert.deepEqual((await again.verify()).problems, [])
      })

      it('twice at once is closing it once', async () => {
        const store = await createStore({ path: folder(), writer, commit })
        await Promise.all([store.close(), store.close()])
        await store.close()
      })
    })

describe('an output that never ends', () => {
  const endless = op({
    name: 'endless',
    inputs: { n: any<number>() },
    outputs: { media: blob() },
    run: async () => ({
      media: (async function* () {
        for (;;) {
          yield Buffer.alloc(1000)
          await sleep(5)
        }
      })(),
    }),
  })

  it('ends with the time of its call, its run, or by being given up, and leaves nothing', async () => {
    const path = folder()
    await using store = await createStore(path)
    await assert.rejects(
      store.run(() => endless.with({ timeoutMs: 30 })({ n: 1 })),
      { code: 'CALL_TIMEOUT' },
    )
    await assert.rejects(
      store.run(() => endless({ n: 2 }), { deadline: new Date(Date.now() + 30) }),
      { code: 'CALL_TIMEOUT' },
    )
    await assert.rejects(
      store.run(() => endless({ n: 3 }), { signal: AbortSignal.timeout(30) }),
      { code: 'CALL_CANCELLED' },
    )
    for (let wait = 0; readdirSync(join(path, 'scratch')).length > 0 && wait < 100; wait++) await sleep(10)
    assert.deepEqual(readdirSync(join(path, 'scratch')), [])
    assert.deepEqual((await store.verify()).problems, [])
  })

  it('given as an input ends with the run', async () => {
    await using store = await createStore()
    const size = op({
      name: 'size',
      inputs: { media: blob() },
      outputs: { size: any<number>() },
      run: ({ media }) => ({ size: media.size }),
    })
    const stream = (async function* () {
      for (;;) {
        yield Buffer.alloc(1000)
        await sleep(5)
      }
    })()
    await assert.rejects(
      store.run(() => size({ media: stream }), { signal: AbortSignal.timeout(30) }),
      { code: 'CALL_CANCELLED', message: '"size" was cancelled.' },
    )
  })
})

it('calls made while an output is streamed are steps below the call that streams it', async () => {
  await using store = await createStore()
  const part = op('part', (n: number) => `part ${n}, `)
  const whole = op({
    name: 'whole',
    outputs: { text: blob() },
    run: async () => ({
      text: (async function* () {
        for (const n of [1, 2]) yield Buffer.from(await unwrap(part(n)))
      })(),
    }),
  })
  const parents = new Map<string, number>()
  const { text } = await store.run(() => whole({}), { onStep: ({ op: name, parent }) => parents.set(name, parent) })
  assert.equal(Buffer.from(await text.bytes()).toString(), 'part 1, part 2, ')
  assert.deepEqual(Object.fromEntries(parents), { part: 1, whole: 0 })
})
