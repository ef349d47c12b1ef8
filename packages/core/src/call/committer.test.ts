import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ColophonError, createStore, op, type Ref, type StoreOptions, unwrap } from '../index.ts'
import type { Batch, Records } from '../store/records.ts'
import { Committer } from './committer.ts'

const folders: string[] = []
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

/** A store whose commits can be made to fail, and to succeed again. */
async function breakable(options: StoreOptions) {
  const path = mkdtempSync(join(tmpdir(), 'colophon-committer-'))
  folders.push(path)
  const store = await createStore({ ...options, path })
  // The writing thread has prepared its statements when it has committed something.
  await store.run(() => op('first', () => 0)())
  const other = new DatabaseSync(join(path, 'colophon.sqlite'))
  return {
    store,
    break: () => other.exec('alter table step rename to away'),
    mend: () => other.exec('alter table away rename to step'),
    close: async () => {
      other.close()
      await store.close()
    },
  }
}

for (const commit of ['call', 'group'] as const)
  for (const writer of ['inline', 'thread'] as const)
    describe(`a commit that fails (${commit}, ${writer})`, () => {
      it('fails the run, and the same call is computed again once commits succeed', async () => {
        const place = await breakable({ commit, writer })
        let runs = 0
        const count = op('count', (n: number) => {
          runs++
          return n
        })
        place.break()
        await assert.rejects(
          place.store.run(() => count(1)),
          { code: 'STORE_FAILED' },
        )
        place.mend()
        assert.equal(await place.store.run(async () => unwrap(count(1))), 1)
        assert.equal(runs, 2)
        assert.equal(await place.store.run(async () => unwrap(count(1))), 1)
        assert.equal(runs, 2)
        assert.equal((await place.store.verify()).ok, true)
        await place.close()
      })

      it('fails no other run that comes after it', async () => {
        const place = await breakable({ commit, writer })
        const same = op('same', (n: number) => n)
        const called = Promise.withResolvers<void>()
        const goOn = Promise.withResolvers<void>()
        place.break()
        const failing = place.store.run(async () => {
          await same(1).finally(called.resolve)
          await goOn.promise
        })
        const heard = assert.rejects(failing, { code: 'STORE_FAILED' })
        await called.promise
        await place.store.flush().catch(() => undefined)
        place.mend()
        assert.equal(await place.store.run(async () => unwrap(same(2))), 2)
        goOn.resolve()
        await heard
        await place.close()
      })
    })

it('a full disk fails nobody who only asked for what is stored, and their steps are written when there is room', async () => {
  let full = true
  const written: Batch[] = []
  const records = {
    commit: (batch: Batch) => {
      if (full) throw new ColophonError('STORE_DISK_FULL', { path: 'x' })
      written.push(batch)
      return batch.records.map(({ call }) => ({ call: call.id || 9, won: true }))
    },
  } as unknown as Records
  const committer = new Committer(records, () => undefined)
  const record = (id: number, commit?: object) =>
    ({ call: { seq: 1, id }, commit, step: { run: 'run' } }) as unknown as Parameters<Committer['add']>[0]
  committer.addRun({ name: 'run', tenant: 't', label: '', started: 1 })
  committer.add(record(7))
  committer.addRun({ name: 'run', tenant: 't', label: '', started: 1, ended: 2 })
  await committer.flush('run')
  committer.add(record(0, { inputs: [] }))
  await assert.rejects(committer.flush('run'), { code: 'STORE_DISK_FULL' })
  await assert.rejects(committer.commit(record(0, { inputs: [] })), { code: 'STORE_DISK_FULL' })
  full = false
  await committer.flush()
  assert.deepEqual(
    written.map((batch) => [batch.runs.length, batch.records.map(({ call }) => call.id)]),
    [[2, [7]]],
  )
})

it('a call made with a ref whose own commit failed is stored, and the lost call with it', async () => {
  for (const writer of ['inline', 'thread'] as const) {
    const place = await breakable({ commit: 'group', writer })
    const start = op('start', (n: number) => n)
    const next = op('next', (n: number) => n + 1)
    place.break()
    let ref: Ref<number> | undefined
    const chain = async () => {
      ref = await start(0)
      for (let link = 0; link < 5_000; link++) ref = await next(ref)
    }
    await assert.rejects(place.store.run(chain), { code: 'STORE_FAILED' })
    place.mend()
    assert.equal(await place.store.run(async () => unwrap(next(ref!))), 5_001)
    const { calls } = await place.store.stats()
    assert.equal(calls, 5_003)
    assert.deepEqual((await place.store.verify()).problems, [])
    await place.close()
  }
})

it('a call that ends after its run is stored, and harms no call that is stored with it', async () => {
  const place = await breakable({})
  const slow = op('slow', async (n: number) => {
    await sleep(n)
    return n
  })
  const bad = op('bad', () => {
    throw new Error('bad')
  })
  let late: Promise<Ref<number>> | undefined
  await assert.rejects(
    place.store.run(async () => {
      late = slow(30)
      await Promise.all([bad(), late])
    }),
    { code: 'OP_FAILED' },
  )
  assert.equal(await place.store.run(async () => unwrap(slow(31))), 31)
  assert.equal(await (await late!).value(), 30)
  assert.deepEqual((await place.store.verify()).problems, [])
  await place.close()
})
