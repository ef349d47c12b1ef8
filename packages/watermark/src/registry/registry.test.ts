import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { existsSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import type { Entry, MarkPayload, NewEntry } from './entry.ts'
import { Registry } from './registry.ts'
import { folderFor } from './testing/folder.ts'

const writer = join(import.meta.dirname, 'testing/writer.ts')
const id = (value: number | bigint, bits: 32 | 64 | 96 | 128 = 64): MarkPayload => ({
  kind: 'id',
  id: BigInt(value),
  bits,
})
const hash = (digit: string): string => digit.repeat(64)

const opened = async (t: TestContext, folder = ':memory:'): Promise<Registry> => {
  const registry = await Registry.open(folder)
  t.after(() => registry.close())
  return registry
}

describe('the registry', () => {
  test('says of a payload what was registered for it', async (t) => {
    const registry = await opened(t)
    const time = new Date('2026-01-02T03:04:05.678Z')
    const fingerprint = Uint8Array.of(1, 2, 3)
    const copy = { content: hash('a'), media: 'image', call: hash('c'), fingerprint }
    const entry: NewEntry = { payload: id(7), message: 'hello', recipient: 'ann', time, copy }
    assert.deepEqual(registry.register('default', entry), { row: 1, added: true, copyAdded: true })
    const found = registry.find('default', id(7))
    const copies = [{ ...copy, time }]
    const { payload, message, recipient } = entry
    assert.deepEqual(found, { row: 1, payload, message, recipient, source: 'embedded', time, copies })
    assert.deepEqual(registry.entry('default', 1), found)
    assert.deepEqual(registry.findCopy('default', hash('a')), [found])
  })

  test('takes the same entry twice as once, and adds copies to a known mark', async (t) => {
    const registry = await opened(t)
    const entry = (content: string): NewEntry => ({
      payload: id(7),
      message: 'hello',
      copy: { content, media: 'image' },
    })
    registry.register('default', entry(hash('a')))
    assert.deepEqual(registry.register('default', entry(hash('a'))), { row: 1, added: false, copyAdded: false })
    assert.deepEqual(registry.register('default', entry(hash('b'))), { row: 1, added: false, copyAdded: true })
    assert.deepEqual(
      registry.find('default', id(7))?.copies.map(({ content }) => content),
      [hash('a'), hash('b')],
    )
    assert.equal(registry.count('default'), 1)
  })

  test('refuses a second message for a payload, and keeps nothing of it', async (t) => {
    const registry = await opened(t)
    registry.register('default', { payload: id(7), message: 'hello' })
    const other = { payload: id(7), message: 'goodbye', recipient: 'bob', copy: { content: hash('a'), media: 'image' } }
    assert.throws(() => registry.register('default', other), {
      code: 'WATERMARK_REGISTRY_CONFLICT',
      message:
        'The payload 00000-00000-007QZ is registered for "hello" and cannot stand for "goodbye" (to "bob") as well. Hide another id, or one of more bits.',
    })
    assert.throws(() => registry.register('default', { payload: id(7), message: 'hello', recipient: 'bob' }), {
      code: 'WATERMARK_REGISTRY_CONFLICT',
    })
    assert.equal(registry.find('default', id(7))?.message, 'hello')
    assert.deepEqual(registry.findCopy('default', hash('a')), [])
  })

  test('lets a mark without a message have one later, and then no other', async (t) => {
    const registry = await opened(t)
    const time = new Date('2026-01-02')
    registry.register('default', { payload: id(7), message: '', time })
    registry.register('default', { payload: id(7), message: 'hello', recipient: 'ann' })
    const found = registry.find('default', id(7))
    assert.deepEqual([found?.row, found?.message, found?.recipient, found?.time], [1, 'hello', 'ann', time])
    assert.throws(() => registry.register('default', { payload: id(7), message: '' }), {
      code: 'WATERMARK_REGISTRY_CONFLICT',
    })
    assert.equal(registry.verify().ok, true)
  })

  test('keeps tenants, kinds and sizes of payloads apart', async (t) => {
    const registry = await opened(t)
    const payloads: MarkPayload[] = [
      id(7, 32),
      id(7, 64),
      id(7, 96),
      id(7, 128),
      { kind: 'text', text: '\0\0\0\u0007' },
    ]
    for (const [i, payload] of payloads.entries()) registry.register('ann', { payload, message: `m${i}` })
    registry.register('bob', { payload: id(7), message: 'of bob', copy: { content: hash('a'), media: 'image' } })
    assert.deepEqual(
      payloads.map((payload) => registry.find('ann', payload)?.message),
      ['m0', 'm1', 'm2', 'm3', 'm4'],
    )
    assert.equal(registry.find('bob', id(7))?.message, 'of bob')
    assert.equal(registry.find('bob', id(7, 32)), undefined)
    assert.deepEqual(registry.findCopy('ann', hash('a')), [])
    assert.equal(registry.entry('ann', 6), undefined)
  })

  test('gives back any text and time as it was', async (t) => {
    const registry = await opened(t)
    let next = 0n
    const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    const text = fc.string({
      unit: fc.constantFrom('a', '\0', '😀', 'é', 'e\u0301', '\ufeff', '\n', '"', "'", '\u{10ffff}', '你', '\ufffd'),
    })
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), time, (message, recipient, time) => {
        const payload = id(next++)
        registry.register('default', { payload, message, recipient, time })
        const found = registry.find('default', payload)
        assert.deepEqual([found?.message, found?.recipient, found?.time], [message, recipient, time])
      }),
    )
  })

  test('behaves as a table in memory would, whatever is registered in whatever order', async () => {
    const given = fc.record({
      tenant: fc.constantFrom('ann', 'bob'),
      payload: fc.oneof(
        fc.integer({ min: 0, max: 4 }).map((n) => id(n)),
        fc.constantFrom<MarkPayload>({ kind: 'text', text: '' }, { kind: 'text', text: 'a' }),
      ),
      message: fc.constantFrom('x', 'y'),
      content: fc.constantFrom(hash('a'), hash('b')),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 30 }), async (all) => {
        using registry = await Registry.open(':memory:')
        const model = new Map<string, { message: string; copies: Set<string> }>()
        for (const { tenant, payload, message, content } of all) {
          const key = `${tenant} ${payload.kind} ${payload.kind === 'id' ? payload.id : payload.text}`
          const known = model.get(key)
          const register = () => registry.register(tenant, { payload, message, copy: { content, media: 'image' } })
          if (known && known.message !== message) assert.throws(register, { code: 'WATERMARK_REGISTRY_CONFLICT' })
          else {
            assert.equal(register().added, !known)
            model.set(key, { message, copies: new Set([...(known?.copies ?? []), content]) })
          }
          const found = registry.find(tenant, payload) as Entry
          const { message: kept, copies } = model.get(key)!
          assert.equal(found.message, kept)
          assert.deepEqual(new Set(found.copies.map((copy) => copy.content)), copies)
        }
        for (const tenant of ['ann', 'bob'])
          assert.equal(registry.count(tenant), [...model.keys()].filter((key) => key.startsWith(tenant)).length)
      }),
      { numRuns: 50 },
    )
  })

  test('lists entries in order of arrival, from any one on', async (t) => {
    const registry = await opened(t)
    const entries = Array.from({ length: 25 }, (_, i) => ({ payload: id(100 - i), message: `m${i}` }))
    registry.registerAll('default', entries, assert.ifError)
    const first = registry.list('default', { limit: 10 })
    const rest = registry.list('default', { after: first.at(-1)!.row })
    assert.deepEqual(
      [...first, ...rest].map(({ message }) => message),
      entries.map(({ message }) => message),
    )
  })

  test('refuses what is no entry, by reason', async (t) => {
    const registry = await opened(t)
    const reasons: [Partial<NewEntry>, RegExp][] = [
      [{ message: '\ud800' }, /its message has half of a surrogate pair/],
      [{ message: 'é'.repeat(40_000) }, /its message is 80000 bytes long, and 65536 are the most/],
      [{ recipient: '\udc00' }, /its recipient has half/],
      [{ payload: id(2n ** 64n) }, /its id does not fit in 64 bits/],
      [{ payload: id(-1) }, /its id does not fit/],
      [{ payload: id(1, 48 as 32) }, /an id has 32, 64, 96, 128 bits, not 48/],
      [{ time: new Date('never') }, /its time is no time/],
      [{ copy: { content: 'abc', media: 'image' } }, /content hash of its copy is not 64 hexadecimal digits/],
      [{ candidate: { key: 'k', bits: Uint8Array.of(0, 2), modality: 'text' } }, /its bits are not all 0 or 1/],
    ]
    for (const [part, message] of reasons) {
      const entry = { payload: id(1), message: 'hello', ...part }
      assert.throws(() => registry.register('default', entry), { code: 'WATERMARK_REGISTRY_ENTRY_INVALID', message })
    }
    assert.equal(registry.count('default'), 0)
  })

  test('of a store that has none is not made by asking', async (t) => {
    const folder = folderFor(t)
    assert.equal(await Registry.openExisting(folder), undefined)
    assert.equal(existsSync(join(folder, 'watermark.sqlite')), false)
    ;(await Registry.open(folder)).close()
    ;(await Registry.openExisting(folder))!.close()
  })
})

