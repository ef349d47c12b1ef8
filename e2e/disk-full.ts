/**
 * Fills a small disk under a store, at every place where the store writes, and looks at what that does.
 *
 *   node e2e/disk-full.ts [--json]
 *
 * Whatever was being written: the error is STORE_DISK_FULL, nothing half-written stays, what was stored before still answers, the
 * store verifies, and when there is room again it works on, in this process and in a new one. Needs Linux and leave to mount a tmpfs
 * (root, or user namespaces).
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ColophonError, createStore, file, op, type Ref, type Store, type StoreOptions, unwrap } from '@colophon/core'
import { lastLine, start } from './support/child.ts'
import { look, scratchFiles } from './support/eye.ts'
import { lines, link, media, record, size, streamed, whole } from './support/ops.ts'
import { smallDisk } from './support/small-disk.ts'
import { table } from './support/table.ts'

const MiB = 2 ** 20
const { values: flags } = parseArgs({ options: { json: { type: 'boolean' } } })
const say = flags.json ? console.error : console.log
const disk = smallDisk()
if (!disk) {
  const must = process.env.CI === 'true' && process.getuid?.() === 0
  console.error(`${must ? 'Failed' : 'Skipped'}: no small disk can be mounted here, and /dev/shm is not a small one.`)
  process.exit(must ? 1 : 0)
}

type Mode = Required<Pick<StoreOptions, 'commit' | 'writer'>>
const modes: readonly Mode[] = (['call', 'group'] as const).flatMap((commit) =>
  (['inline', 'thread'] as const).map((writer) => ({ commit, writer })),
)
const elsewhere = mkdtempSync(join(tmpdir(), 'colophon-disk-full-'))
const results: { check: string; mode: string; result: string }[] = []

interface Place extends Mode {
  readonly path: string
  readonly store: Store
}

/** What is said of a full disk names the place and what to do. */
async function full(doing: Promise<unknown>): Promise<void> {
  const error = await doing.then(
    () => assert.fail('it succeeded although the disk is full'),
    (thrown) => thrown,
  )
  assert.ok(error instanceof ColophonError, `not an error of ours: ${error}`)
  assert.equal(error.code, 'STORE_DISK_FULL', error.message)
  assert.match(
    error.message,
    /^There is no space left where the store writes \(\/.+\)\. Nothing half-written was kept\. Free some space and call again\.$/,
  )
}

/** Nothing half-written is there, by the store's own account and by another. */
async function intact({ store, path }: Pick<Place, 'store' | 'path'>): Promise<void> {
  for (let wait = 0; scratchFiles(path).length > 0 && wait < 50; wait++) await sleep(20)
  assert.deepEqual(scratchFiles(path), [], 'files were left in scratch')
  assert.deepEqual((await store.verify()).problems, [])
  assert.deepEqual(look(path).problems, [])
}

const stored = <T>(store: Store, fn: () => Promise<T>): Promise<T> => store.run(fn, { newCalls: false })

async function records(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) assert.equal((await unwrap(record(n))).n, n)
}

/** Makes calls until there is no room; gives how many are surely stored. */
async function untilFull({ store, commit }: Place, from: number): Promise<number> {
  let done = from
  await full(
    (async () => {
      // In a group, what was called since the last run ended may be lost.
      const group = commit === 'call' ? 1 : 50
      for (; done < from + 100_000; done += group) await store.run(() => records(done, done + group))
    })(),
  )
  return done
}

