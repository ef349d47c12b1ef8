import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { clearSharedModels, sharedModel } from './door.ts'
import { ModelPool } from './pool.ts'
import { Folder } from './testing/files.ts'
import { addition, identity, mlp } from './testing/models.ts'

const folder = new Folder()
const x = Float32Array.of(1, 2, 3, 4)
const ofSize = (size: number) => identity(['N', size])

test('the same model under other names is one session, which each user disposes of for itself', async () => {
  const pool = new ModelPool()
  const [a, b] = [folder.put('a.onnx', identity()), folder.put('b.onnx', identity())]
  const [first, second, third] = await Promise.all([pool.get(a), pool.get(b), pool.get(identity())])
  assert.equal(pool.size, 1)
  assert.deepEqual([first.name, second.name, third.name], [a, b, 'The model'])
  await first.dispose()
  await first.dispose()
  await assert.rejects(first.run({ x }), { code: 'MODEL_CLOSED', details: { name: a } })
  assert.deepEqual([...(await second.run({ x })).y!.data], [...x])
  await second.dispose()
  await third.dispose()
  assert.equal(pool.size, 1)
  await pool.clear()
  assert.equal(pool.size, 0)
})

test('other options, another precision or other bytes are another session', async () => {
  const pool = new ModelPool()
  const path = folder.put('options.onnx', mlp(32, 32, 4).file)
  const models = [
    await pool.get(path),
    await pool.get(path, { optimisation: 'all', warmUp: 1 }),
    await pool.get(path, { optimisation: 'basic' }),
    await pool.get(path, { threads: { within: 2 } }),
    await pool.get(path, { precision: 'fp16' }),
    await pool.get(folder.put('options.onnx', mlp(16, 8, 4).file)),
  ]
  assert.equal(pool.size, 5)
  for (const model of models) await model.dispose()
  await pool.clear()
})

test('of what nobody uses, what was used longest ago goes first', async () => {
  const pool = new ModelPool({ idle: 2 })
  const models = await Promise.all([1, 2, 3].map((size) => pool.get(ofSize(size))))
  assert.equal(pool.size, 3)
  await models[1]!.dispose()
  await models[0]!.dispose()
  await using _again = await pool.get(ofSize(2))
  await models[2]!.dispose()
  assert.equal(pool.size, 3)
  await using _other = await pool.get(ofSize(4))
  await (await pool.get(ofSize(5))).dispose()
  // Idle were 1, 3 and 5; in use are 2 and 4.
  assert.equal(pool.size, 4)
  const again = await pool.get(ofSize(3))
  assert.equal(pool.size, 4)
  await again.dispose()
})

test('idle models are bounded in bytes as well, and those in use are never closed', async () => {
  const pool = new ModelPool({ idleBytes: 0 })
  const model = await pool.get(identity())
  await (await pool.get(addition())).dispose()
  assert.equal(pool.size, 1)
  await pool.clear()
  assert.deepEqual([...(await model.run({ x })).y!.data], [...x])
  await model.dispose()
  assert.equal(pool.size, 0)
})

test('a model that could not be loaded is tried again', async () => {
  const pool = new ModelPool()
  const path = folder.put('late.onnx', '')
  const tries = [pool.get(path), pool.get(path)]
  await Promise.all(tries.map((attempt) => assert.rejects(attempt, { code: 'FILE_EMPTY' })))
  await assert.rejects(pool.get(identity(), { warmUp: { runs: 1, inputs: {} } }), { code: 'MODEL_INPUT_INVALID' })
  assert.equal(pool.size, 0)
  folder.put('late.onnx', identity())
  await using model = await pool.get(path)
  assert.equal(pool.size, 1)
  assert.equal(model.provider, 'cpu')
})

test('who gives up waiting leaves the session to the others', async () => {
  const pool = new ModelPool()
  const stop = new AbortController()
  const reason = new Error('given up')
  const given = pool.get(identity(), { signal: stop.signal })
  const other = pool.get(identity())
  stop.abort(reason)
  await assert.rejects(given, reason)
  assert.deepEqual([...(await (await other).run({ x })).y!.data], [...x])
  await (await other).dispose()
})

test('the pool of a thread is shared by all who ask', async () => {
  const path = folder.put('shared.onnx', identity())
  const [first, second] = [await sharedModel(path), await sharedModel(path)]
  await first.dispose()
  await rm(path)
  assert.deepEqual([...(await second.run({ x })).y!.data], [...x])
  await second.dispose()
  await clearSharedModels()
})
