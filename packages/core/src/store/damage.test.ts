import assert from 'node:assert/strict'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createStore, op } from '../index.ts'
import { storeError } from './store-error.ts'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'colophon-damage-'))
  folders.push(made)
  return made
}
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

const record = op('record', (n: number) => ({ n, text: 'y'.repeat(1000) }))

async function filled(): Promise<string> {
  const path = folder()
  await using store = await createStore(path)
  await store.run(async () => {
    for (let n = 0; n < 200; n++) await record(n)
  })
  return path
}

describe('a damaged database', () => {
  it('that was cut short is not opened', async () => {
    const path = await filled()
    const file = join(path, 'colophon.sqlite')
    truncateSync(file, statSync(file).size >> 1)
    await assert.rejects(createStore(path), { code: 'STORE_DAMAGED' })
  })

  it('fails calls in plain words, and verify says what is wrong with it', async () => {
    const path = await filled()
    const file = join(path, 'colophon.sqlite')
    const handle = openSync(file, 'r+')
    // All pages but those that opening reads.
    for (let page = 2 * 4096; page < statSync(file).size; page += 4096)
      writeSync(handle, Buffer.alloc(600, 0x5a), 0, 600, page)
    closeSync(handle)
    const store = await createStore(path)
    await assert.rejects(
      store.run(() => record(1)),
      { code: 'STORE_DAMAGED', message: /is damaged: database disk image is malformed\. Restore it/ },
    )
    const report = await store.verify()
    assert.equal(report.ok, false)
    assert.match(report.problems.join(), /the database is damaged/)
    await store.close().catch(() => undefined)
  })
})

describe('a path that cannot hold a store', () => {
  it('because a file is in the way is refused', async () => {
    const path = folder()
    writeFileSync(join(path, 'file'), '')
    const notAStore = { code: 'STORE_NOT_A_STORE', message: /a file is where a folder should be/ }
    await assert.rejects(createStore(join(path, 'file')), notAStore)
    await assert.rejects(createStore(join(path, 'file', 'sub')), notAStore)
    mkdirSync(join(path, 'half'))
    writeFileSync(join(path, 'half', 'objects'), '')
    await assert.rejects(createStore(join(path, 'half')), notAStore)
  })

  it('because it may not be written is refused', () => {
    for (const error of [{ code: 'EACCES' }, { code: 'EROFS' }, { errcode: 8 }, { errcode: 14 }])
      assert.equal(storeError(Object.assign(new Error('no'), error), 'x').code, 'STORE_NOT_WRITABLE')
  })
})

it('what a source of bytes fails of is not said to be the fault of the store', async () => {
  await using store = await createStore()
  const failing = (async function* () {
    yield Buffer.from('a')
    throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', syscall: 'open' })
  })()
  await assert.rejects(store.put(failing), { message: 'EACCES: permission denied', code: 'EACCES' })
})
