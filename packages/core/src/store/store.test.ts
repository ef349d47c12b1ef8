import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, it } from 'node:test'
import { BlobRef, createStore, file, op, type StoreOptions, unwrap } from '../index.ts'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'colophon-store-'))
  folders.push(made)
  return made
}
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

describe('blobs', () => {
  it('come from bytes, streams and files, and are the same when their bytes are', async () => {
    await using store = await createStore()
    const path = join(folder(), 'a.txt')
    writeFileSync(path, 'hello world')
    const stream = (async function* () {
      yield Buffer.from('hello ')
      yield Buffer.from('world')
    })()
    const all = [await store.put(Buffer.from('hello world')), await store.put(stream), await store.put(file(path))]
    assert.equal(new Set(all.map(({ hash }) => hash)).size, 1)
    assert.equal(all[0]!.size, 11)
    // SHA-256 of a domain and the bytes, as docs/encoding.md says.
    assert.equal(all[0]!.hash, createHash('sha256').update('colophon/blob/1\nhello world').digest('hex'))
  })

  it('are read whole, in part, or as a local file', async () => {
    await using store = await createStore()
    const blob = await store.put(Buffer.from('hello world'))
    assert.equal(Buffer.from(await blob.bytes()).toString(), 'hello world')
    assert.equal(readFileSync(await blob.path(), 'utf8'), 'hello world')
    const part: Uint8Array[] = []
    for await (const piece of blob.stream({ start: 2, end: 5 })) part.push(piece)
    assert.equal(Buffer.concat(part).toString(), 'llo')
    for (const range of [{ start: -1 }, { end: 12 }, { start: 5, end: 4 }, { start: Number.NaN }])
      assert.throws(() => blob.stream(range), { code: 'RANGE_INVALID' })
  })

  it('are saved whole or not at all', async () => {
    await using store = await createStore()
    const blob = await store.put(Buffer.from('hello world'))
    const path = join(folder(), 'out.txt')
    await blob.saveTo(path)
    assert.equal(readFileSync(path, 'utf8'), 'hello world')
    await blob.saveTo(path)
    await assert.rejects(blob.saveTo(join(path, 'x')), { code: 'FILE_NOT_WRITABLE', message: /its folder is a file/ })
    await assert.rejects(blob.saveTo(join(path, '..', 'no', 'x')), { message: /its folder does not exist/ })
    assert.deepEqual(readdirSync(join(path, '..')), ['out.txt'])
  })

  it('that cannot be had are refused by name', async () => {
    await using store = await createStore()
    const dir = folder()
    const empty = join(dir, 'empty')
    writeFileSync(empty, '')
    await assert.rejects(store.put(file(join(dir, 'none'))), { code: 'FILE_NOT_FOUND' })
    await assert.rejects(store.put(file(dir)), { code: 'FILE_IS_DIRECTORY' })
    await assert.rejects(store.put(file(empty)), { code: 'FILE_EMPTY' })
    await assert.rejects(store.put(5 as never), { code: 'CALL_INPUT_INVALID' })
    const locked = join(dir, 'locked')
    writeFileSync(locked, 'x')
    chmodSync(locked, 0)
    if (process.getuid?.() !== 0) await assert.rejects(store.put(file(locked)), { code: 'FILE_NOT_READABLE' })
  })
})

describe('values of every size', () => {
  it('come back as they were, from memory, from the database and from objects', async () => {
    const path = folder()
    const sizes = [0, 50, 61, 62, 63, 64, 5000, 65_000, 65_536, 70_000, 3_000_000]
    const make = () => op('text', (size: number) => ({ text: 'x'.repeat(size) }))
    for (const round of ['computed', 'cached']) {
      await using store = await createStore(path)
      const made = make()
      const states: string[] = []
      await store.run(
        async () => {
          for (const size of sizes) assert.equal((await unwrap(made(size))).text.length, size)
        },
        { onStep: ({ state }) => states.push(state) },
      )
      assert.deepEqual([...new Set(states)], [round])
      const report = await store.verify()
      assert.deepEqual([report.ok, report.objects], [true, 3])
    }
  })

  it('as inputs too, alone and inside others', async () => {
    await using store = await createStore()
    const big = 'y'.repeat(200_000)
    const make = op('make', () => big)
    const pair = op('pair', (x: { parts: string[] }) => x.parts.map((part) => part.length))
    await store.run(async () => {
      assert.deepEqual(await unwrap(pair({ parts: [big, 'z'] })), [200_000, 1])
      assert.deepEqual(await unwrap(pair({ parts: [await make(), await make()] })), [200_000, 200_000])
    })
    assert.equal((await store.verify()).ok, true)
  })
})

