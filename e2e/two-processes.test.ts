import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createStore, op, type StoreOptions, unwrap } from '@colophon/core'
import { type Ended, lastLine, start } from './support/child.ts'
import { look } from './support/eye.ts'
import type { Race, Raced } from './support/race-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'colophon-processes-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const keys = 500

/** Starts the same program several times, lets all begin at once, and gives how they ended. */
async function atOnce(program: string, count: number, plan: { readonly go: string }): Promise<Ended[]> {
  const children = Array.from({ length: count }, () => start(program, plan))
  await Promise.all(children.map(({ process, ended }) => Promise.race([once(process.stdout!, 'data'), ended])))
  writeFileSync(plan.go, '')
  const all = await Promise.all(children.map(({ ended }) => ended))
  for (const { code, stderr } of all) assert.equal(code, 0, stderr)
  return all
}

/** Lets processes make the same calls, and gives what each of them got. */
async function race(name: string, count: number, options: StoreOptions): Promise<Raced[]> {
  const path = join(folder, name)
  const plan: Race = { store: { ...options, path }, keys, go: `${path}.go` }
  return (await atOnce('race-program.ts', count, plan)).map((ended) => lastLine<Raced>(ended))
}

/** One result for each key, all of it whole, and a later process gets just those. */
async function settled(name: string): Promise<readonly string[]> {
  const path = join(folder, name)
  assert.deepEqual(look(path).problems, [])
  const store = await createStore(path)
  const { ok, problems, results } = await store.verify()
  assert.deepEqual([ok, problems], [true, []])
  const { ops } = await store.stats()
  await store.close()
  const of = (op: string): number => ops.find((found) => found.name === op)?.calls ?? 0
  assert.equal(of('long') + of('media'), keys / 5)
  const nested = Array.from({ length: keys }, (_, n) => n).filter((n) => n % 5 !== 0 && n % 3 === 0)
  assert.equal(of('nested'), nested.length)
  assert.equal(results, keys + nested.length + (7 - new Set(onlyShort.filter((n) => n < 7)).size))
  const [later] = await race(name, 1, {})
  assert.equal(later!.executed, 0)
  return later!.hashes
}

const onlyShort = Array.from({ length: keys }, (_, n) => n).filter((n) => n % 5 !== 0 && n % 3 !== 0)

describe('processes that make the same calls at once', () => {
  for (const [count, writer] of [
    [2, 'inline'],
    [8, 'inline'],
    [4, 'thread'],
  ] as const)
    it(`get the same values, ${count} of them (${writer})`, async () => {
      const name = `call-${count}-${writer}`
      const raced = await race(name, count, { commit: 'call', writer })
      const stored = await settled(name)
      for (const { hashes, again } of raced) assert.deepEqual([hashes, again], [stored, stored])
    })

  it('agree on what is stored when they commit in groups', async () => {
    const raced = await race('group', 4, { commit: 'group' })
    const stored = await settled('group')
    // What a call returned before it was committed may have come second; from then on the stored value is given.
    for (const { again } of raced) assert.deepEqual(again, stored)
  })
})

it('processes make, open and close the same stores at once', async () => {
  const paths = Array.from({ length: 40 }, (_, n) => join(folder, `made-${n}`))
  await atOnce('open-program.ts', 6, { paths, go: join(folder, 'made.go') } as { go: string })
  for (const path of paths) assert.deepEqual(look(path).problems, [])
})

describe('a result known by its content', () => {
  it('answers in a new process, and for inputs of another history', async () => {
    const path = join(folder, 'content')
    let runs = 0
    const opsOf = () => ({
      // Declared anew for each store, as by another process.
      double: op('double', (n: number) => {
        runs++
        return { twice: n * 2 }
      }),
      three: op('three', () => 3),
      four: op('four', (n: number) => n - 1),
    })
    {
      const { double, three } = opsOf()
      await using store = await createStore(path)
      assert.deepEqual(await store.run(async () => unwrap(double(three()))), { twice: 6 })
    }
    {
      const { double, three, four } = opsOf()
      await using store = await createStore(path)
      for (const input of [() => 3, three, () => four(4)])
        assert.deepEqual(await store.run(async () => unwrap(double(input()))), { twice: 6 })
      assert.deepEqual((await store.verify()).problems, [])
      assert.equal((await store.stats()).ops.find(({ name }) => name === 'double')!.calls, 3)
    }
    assert.equal(runs, 1)
  })
})
