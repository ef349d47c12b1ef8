import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { any, blob, createStore, type Op, op, type Ref } from '../index.ts'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'colophon-invoke-'))
  folders.push(made)
  return made
}
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

describe('calls that wait for each other', () => {
  const step = (name: string, next: () => Op<[n: number], Ref<number>>): Op<[n: number], Ref<number>> =>
    op(name, async (n: number) => {
      await sleep(2)
      return next()(n)
    }) as never

  it('fail instead of waiting for ever', async () => {
    await using store = await createStore()
    const a = step('a', () => b)
    const b = step('b', () => c)
    const c = step('c', () => a)
    const all = await store.run(() => Promise.allSettled([a(1), b(1), c(1)]))
    for (const one of all) assert.equal(one.status === 'rejected' && one.reason.code, 'CALL_RECURSION')
  })

  it('are told from calls that only wait for the same one', async () => {
    await using store = await createStore()
    const shared = op('shared', async (n: number) => {
      await sleep(10)
      return n
    })
    const one = step('one', () => shared as never)
    const two = step('two', () => one)
    const three = step('three', () => shared as never)
    const all = await store.run(() => Promise.all([two(1), one(1), three(1), shared(1), two(1)]))
    assert.deepEqual(await Promise.all(all.map((ref) => ref.value())), [1, 1, 1, 1, 1])
  })
})

describe('a result whose object', () => {
  const objects = (path: string): string[] =>
    readdirSync(join(path, 'objects'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))

  it('was cut short is never read as if it were whole', async () => {
    const path = folder()
    const made = op({
      name: 'made',
      inputs: { size: any<number>() },
      outputs: { file: blob() },
      run: ({ size }) => ({ file: new Uint8Array(size).fill(7) }),
    })
    {
      await using store = await createStore(path)
      await store.run(() => made({ size: 300_000 }))
    }
    for (const object of objects(path)) truncateSync(object, statSync(object).size / 2)
    await using store = await createStore(path)
    const { file } = await store.run(() => made({ size: 300_000 }))
    const corrupt = { code: 'VALUE_CORRUPT' }
    await assert.rejects(file.bytes(), corrupt)
    await assert.rejects(Array.fromAsync(file.stream()), corrupt)
    await assert.rejects(Array.fromAsync(file.stream({ start: 149_000, end: 151_000 })), corrupt)
    await assert.rejects(file.saveTo(join(path, 'out')), corrupt)
    assert.equal((await Array.fromAsync(file.stream({ start: 10, end: 20 })))[0]!.length, 10)
    assert.equal(readdirSync(path).includes('out'), false)
  })

  it('is gone is not made anew by acting on the world a second time', async () => {
    const path = folder()
    let runs = 0
    const buy = op(
      'buy',
      (size: number) => {
        runs++
        return 'x'.repeat(size)
      },
      { effect: 'external' },
    )
    {
      await using store = await createStore(path)
      await store.run(() => buy(100_000))
    }
    for (const object of objects(path)) rmSync(object)
    await using store = await createStore(path)
    const ref = await store.run(() => buy(100_000))
    await assert.rejects(ref.value(), { code: 'STORE_OBJECT_MISSING' })
    assert.equal(runs, 1)
  })
})
