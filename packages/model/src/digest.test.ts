import assert from 'node:assert/strict'
import { rename, rm } from 'node:fs/promises'
import { test } from 'node:test'
import { createStore, file, json, op } from '@colophon/core'
import { z } from 'zod'
import { loadModel, modelDigest, sharedModel } from './door.ts'
import { modelRead } from './read.ts'
import type { ModelFile } from './source.ts'
import { Folder } from './testing/files.ts'
import { mlp } from './testing/models.ts'
import { node, onnxFile, value, weights } from './testing/onnx-file.ts'
import { model as modelType } from './types.ts'

const folder = new Folder()

/** x times a factor. */
const scaling = (factor: number) =>
  onnxFile({
    nodes: [node('Mul', ['x', 'f'], ['y'])],
    weights: [weights('f', [1], Float32Array.of(factor))],
    inputs: [value('x', ['N'])],
    outputs: [value('y', ['N'])],
  })

/** An op that scales a number with a model, and notes each time it runs. */
function scaler(path: string) {
  const ran: string[] = []
  const scale = op({
    name: 'demo.scale',
    inputs: { x: json(z.number()) },
    outputs: { y: json(z.number()) },
    reads: { net: modelRead(path) },
    async run({ x }, { reads, signal }) {
      const net = reads.net as ModelFile
      ran.push(net.digest)
      await using loaded = await sharedModel(net, { threads: { within: 1 } })
      const { y } = await loaded.run({ x: Float32Array.of(x) }, { signal })
      return { y: Number(y!.data[0]) }
    },
  })
  return { scale, ran }
}

test('another model is a miss, the same bytes are a hit', async () => {
  const path = folder.put('scale.onnx', scaling(2))
  const { scale, ran } = scaler(path)
  await using store = await createStore()
  const call = (x: number) => store.run(async () => (await scale({ x })).y.value())
  assert.equal(await call(3), 6)
  assert.equal(await call(3), 6)
  assert.equal(ran.length, 1)
  folder.put('scale.onnx', scaling(5))
  assert.equal(await call(3), 15)
  assert.equal(ran.length, 2)
  await rm(path)
  folder.put('other.onnx', scaling(2))
  await rename(folder.at('other.onnx'), path)
  assert.equal(await call(3), 6)
  assert.equal(ran.length, 2)
  await rm(path)
  await assert.rejects(call(3), {
    code: 'READ_FAILED',
    message: /"demo\.scale" reads "net".*scale\.onnx does not exist/,
  })
})

test('a model that is not the one of the key is not used', async () => {
  const path = folder.put('swapped.onnx', scaling(2))
  const digest = await modelDigest(path)
  folder.put('swapped.onnx', scaling(3))
  await assert.rejects(loadModel({ path, digest }), { code: 'MODEL_CHANGED' })
  await assert.rejects(sharedModel({ path, digest }), { code: 'MODEL_CHANGED' })
})

test('a file that changes while it is loaded is noticed', async () => {
  const paths = [folder.put('before.onnx', scaling(2)), folder.put('after.onnx', scaling(3))]
  const changing = { path: async () => paths.shift()!, name: 'changing.onnx' }
  await assert.rejects(loadModel(changing), {
    code: 'MODEL_CHANGED',
    message: 'changing.onnx changed while it was being loaded. Call again when it is whole.',
  })
})

test('the path of a declared model may depend on the params', async () => {
  const read = modelRead((args) => folder.at(`${args.size}.onnx`))
  folder.put('small.onnx', scaling(1))
  const found = await read.read({ size: 'small' })
  assert.deepEqual(found, {
    digest: await modelDigest(scaling(1)),
    value: { path: folder.at('small.onnx'), digest: found.digest },
  })
  assert.equal(read.description, 'a model')
  assert.equal(modelRead('net.onnx').description, 'model net.onnx')
})

test('a model of one file has the digest that it has as a blob', async () => {
  const path = folder.put('net.onnx', mlp().file)
  await using store = await createStore()
  const keep = op({
    name: 'demo.keep',
    inputs: { model: modelType() },
    outputs: { model: modelType() },
    run: ({ model }) => ({ model }),
  })
  await store.run(async () => {
    const { model } = await keep({ model: file(path) })
    assert.equal(model.hash, await modelDigest(path))
    assert.equal(model.hash, await modelDigest(mlp().file))
    assert.equal(model.hash, await modelDigest(model))
    await using loaded = await loadModel(model)
    assert.equal(loaded.digest, model.hash)
  })
})