async function check(name: string, mode: Mode, body: (place: Place) => Promise<void>): Promise<void> {
  const path = join(disk!.path, 'store')
  const label = `${mode.commit}, ${mode.writer}`
  try {
    const store = await createStore({ path, ...mode })
    try {
      await withinTime(body({ path, store, ...mode }))
    } finally {
      await store.close().catch(() => undefined)
    }
    results.push({ check: name, mode: label, result: 'ok' })
  } catch (error) {
    results.push({
      check: name,
      mode: label,
      result: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  } finally {
    for (const left of readdirSync(disk!.path)) rmSync(join(disk!.path, left), { recursive: true })
  }
}

function withinTime(work: Promise<void>): Promise<void> {
  const late = sleep(60_000, undefined, { ref: false }).then(() => assert.fail('it hangs'))
  return Promise.race([work, late])
}

for (const mode of modes) {
  await check('a blob put into the store', mode, async (place) => {
    const { store } = place
    await store.run(() => records(0, 20))
    const free = disk.free
    await full(store.put(streamed(1, 20 * MiB)))
    await full(store.put(whole(2, 20 * MiB)))
    writeFileSync(join(elsewhere, 'big.bin'), whole(3, 20 * MiB))
    await full(store.put(file(join(elsewhere, 'big.bin'))))
    await full(store.run(() => size({ media: file(join(elsewhere, 'big.bin')) })))
    await intact(place)
    assert.ok(disk.free > free - MiB, 'the space is not given back')
    await stored(store, () => records(0, 20))
    assert.equal((await (await store.put(streamed(1, MiB))).bytes()).length, MiB)
  })

  await check('the output of an op', mode, async (place) => {
    const { store } = place
    await store.run(() => records(0, 20))
    for (const way of ['bytes', 'stream'] as const) await full(store.run(() => media({ seed: 4, size: 20 * MiB, way })))
    await full(store.run(() => lines(5, 20 * MiB)))
    // Here it is the op's own code that finds the disk full.
    await assert.rejects(
      store.run(() => media({ seed: 4, size: 20 * MiB, way: 'file' })),
      { code: 'OP_FAILED', message: /no space left on device/ },
    )
    await intact(place)
    await stored(store, () => records(0, 20))
    const ballast = disk.fillUpTo(9 * MiB)
    const made = async (way: 'bytes' | 'stream' | 'file') =>
      (await media({ seed: 6, size: 4 * MiB, way })).media.bytes()
    // The same bytes are stored once, however they come.
    for (const way of ['bytes', 'stream'] as const) assert.equal((await store.run(() => made(way))).length, 4 * MiB)
    ballast.remove()
    assert.equal((await store.run(() => made('file'))).length, 4 * MiB)
    await intact(place)
  })

  await check('rows', mode, async (place) => {
    const { store, path } = place
    const ballast = disk.fillUpTo(3 * MiB)
    const done = await untilFull(place, 0)
    assert.ok(done > 10, `only ${done} calls went in`)
    await intact(place)
    await stored(store, () => records(0, done))
    // Another one that opens it now can read as well.
    const other = await createStore(path)
    await stored(other, () => records(0, done))
    await other.close()
    ballast.remove()
    await store.run(() => records(0, done + 50))
    await intact(place)
    const ended = await start('count-program.ts', { path, from: 0, known: done + 50, make: 50 }).ended
    assert.equal(ended.code, 0, ended.stderr)
    assert.deepEqual(lastLine(ended), { ok: true, problems: [] })
    await stored(store, () => records(0, done + 100))
  })

  await check('rows that no checkpoint can make room for', mode, async (place) => {
    const { store, path } = place
    await store.run(() => records(0, 20))
    const ballast = disk.fillUpTo(3 * MiB)
    // A reader that looks at an old state keeps the log from starting over.
    const reader = new DatabaseSync(join(path, 'colophon.sqlite'), { readOnly: true })
    reader.exec('begin')
    reader.prepare('select count(*) from result').get()
    const done = await untilFull(place, 20)
    assert.deepEqual((await store.verify()).problems, [])
    await stored(store, () => records(0, done))
    reader.exec('rollback')
    reader.close()
    ballast.remove()
    await store.run(() => records(done, done + 20))
    await intact(place)
  })

  await check('rows that others are made from', mode, async (place) => {
    const { store } = place
    const ballast = disk.fillUpTo(3 * MiB)
    let last: Ref<{ n: number; text: string }> | undefined
    let made = 0
    const more = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        last = (await link(last ?? null, made)) as Ref<{ n: number; text: string }>
        made++
      }
    }
    await full(
      (async () => {
        for (let run = 0; run < 1000; run++) await store.run(() => more(50))
      })(),
    )
    ballast.remove()
    // The ref in hand is of a call that may never have been stored; what is made of it must not be stored without.
    await store.run(() => more(10))
    await intact(place)
    assert.equal((await last!.value()).n, made - 1)
  })

  await check('many runs at once, of which some find room', mode, async (place) => {
    const { store } = place
    const ballast = disk.fillUpTo(2 * MiB)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, run) => store.run(() => records(run * 100, run * 100 + 100))),
    )
    for (const outcome of outcomes) if (outcome.status === 'rejected') await full(Promise.reject(outcome.reason))
    assert.ok(outcomes.some(({ status }) => status === 'rejected'))
    await intact(place)
    for (const [run, { status }] of outcomes.entries())
      if (status === 'fulfilled') await stored(store, () => records(run * 100, run * 100 + 100))
    ballast.remove()
    await store.run(() => records(0, 100))
    await intact(place)
  })

  await check('an op that acts on the world', mode, async (place) => {
    const { store } = place
    let paid = 0
    const pay = op('pay', (n: number) => ({ paid: ++paid, n, text: 'z'.repeat(50_000) }), {
      effect: 'external',
      repeatable: false,
    })
    const ballast = disk.fillUpTo(MiB)
    let n = 0
    await full(
      (async () => {
        for (; n < 1000; n++) await store.run(() => pay(n))
      })(),
    )
    ballast.remove()
    // Its effect took place and its result is not there, or it was not even begun: it must not be repeated unasked.
    const before = paid
    await store.run(() => pay(n)).catch((error) => assert.equal(error.code, 'EFFECT_UNCERTAIN'))
    if (before > n) assert.equal(paid, before, 'it was paid twice')
    await intact(place)
  })

  await check('opening', mode, async (place) => {
    const { store, path } = place
    await store.run(() => records(0, 100))
    const ballast = disk.fillUpTo(0)
    const fresh = join(disk.path, 'fresh')
    await full(createStore({ ...mode, path: fresh }))
    const again = await createStore({ ...mode, path })
    await stored(again, () => records(0, 100))
    await intact({ path, store: again })
    await again.close()
    await store.close()
    // What processes share beside the database cannot be made anew when there is no room for it.
    rmSync(join(path, 'colophon.sqlite-shm'), { force: true })
    const last = disk.fillUpTo(0)
    await full(
      createStore({ ...mode, path }).then(async (opened) => {
        await stored(opened, () => records(0, 100))
        await opened.close()
        throw new ColophonError('STORE_DISK_FULL', { path })
      }),
    )
    last.remove()
    ballast.remove()
    for (const folder of [fresh, path]) {
      const opened = await createStore({ ...mode, path: folder })
      await opened.run(() => records(0, 100))
      await intact({ path: folder, store: opened })
      await opened.close()
    }
  })
}

