import assert from 'node:assert/strict'
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { test } from 'node:test'
import { examine } from './examine.ts'
import { Folder } from './testing/files.ts'
import { identity, mlp } from './testing/models.ts'

const folder = new Folder()

test('a file that was just written is looked at again each time, even if its times say the same', async () => {
  const path = folder.put('fresh.onnx', mlp(2, 3, 2).file)
  const first = await examine(path)
  const bytes = readFileSync(path)
  bytes[bytes.indexOf('colophon')] = 'C'.charCodeAt(0)
  writeFileSync(path, bytes)
  utimesSync(path, 0, 0)
  const second = await examine(path)
  assert.notEqual(second.digest, first.digest)
  assert.equal(second.description.producer, 'Colophon tests')
})

test('what is wrong with a path is told plainly', async () => {
  await mkdir(folder.at('directory'))
  for (const [name, code] of [
    ['missing.onnx', 'FILE_NOT_FOUND'],
    ['directory', 'FILE_IS_DIRECTORY'],
    ['directory/../fresh.onnx/inner', 'FILE_NOT_FOUND'],
  ] as const)
    await assert.rejects(examine(folder.at(name)), { code, details: { path: folder.at(name) } })
})

test('looking at a file ends when it is given up, with the reason for that', async () => {
  const path = folder.put('given-up.onnx', identity())
  const reason = new Error('no longer wanted')
  await assert.rejects(examine(path, AbortSignal.abort(reason)), reason)
})

test('a file that was left alone is read once, and again when it changes', async (t) => {
  const path = folder.put('settled.onnx', identity())
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 })
  const first = await examine(path)
  assert.equal((await examine(path)).description, first.description)
  writeFileSync(path, identity(['N', 5]))
  const second = await examine(path)
  assert.notEqual(second.digest, first.digest)
  assert.deepEqual(second.description.inputs[0]!.shape, ['N', 5])
  assert.equal((await examine(path)).description, second.description)
})

test('what is known of files is bounded', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 })
  const path = folder.put('first.onnx', identity())
  const first = await examine(path)
  for (let n = 0; n < 256; n++) await examine(folder.put(`many-${n}.onnx`, identity()))
  const again = await examine(path)
  assert.notEqual(again.description, first.description)
  assert.equal(again.digest, first.digest)
  assert.equal(again.size, identity().length)
})
