import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadModel, modelDigest } from './door.ts'
import { Folder } from './testing/files.ts'
import { node, onnxFile, outsideWeights, value } from './testing/onnx-file.ts'

const folder = new Folder()

/** x + w, with w elsewhere. */
const adding = (location: string, entries: Record<string, string> = {}) =>
  onnxFile({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    weights: [outsideWeights('w', [2], { location, ...entries })],
    inputs: [value('x', [2])],
    outputs: [value('y', [2])],
  })

const bytesOf = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer)

/** A folder of its own with a model and files beside it. */
function place(name: string, location: string, entries: Record<string, string> = {}): { at: string; model: string } {
  const at = join(folder.path, name)
  mkdirSync(at)
  const model = join(at, 'net.onnx')
  writeFileSync(model, adding(location, entries))
  return { at, model }
}

const sum = async (model: string) => {
  await using loaded = await loadModel(model, { threads: { within: 1 } })
  return [...((await loaded.run({ x: Float32Array.of(1, 2) })).y!.data as Float32Array)]
}

test('weights beside the model are used, from where they begin', async () => {
  const { at, model } = place('beside', 'parts/w.bin', { offset: '8', length: '8' })
  mkdirSync(join(at, 'parts'))
  writeFileSync(join(at, 'parts/w.bin'), bytesOf(7, 7, 10, 20))
  assert.deepEqual(await sum(model), [11, 22])
})

test('the digest of a model is also that of the files beside it', async () => {
  const { at, model } = place('digest', 'w.bin')
  writeFileSync(join(at, 'w.bin'), bytesOf(1, 2))
  const before = await modelDigest(model)
  writeFileSync(join(at, 'w.bin'), bytesOf(1, 3))
  const after = await modelDigest(model)
  assert.notEqual(before, after)
  const copy = place('digest copy', 'w.bin')
  writeFileSync(join(copy.at, 'w.bin'), bytesOf(1, 3))
  assert.equal(await modelDigest(copy.model), after)
  assert.deepEqual(await sum(model), [2, 5])
})

test('weights that are missing or too short are told by their name', async () => {
  const missing = place('missing', 'w.bin')
  await assert.rejects(sum(missing.model), {
    code: 'MODEL_EXTERNAL_DATA',
    message: `${missing.model} keeps weights in the file "w.bin", which cannot be used: it does not exist; put it beside the model.`,
  })
  const short = place('short', 'w.bin', { offset: '4' })
  writeFileSync(join(short.at, 'w.bin'), bytesOf(1, 2))
  await assert.rejects(sum(short.model), { code: 'MODEL_EXTERNAL_DATA', message: /it has 8 bytes, and 12 are needed/ })
  const directory = place('directory', 'w.bin')
  mkdirSync(join(directory.at, 'w.bin'))
  await assert.rejects(sum(directory.model), { code: 'MODEL_EXTERNAL_DATA', message: /it is not a file/ })
})

test('a link may lead to where the model lies, and nowhere else', async () => {
  const blobs = place('blobs', 'w.bin')
  writeFileSync(join(blobs.at, 'weights'), bytesOf(3, 4))
  const linked = join(folder.path, 'snapshot')
  mkdirSync(linked)
  symlinkSync(blobs.model, join(linked, 'net.onnx'))
  symlinkSync(join(blobs.at, 'weights'), join(linked, 'w.bin'))
  assert.deepEqual(await sum(join(linked, 'net.onnx')), [4, 6])

  writeFileSync(join(folder.path, 'secret'), bytesOf(5, 6))
  const leading = place('leading', 'w.bin')
  symlinkSync(join(folder.path, 'secret'), join(leading.at, 'w.bin'))
  await assert.rejects(sum(leading.model), {
    code: 'MODEL_EXTERNAL_DATA',
    message: /a link that leads out of the folder/,
  })
})

test('a model given without its files is refused where it needs them', async () => {
  const { at, model } = place('alone', 'w.bin')
  writeFileSync(join(at, 'w.bin'), bytesOf(1, 2))
  await assert.rejects(loadModel(adding('w.bin')), { code: 'MODEL_EXTERNAL_DATA', message: /give its path/ })
  const blob = { path: async () => model, name: 'net.onnx' }
  await assert.rejects(loadModel(blob), {
    code: 'MODEL_EXTERNAL_DATA',
    message:
      'net.onnx keeps weights in the file "w.bin", which cannot be used: only the model itself was given; give its path instead.',
  })
})

test('a name that leads out of the folder opens nothing', async () => {
  writeFileSync(join(folder.path, 'out.bin'), bytesOf(5, 6))
  const { model } = place('leads out', '../out.bin')
  await assert.rejects(sum(model), { code: 'MODEL_EXTERNAL_DATA', message: /its path leads out of the folder/ })
})
