import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import { op } from '../op/op.ts'
import { type Secret, secret } from '../op/params.ts'
import { json } from '../value/value-type.ts'
import { createStore } from './create-store.ts'
import { type KeptSecret, KeptSecrets } from './kept-secrets.ts'

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-kept-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Tells what its key is. */
const tell = op({
  name: 'test.tell',
  params: z.object({ key: secret({ generated: true }).default('mark' as never) }),
  outputs: { told: json(z.string()) },
  run: ({ key }) => ({ told: `${key} is ${(key as Secret).reveal().length} long, ${(key as Secret).reveal()}` }),
})

const told = (folder: string, options: Partial<Parameters<typeof createStore>[0] & object> = {}, params = {}) =>
  withStore(folder, options, async () => (await tell(params)).told.value())

async function withStore<T>(folder: string, options: object, work: () => Promise<T>): Promise<T> {
  await using store = await createStore({ path: folder, secrets: {}, ...options })
  return await store.run(work)
}

test('a key that nobody set is made once, for each tenant its own, and can be read by its owner alone', async (t) => {
  const folder = folderFor(t)
  const made: KeptSecret[] = []
  const onSecretMade = (one: KeptSecret) => made.push(one)
  const first = await told(folder, { onSecretMade })
  assert.match(first, /^mark@0 is 43 long, [\w-]{43}$/)
  assert.equal(await told(folder, { onSecretMade }), first)
  assert.equal(await told(folder, { onSecretMade }, { key: 'mark@0' }), first)
  assert.notEqual(await told(folder, { onSecretMade, tenant: '../other' }), first)
  assert.deepEqual(
    made.map(({ name, tenant }) => [name, tenant]),
    [
      ['mark', 'default'],
      ['mark', '../other'],
    ],
  )
  for (const { path } of made) {
    assert.equal(dirname(dirname(path)), join(folder, 'secrets'))
    assert.equal(statSync(path).mode & 0o077, 0)
    assert.equal(statSync(dirname(path)).mode & 0o077, 0)
    assert.deepEqual(readdirSync(dirname(path)), ['mark.key'])
  }
})

test('a key that was set is taken instead, and what the other one made is no answer for it', async (t) => {
  const folder = folderFor(t)
  const kept = await told(folder)
  assert.match(await told(folder, { secrets: { mark: 'x'.repeat(43) } }), /^mark@1 is 43 long, x+$/)
  assert.equal(await told(folder, { secrets: { mark: 'own' } }, { key: 'mark@0' }), kept)
})

test('of many who ask at once, all get the same key', async (t) => {
  const folder = folderFor(t)
  let count = 0
  const all = await Promise.all(
    Array.from({ length: 12 }, () => new KeptSecrets(folder, () => count++).find('default', 'mark')),
  )
  assert.equal(new Set(all.map(({ value }) => value)).size, 1)
  assert.equal(count, 1)
})

test('a damaged key is an error and is not replaced', async (t) => {
  const folder = folderFor(t)
  await new KeptSecrets(folder).find('default', 'mark')
  const path = join(folder, 'secrets/default/mark.key')
  for (const content of ['', 'short\n', `${readFileSync(path, 'utf8')}${readFileSync(path, 'utf8')}`]) {
    writeFileSync(path, content)
    await assert.rejects(told(folder), { code: 'SECRET_DAMAGED', details: { name: 'mark', path } })
    assert.equal(readFileSync(path, 'utf8'), content)
  }
})

test('no key is made for other secrets, in memory, or without a store', async (t) => {
  const plain = op({
    name: 'test.plain',
    params: z.object({ key: secret() }),
    outputs: { told: json(z.string()) },
    run: ({ key }) => ({ told: String(key) }),
  })
  const missing = { code: 'SECRET_NOT_FOUND' }
  await assert.rejects(
    withStore(folderFor(t), {}, () => plain({ key: 'other' })),
    missing,
  )
  await using store = await createStore({ secrets: {} })
  await assert.rejects(
    store.run(() => tell({})),
    missing,
  )
  await assert.rejects(tell({}), missing)
})