describe('a damaged registry', () => {
  const damagedRow = async (t: TestContext, change: string): Promise<Registry> => {
    const folder = folderFor(t)
    const registry = await opened(t, folder)
    const copy = { content: hash('a'), media: 'image', fingerprint: Uint8Array.of(9) }
    registry.register('default', { payload: id(7), message: 'hello', copy })
    registry.register('default', { payload: id(8), message: 'whole' })
    const db = new DatabaseSync(join(folder, 'watermark.sqlite'))
    db.exec(change)
    db.close()
    return registry
  }

  test('names the row whose mark was changed, and answers for the others', async (t) => {
    const registry = await damagedRow(t, "update watermark_mark set message = 'forged' where id = 1")
    const row = { table: 'watermark_mark', row: 1, why: 'its columns do not fit its seal' }
    const error = { code: 'WATERMARK_REGISTRY_ROW_DAMAGED', details: { path: registry.path, ...row } }
    assert.throws(() => registry.find('default', id(7)), error)
    assert.throws(() => registry.register('default', { payload: id(7), message: 'hello' }), error)
    assert.throws(() => registry.list('default'), error)
    assert.equal(registry.find('default', id(8))?.message, 'whole')
    const told: unknown[] = []
    const kept = [...registry.marks('default', (damaged) => told.push(damaged))].map(({ row }) => row)
    assert.deepEqual([kept, told], [[2], [row]])
    const report = registry.verify()
    assert.deepEqual(report, { ok: false, marks: 2, copies: 1, candidates: 0, damaged: [row] })
  })

  test('names the row of a copy', async (t) => {
    const registry = await damagedRow(t, "update watermark_copy set fingerprint = x'00' where id = 1")
    const error = { code: 'WATERMARK_REGISTRY_ROW_DAMAGED', message: /^Row 1 of watermark_copy in .* is damaged: its/ }
    assert.throws(() => registry.find('default', id(7)), error)
    assert.throws(() => registry.findCopy('default', hash('a')), error)
    const told: unknown[] = []
    assert.deepEqual([...registry.fingerprints('default', 'image', (damaged) => told.push(damaged))], [])
    assert.equal(told.length, 1)
  })

  test('that is no database, or was cut, is named with the reason', async (t) => {
    const folder = folderFor(t)
    const path = join(folder, 'watermark.sqlite')
    writeFileSync(path, 'not a database at all, only a text that somebody wrote over it\n'.repeat(100))
    await assert.rejects(Registry.open(folder), {
      code: 'WATERMARK_REGISTRY_DAMAGED',
      details: { path, why: 'file is not a database' },
    })
    const other = folderFor(t)
    const registry = await Registry.open(other)
    registry.registerAll(
      'default',
      Array.from({ length: 2000 }, (_, i) => ({ payload: id(i), message: `message ${i}` })),
      assert.ifError,
    )
    registry.close()
    truncateSync(join(other, 'watermark.sqlite'), 64 * 1024)
    const ask = async () => {
      using cut = await Registry.open(other)
      for (let i = 0; i < 2000; i++) cut.find('default', id(i))
    }
    await assert.rejects(ask, { code: 'WATERMARK_REGISTRY_DAMAGED' })
  })
})

