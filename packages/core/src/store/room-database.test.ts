import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { openRoomDatabase } from '../index.ts'

const first = 'create table demo_thing (id integer primary key) strict;'
const second = 'alter table demo_thing add column name text;'

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-room-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

it('a room’s database is made, kept, and brought up to date', async (t) => {
  const folder = join(folderFor(t), 'store')
  const db = await openRoomDatabase(folder, { name: 'demo', migrations: [first] })
  db.exec('insert into demo_thing values (7)')
  assert.equal(db.prepare('pragma synchronous').get()?.synchronous, 2)
  assert.equal(db.prepare('pragma journal_mode').get()?.journal_mode, 'wal')
  db.close()
  const later = await openRoomDatabase(folder, { name: 'demo', migrations: [first, second] })
  assert.deepEqual({ ...later.prepare('select * from demo_thing').get() }, { id: 7, name: null })
  later.close()
  await assert.rejects(openRoomDatabase(folder, { name: 'demo', migrations: [first] }), {
    code: 'STORE_TOO_NEW',
    details: { path: join(folder, 'demo.sqlite'), found: 2, known: 1 },
  })
})

it('a migration that fails leaves the database as it was', async (t) => {
  const folder = folderFor(t)
  ;(await openRoomDatabase(folder, { name: 'demo', migrations: [first] })).close()
  const broken = { name: 'demo', migrations: [first, `${second} insert into nowhere values (1);`] }
  await assert.rejects(openRoomDatabase(folder, broken), { code: 'STORE_FAILED' })
  const db = await openRoomDatabase(folder, { name: 'demo', migrations: [first, second] })
  assert.equal(db.prepare('select name from demo_thing').get(), undefined)
  db.close()
})

it('a file that is no database, or another’s, is left alone and named', async (t) => {
  const folder = folderFor(t)
  const path = join(folder, 'demo.sqlite')
  writeFileSync(path, 'just a text, and long enough not to be taken for an empty database'.repeat(20))
  await assert.rejects(openRoomDatabase(folder, { name: 'demo', migrations: [first] }), {
    code: 'STORE_NOT_A_STORE',
    details: { path, why: 'file is not a database' },
  })
  rmSync(path)
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(path)
  db.exec('create table theirs (x)')
  db.close()
  await assert.rejects(openRoomDatabase(folder, { name: 'demo', migrations: [first] }), { code: 'STORE_NOT_A_STORE' })
})