describe('tenants', () => {
  it('never see each other: results, blobs, calls and counts', async () => {
    let ran = 0
    const inc = op('inc', (x: number) => {
      ran++
      return x + 1
    })
    const size = op('size', (blob: BlobRef) => blob.size)
    await using store = await createStore({ path: folder(), tenant: 'a' })
    const ours = await store.run(() => inc(1))
    const theirs = await store.run(() => inc(1), { tenant: 'b' })
    assert.equal(ran, 2)
    assert.equal(ours.hash, theirs.hash)
    await assert.rejects(store.call(ours.history!.call, { tenant: 'c' }), { code: 'CALL_NOT_FOUND' })
    assert.equal((await store.stats({ tenant: 'b' })).calls, 1)
    assert.equal((await store.stats()).calls, 2)
    assert.equal((await store.runs({ tenant: 'b' })).length, 1)
    const blob = await store.put(Buffer.from('private'), { tenant: 'a' })
    const known = new BlobRef(blob.content, (await store.put(Buffer.from('x'), { tenant: 'b' })).home)
    await assert.rejects(known.bytes(), { code: 'STORE_OBJECT_MISSING' })
    // A ref handed over is taken in anew, as the other tenant's own.
    assert.equal(await store.run(() => unwrap(size(blob)), { tenant: 'b' }), 7)
    assert.equal((await store.verify()).ok, true)
  })
})

describe('every way of committing', () => {
  const ways: StoreOptions[] = [
    { commit: 'call' },
    { commit: 'group' },
    { commit: 'call', synchronous: 'full' },
    { commit: 'call', writer: 'thread' },
    { commit: 'group', writer: 'thread' },
    { commit: 'group', cacheBytes: 0 },
    { commit: 'group', writer: 'thread', cacheBytes: 0 },
  ]
  for (const way of ways)
    it(`${JSON.stringify(way)}: nested and concurrent calls are computed once, and all is there afterwards`, async () => {
      const path = folder()
      const ran: string[] = []
      const make = () => {
        const leaf = op('leaf', async (x: number) => {
          if (x % 3 === 0) await new Promise(setImmediate)
          ran.push(`leaf ${x}`)
          return { x, text: 'z'.repeat(x * 30) }
        })
        const node = op('node', async (x: number): Promise<number> => {
          ran.push(`node ${x}`)
          if (x === 0) return 0
          const parts = await Promise.all([leaf(x), leaf(x), leaf(x + 1)])
          return (await unwrap(again(x - 1))) + (await parts[2]!.value()).x
        })
        const again = (x: number) => node(x)
        return node
      }
      const first = await createStore({ path, ...way })
      const node = make()
      assert.equal(await first.run(() => unwrap(node(20))), 230)
      assert.equal(ran.length, 21 + 21)
      assert.equal(await first.run(() => unwrap(node(20))), 230)
      assert.equal(ran.length, 42)
      const stats = await first.stats()
      assert.deepEqual([stats.results, stats.runs], [42, 2])
      await first.close()
      await first.close()
      await using second = await createStore({ path, ...way })
      const nodeAgain = make()
      assert.equal(await second.run(() => unwrap(nodeAgain(21))), 252)
      assert.equal(ran.length, 44)
      assert.deepEqual((await second.verify()).problems, [])
    })
})

describe('memory', () => {
  it('holds no more calls than cacheBytes allows, and forgets none of them', async () => {
    const blocks = op('blocks', (x: number) => 'b'.repeat(1000 + x))
    await using store = await createStore({ path: folder(), cacheBytes: 100_000, commit: 'group' })
    for (let round = 0; round < 2; round++)
      await store.run(async () => {
        for (let i = 0; i < 500; i++) assert.equal((await unwrap(blocks(i))).length, 1000 + i)
      })
    assert.ok(store.cached.bytes <= 100_000)
    assert.ok(store.cached.calls > 10)
    const { ops } = await store.stats()
    assert.deepEqual([ops[0]?.computed, ops[0]?.cached], [500, 500])
  })
})

