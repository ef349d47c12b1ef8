import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { createStore, env, fileContent, json, op, type Read } from '../index.ts'
import { contentOf, digestOf } from '../value/content.ts'
import { digest, toHex } from '../value/hash.ts'

const variable = 'COLOPHON_TEST_READ'

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-reads-'))
  try {
    await use(folder)
  } finally {
    delete process.env[variable]
    await rm(folder, { recursive: true })
  }
}

/** An op that says what its reads gave, and how often it ran. */
function reader(reads: Record<string, Read>) {
  const ran: unknown[] = []
  const called = op({
    name: 'demo.reader',
    inputs: { text: json(z.string()) },
    params: z.object({ file: z.string().optional() }),
    reads,
    outputs: { found: json(z.any()) },
    run(_, context) {
      ran.push({ ...context.reads })
      return { found: { ...context.reads } }
    },
  })
  return { called, ran }
}

test('a variable of the environment is part of the key, and given to run', () =>
  withFolder(async () => {
    const { called, ran } = reader({ locale: env(variable) })
    await using store = await createStore()
    const call = async (value: string | undefined) => {
      if (value === undefined) delete process.env[variable]
      else process.env[variable] = value
      return store.run(async () => (await called({ text: 'x' })).found.value())
    }
    const values = [undefined, '', 'unset', 'de', 'de ', 'ü']
    for (const value of [...values, ...values]) assert.deepEqual(await call(value), { locale: value })
    assert.deepEqual(
      ran.map((reads) => (reads as { locale: unknown }).locale),
      values,
    )
  }))

test('the digest of a variable is the hash of its text as a value, so it never reads as unset', async () => {
  process.env[variable] = 'unset'
  const read = await env(variable).read({})
  delete process.env[variable]
  assert.deepEqual(read, { digest: toHex(digestOf(contentOf('unset'))), value: 'unset' })
  assert.deepEqual(await env(variable).read({}), { digest: 'unset', value: undefined })
  assert.equal(env(variable).description, `environment variable ${variable}`)
})

test('a file is part of the key by what it holds, not by its name or time', () =>
  withFolder(async (folder) => {
    const [first, second] = [join(folder, 'a.onnx'), join(folder, 'b.onnx')]
    await writeFile(first, 'weights')
    await writeFile(second, 'weights')
    const { called, ran } = reader({ model: fileContent((args) => String(args.file)) })
    await using store = await createStore()
    const call = (file: string) => store.run(async () => (await called({ text: 'x', file })).found.value())
    await call(first)
    await writeFile(first, 'weights')
    await call(first)
    assert.deepEqual(ran, [{ model: first }])
    await writeFile(first, 'other weights')
    assert.deepEqual(await call(first), { model: first })
    assert.equal(ran.length, 2)
    await writeFile(first, 'weights')
    await call(first)
    assert.equal(ran.length, 2)
  }))

test('the digest of a file is the hash of its bytes as a blob', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'table')
    const bytes = Buffer.alloc(200_000, 'colophon')
    await writeFile(path, bytes)
    const read = fileContent(path)
    assert.deepEqual(await read.read({}), { digest: toHex(digest('blob', bytes)), value: path })
    assert.equal(read.description, `file ${path}`)
    assert.equal(fileContent(() => path).description, 'a file')
  }))

test('a read that cannot be read fails the call, and says which', () =>
  withFolder(async (folder) => {
    await using store = await createStore()
    const { called, ran } = reader({ model: fileContent((args) => String(args.file)) })
    for (const file of [join(folder, 'missing'), folder])
      await assert.rejects(
        store.run(() => called({ text: 'x', file })),
        { code: 'READ_FAILED', message: /^"demo\.reader" reads "model", which could not be read: / },
      )
    assert.deepEqual(ran, [])
  }))

test('two reads are two parts of the key, and neither is taken for the other', () =>
  withFolder(async () => {
    const value = (digest: string): Read => ({ description: 'a value', read: () => ({ digest, value: digest }) })
    const names: string[] = []
    const all: Record<string, Read>[] = [
      { a: value('1') },
      { b: value('1') },
      { a: value('1'), b: value('2') },
      { a: value('2'), b: value('1') },
    ]
    for (const reads of all) {
      await using store = await createStore()
      await store.run(() => reader(reads).called({ text: 'x' }), { onStep: ({ call }) => names.push(call) })
    }
    assert.equal(new Set(names).size, 4)
  }))
