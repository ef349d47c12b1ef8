import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { digest } from '../value/hash.ts'
import type { Objects } from './objects.ts'

/** A driver under test. */
export interface ObjectsDriver {
  open(): Objects
  /** Names of what lies about half-made. */
  scratch(): string[]
  remove(): void
}

async function* pieces(...all: string[]): AsyncIterable<Uint8Array> {
  for (const piece of all) yield Buffer.from(piece)
}

const read = async (stream: AsyncIterable<Uint8Array>): Promise<string> => {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** What every driver of {@link Objects} must do. */
export function objectsConformance(name: string, make: () => ObjectsDriver): void {
  const withObjects = async (work: (objects: Objects, driver: ObjectsDriver) => Promise<void>): Promise<void> => {
    const driver = make()
    const objects = driver.open()
    try {
      await work(objects, driver)
    } finally {
      await objects.close()
      driver.remove()
    }
  }
  const hello = digest('blob', Buffer.from('hello world'))

  describe(`objects: ${name}`, () => {
    it('name a stream by what it held, whatever its pieces', () =>
      withObjects(async (objects) => {
        assert.deepEqual(await objects.write('a', pieces('hello ', 'world')), { digest: hello, size: 11 })
        assert.deepEqual(await objects.write('a', pieces('hello', '', ' world')), { digest: hello, size: 11 })
        assert.equal(await read(objects.stream('a', hello)), 'hello world')
      }))

    it('give any part of an object', () =>
      withObjects(async (objects) => {
        await objects.write('a', pieces('hello world'))
        assert.equal(await read(objects.stream('a', hello, { start: 6 })), 'world')
        assert.equal(await read(objects.stream('a', hello, { start: 4, end: 7 })), 'o w')
        let scanned = ''
        for await (const piece of objects.scan('a', hello, { start: 4 })) scanned += Buffer.from(piece)
        assert.equal(scanned, 'o world')
        assert.equal(await read(objects.stream('a', hello, { start: 3, end: 3 })), '')
      }))

    it('keep tenants apart, whatever they are called', () =>
      withObjects(async (objects) => {
        await objects.write('../b', pieces('hello world'))
        assert.equal(await objects.has('../b', hello), true)
        for (const other of ['b', '..', 'a', '']) assert.equal(await objects.has(other, hello), false)
        await assert.rejects(objects.path('b', hello), { code: 'STORE_OBJECT_MISSING' })
        const found = []
        for await (const object of objects.list()) found.push(object)
        assert.deepEqual(found, [{ tenant: '../b', digest: hello, size: 11 }])
      }))

    it('leave nothing behind of a stream that breaks', () =>
      withObjects(async (objects, driver) => {
        async function* breaks(): AsyncIterable<Uint8Array> {
          yield Buffer.from('half')
          throw new Error('cable cut')
        }
        await assert.rejects(objects.write('a', breaks()), { message: 'cable cut' })
        assert.deepEqual(driver.scratch(), [])
        for await (const _ of objects.list()) assert.fail('an object is there')
      }))

    it('adopt a finished scratch file by moving it', () =>
      withObjects(async (objects, driver) => {
        const file = await objects.temp('.txt')
        await writeFile(file.path, 'hello world')
        assert.deepEqual(await objects.adopt('a', file), { digest: hello, size: 11 })
        assert.deepEqual(driver.scratch(), [])
      }))

    it('give the folder of a call again as it was kept, and to one at a time', () =>
      withObjects(async (objects) => {
        const first = await objects.workFolder('a', 'k')
        await writeFile(join(first.path, 'part'), 'done')
        const second = await objects.workFolder('a', 'k')
        assert.notEqual(second.path, first.path)
        await second.remove()
        await first.keep()
        const again = await objects.workFolder('a', 'k')
        assert.equal(await readFile(join(again.path, 'part'), 'utf8'), 'done')
        await again.remove()
        assert.deepEqual(await readdir((await objects.workFolder('a', 'k')).path), [])
      }))

    it('take long data under the digest it is known by', () =>
      withObjects(async (objects) => {
        const bytes = Buffer.alloc(200_000, 7)
        const known = digest('value', bytes)
        await objects.put('a', known, bytes)
        await objects.put('a', known, bytes)
        assert.equal((await read(objects.stream('a', known))).length, 200_000)
      }))
  })
}