await check('saving a blob', { commit: 'call', writer: 'inline' }, async () => {
  const store = await createStore(join(elsewhere, 'store'))
  const blob = await store.put(streamed(7, 20 * MiB))
  const folder = join(disk.path, 'out')
  mkdirSync(folder)
  writeFileSync(join(folder, 'kept.bin'), 'as it was')
  await full(blob.saveTo(join(folder, 'new.bin')))
  await full(blob.saveTo(join(folder, 'kept.bin')))
  assert.deepEqual(readdirSync(folder), ['kept.bin'])
  assert.equal(readFileSync(join(folder, 'kept.bin'), 'utf8'), 'as it was')
  const small = await store.put(streamed(8, MiB))
  await small.saveTo(join(folder, 'new.bin'))
  assert.ok(existsSync(join(folder, 'new.bin')))
  await store.close()
})

rmSync(elsewhere, { recursive: true })
const bad = results.filter(({ result }) => result !== 'ok')
const names = [...new Set(results.map(({ check: name }) => name))]
const inMode = (name: string, { commit, writer }: Mode): string => {
  const found = results.find(({ check: checked, mode }) => checked === name && mode === `${commit}, ${writer}`)
  return !found ? '' : found.result === 'ok' ? 'ok' : 'FAILED'
}
say(
  table(
    names.map((name) => ({
      'disk full while writing': name,
      ...Object.fromEntries(modes.map((mode) => [`${mode.commit}, ${mode.writer}`, inMode(name, mode)])),
    })),
  ),
)
for (const { check: name, mode, result } of bad) say(`${name} (${mode}): ${result}`)
disk.release()
if (flags.json) console.log(JSON.stringify({ checks: results.length, failed: bad.length }))
process.exitCode = bad.length === 0 ? 0 : 1