describe('several processes', () => {
  test('register at once without losing or doubling anything', async (t) => {
    const folder = folderFor(t)
    const run = promisify(execFile)
    await Promise.all(['a', 'b', 'c'].map((name) => run(process.execPath, [writer, folder, name, '40'])))
    const registry = await opened(t, folder)
    assert.equal(registry.count('default'), 40 + 3 * 40)
    for (let i = 0; i < 40; i++) assert.equal(registry.find('default', id(i))?.message, `shared ${i}`)
    assert.equal(registry.verify().ok, true)
  })

  test('of which one is killed while it writes keep all that it said was registered, and no half entry', async (t) => {
    const folder = folderFor(t)
    const child = spawn(process.execPath, [writer, folder, 'a', '100000'], { stdio: ['ignore', 'pipe', 'inherit'] })
    let told = -1
    for await (const line of createInterface({ input: child.stdout })) {
      told = Number(line)
      if (told === 30) child.kill('SIGKILL')
    }
    assert.ok(told >= 30)
    const registry = await opened(t, folder)
    for (let i = 0; i <= told; i++) {
      assert.equal(registry.find('default', id(i))?.message, `shared ${i}`)
      assert.equal(registry.find('default', { kind: 'text', text: `a ${i}` })?.message, `a ${i}`)
    }
    // Both of an entry's rows are written in one transaction.
    assert.equal(registry.count('default') % 2, 0)
    assert.equal(registry.verify().ok, true)
    assert.equal(registry.register('default', { payload: id(10n ** 9n), message: 'still writable' }).added, true)
  })
})