describe('a store that is not right', () => {
  const filled = async (): Promise<string> => {
    const path = folder()
    await using store = await createStore(path)
    const make = op('make', (size: number) => 'x'.repeat(size))
    await store.run(async () => {
      await make(10)
      await make(1000)
      await make(100_000)
    })
    return path
  }
  const objectsOf = (path: string): string[] =>
    readdirSync(join(path, 'objects'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  const each = (path: string, damage: (object: string) => void): void => {
    for (const object of objectsOf(path)) damage(object)
  }
  const change = (path: string, sql: string): void => {
    const db = new DatabaseSync(join(path, 'colophon.sqlite'))
    db.exec(sql)
    db.close()
  }

  it('is found out by verify: a missing, short or changed object, a changed value, a missing row', async () => {
    const damages: [RegExp, (path: string) => void][] = [
      [/its file is missing/, (path) => each(path, (object) => rmSync(object))],
      [/bytes instead of/, (path) => each(path, (object) => truncateSync(object, 10))],
      [/do not have this hash/, (path) => each(path, (object) => writeFileSync(object, readFileSync(object).fill(1)))],
      [
        /do not have this hash/,
        (path) => change(path, 'update value set body = zeroblob(size) where body is not null'),
      ],
      [/has no outputs/, (path) => change(path, 'delete from output where result = 1')],
      [/has no value/, (path) => change(path, 'delete from value')],
      [/has no call/, (path) => change(path, 'delete from call where id = 1')],
    ]
    for (const [problem, damage] of damages) {
      const path = await filled()
      damage(path)
      await using store = await createStore(path)
      const report = await store.verify()
      assert.equal(report.ok, false, `not found: ${problem}`)
      assert.match(report.problems.join('\n'), problem)
    }
  })

  it('gives an error and no wrong value when what is read is damaged', async () => {
    const path = await filled()
    each(path, (object) => truncateSync(object, 10))
    await using store = await createStore(path)
    const make = op('make', (size: number) => 'x'.repeat(size))
    await assert.rejects(
      store.run(() => unwrap(make(100_000))),
      { code: 'VALUE_CORRUPT' },
    )
  })

  it('makes lost results anew, and damaged ones after a repair', async () => {
    const path = await filled()
    for (const damage of ['lost', 'damaged']) {
      each(path, (object) => (damage === 'lost' ? rmSync(object) : writeFileSync(object, readFileSync(object).fill(1))))
      await using store = await createStore(path)
      const states: string[] = []
      const make = op('make', (size: number) => 'x'.repeat(size))
      const call = () => store.run(() => unwrap(make(100_000)), { onStep: ({ state }) => states.push(state) })
      if (damage === 'damaged') {
        await assert.rejects(call(), { code: 'VALUE_CORRUPT' })
        assert.equal((await store.verify({ repair: true })).ok, false)
        await using again = await createStore(path)
        const makeAgain = op('make', (size: number) => 'x'.repeat(size))
        assert.equal((await again.run(() => unwrap(makeAgain(100_000)))).length, 100_000)
      } else {
        assert.equal((await call()).length, 100_000)
        assert.deepEqual(states, ['computed'])
      }
      assert.deepEqual((await store.verify()).problems, [])
    }
  })

  it('is refused on opening: another file, another database, a newer format', async () => {
    await assert.rejects(createStore(''), { code: 'USAGE' })
    const text = folder()
    writeFileSync(
      join(text, 'colophon.sqlite'),
      'this is no database, only some text that is long enough to be read as one',
    )
    await assert.rejects(createStore(text), { code: 'STORE_NOT_A_STORE' })
    const other = folder()
    change(other, 'create table something (x)')
    await assert.rejects(createStore(other), { code: 'STORE_NOT_A_STORE' })
    const newer = folder()
    await (await createStore(newer)).close()
    change(newer, "update meta set value = 99 where name = 'format'")
    await assert.rejects(createStore(newer), { code: 'STORE_TOO_NEW', message: /has format 99/ })
    const inFile = join(folder(), 'file')
    writeFileSync(inFile, '')
    await assert.rejects(createStore(inFile), { code: 'STORE_NOT_A_STORE' })
  })

  it('that was closed says so', async () => {
    const inc = op('inc', (x: number) => x + 1)
    const store = await createStore()
    await store.close()
    await assert.rejects(
      store.run(() => inc(1)),
      { code: 'STORE_CLOSED' },
    )
    await assert.rejects(store.stats(), { code: 'STORE_CLOSED' })
  })
})

describe('what a store tells', () => {
  it('lists runs and their steps as a tree, in the order they began', async () => {
    const leaf = op('leaf', (x: number) => x)
    const node = op('node', async (x: number) => {
      await leaf(x)
      await leaf(x)
      return x
    })
    await using store = await createStore()
    await store.run(() => node(1), { label: 'first' })
    const [run] = await store.runs()
    assert.deepEqual([run?.label, run?.state, run?.steps], ['first', 'done', 3])
    const steps = await store.steps(run!.name)
    assert.deepEqual(
      steps.map(({ seq, parent, ordinal, op: name, state }) => [seq, parent, ordinal, name, state]),
      [
        [1, 0, 0, 'node', 'computed'],
        [2, 1, 0, 'leaf', 'computed'],
        [3, 1, 1, 'leaf', 'cached'],
      ],
    )
  })
})
