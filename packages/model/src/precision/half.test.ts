import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadModel } from '../door.ts'
import { examine } from '../examine.ts'
import { bytesField, intField, join, textField } from '../protobuf/encode.ts'
import { Folder } from '../testing/files.ts'
import { mlp, mlpPlainly, numbers } from '../testing/models.ts'
import { node, onnxFile, outsideWeights, value, weights } from '../testing/onnx-file.ts'
import { halfOf } from './half-file.ts'

const folder = new Folder()
const halve = async (source: string | Uint8Array) => halfOf(await examine(source))

/** y = x w, with a weight of 16 x 16 as some tensor. */
const product = (w: Uint8Array, more: { opset?: number; inputs?: Uint8Array[] } = {}) =>
  onnxFile({
    nodes: [node('MatMul', ['x', 'w'], ['y'])],
    weights: [w],
    outputs: [value('y', ['N', 16])],
    ...more,
    inputs: [value('x', ['N', 16]), ...(more.inputs ?? [])],
  })

const w = numbers(256)
const rounded = (data: Float32Array) => Float32Array.from(Float16Array.from(data))

const times = (x: Float32Array, matrix: Float32Array) =>
  Array.from({ length: 16 }, (_, k) => x.reduce((sum, value, i) => sum + value * matrix[i * 16 + k]!, 0))

async function run(file: Uint8Array, x: Float32Array): Promise<number[]> {
  await using model = await loadModel(file, { threads: { within: 1 } })
  return Array.from((await model.run({ x })).y!.data as Float32Array)
}

const close = (found: readonly number[], wanted: readonly number[]) => {
  for (const [i, value] of found.entries())
    assert.ok(Math.abs(value - wanted[i]!) < 1e-5, `${i}: ${value} ${wanted[i]}`)
}

test('a halved model computes with its weights rounded, in half the size', async () => {
  const file = product(weights('w', [16, 16], w))
  const { bytes, converted, kept } = await halve(file)
  assert.deepEqual([converted, kept], [1, 0])
  assert.ok(bytes.length < file.length - 400, `${bytes.length} of ${file.length}`)
  const x = numbers(16, 1, 9)
  close(await run(bytes, x), times(x, rounded(w)))
  const { description } = await examine(bytes)
  assert.deepEqual(description.weightTypes, { float16: 256 })
  assert.deepEqual(description.operators, { Cast: 1, MatMul: 1 })
  assert.deepEqual(description.inputs, (await examine(file)).description.inputs)
})

test('numbers in the field of their type, and in other files, are rounded as well', async () => {
  const packed = join([
    intField(1, 16),
    intField(1, 16),
    intField(2, 1),
    textField(8, 'w'),
    bytesField(4, new Uint8Array(w.buffer)),
  ])
  const outside = folder.put(
    'outside.onnx',
    product(outsideWeights('w', [16, 16], { location: 'w.bin', offset: '12' })),
  )
  writeFileSync(folder.at('w.bin'), Buffer.concat([Buffer.alloc(12), Buffer.from(w.buffer)]))
  const wanted = (await halve(product(weights('w', [16, 16], w)))).bytes
  for (const source of [product(packed), outside]) assert.deepEqual((await halve(source)).bytes, wanted)
})

test('what is small, too large for half precision, or of another type stays as it is', async () => {
  const large = numbers(256, 1e5)
  const file = onnxFile({
    nodes: [
      node('MatMul', ['x', 'large'], ['m']),
      node('Add', ['m', 'small'], ['a']),
      node('Cast', ['whole'], ['c'], { to: 1 }),
      node('MatMul', ['a', 'c'], ['y']),
    ],
    weights: [
      weights('large', [16, 16], large),
      weights('small', [16], numbers(16)),
      weights('whole', [16, 16], new Int32Array(256), 'int32'),
    ],
    inputs: [value('x', ['N', 16])],
    outputs: [value('y', ['N', 16])],
  })
  const { bytes, converted, kept } = await halve(file)
  assert.deepEqual([converted, kept], [0, 2])
  assert.ok(Buffer.from(bytes).equals(file))
})

test('small weights of other files are taken into the model', async () => {
  writeFileSync(folder.at('bias.bin'), new Uint8Array(numbers(16, 1, 5).buffer))
  const file = onnxFile({
    nodes: [node('Gemm', ['x', 'w', 'b'], ['y'])],
    weights: [weights('w', [16, 16], w), outsideWeights('b', [16], { location: 'bias.bin' })],
    inputs: [value('x', ['N', 16])],
    outputs: [value('y', ['N', 16])],
  })
  const { bytes } = await halve(folder.put('bias.onnx', file))
  const x = numbers(16, 1, 9)
  close(
    await run(bytes, x),
    times(x, rounded(w)).map((sum, i) => sum + numbers(16, 1, 5)[i]!),
  )
})

test('a weight that may be given as an input stays as it is', async () => {
  const { converted } = await halve(product(weights('w', [16, 16], w), { inputs: [value('w', [16, 16])] }))
  assert.equal(converted, 0)
})

test('names that are taken are not used twice', async () => {
  const file = onnxFile({
    nodes: [node('MatMul', ['x', 'w'], ['w half']), node('Relu', ['w half'], ['y'])],
    weights: [weights('w', [16, 16], w)],
    inputs: [value('x', ['N', 16])],
    outputs: [value('y', ['N', 16])],
  })
  const x = numbers(16, 1, 9)
  close(
    await run((await halve(file)).bytes, x),
    times(x, rounded(w)).map((sum) => Math.max(0, sum)),
  )
})

test('models whose weights cannot be rounded are refused', async () => {
  await assert.rejects(halve(product(weights('w', [16, 16], w), { opset: 5 })), {
    code: 'MODEL_UNSUPPORTED',
    message: /operator set is older than 6/,
  })
  const constant = onnxFile({
    nodes: [node('Constant', [], ['y'], { value: outsideWeights('w', [4], { location: 'c.bin' }) })],
    inputs: [],
    outputs: [value('y', [4])],
  })
  writeFileSync(folder.at('c.bin'), Buffer.alloc(16))
  await assert.rejects(halve(folder.put('constant.onnx', constant)), {
    code: 'MODEL_EXTERNAL_DATA',
    message: /only weights of the main graph can be rounded/,
  })
})

const net = mlp(32, 64, 4, 0.3)

test('a model is loaded in half precision, and its deviation is measured where inputs are given', async () => {
  await using plain = await loadModel(net.file, { precision: 'fp16' })
  assert.deepEqual([plain.precision, plain.deviation], ['fp16', undefined])
  const x = numbers(64, 1, 9)
  await using measured = await loadModel(folder.put('net.onnx', net.file), {
    precision: 'fp16',
    samples: [{ x }, { x: numbers(32) }],
  })
  const { maxAbs, relativeRmse, cosine, elements } = measured.deviation!.probabilities!
  assert.equal(elements, 12)
  assert.ok(maxAbs > 0 && maxAbs < 1e-3, String(maxAbs))
  assert.ok(relativeRmse > 0 && relativeRmse < 1e-3, String(relativeRmse))
  assert.ok(cosine > 0.999999)
  const found = (await measured.run({ x })).probabilities!.data as Float32Array
  const wanted = mlpPlainly({ ...net, w1: rounded(net.w1), w2: rounded(net.w2) }, x)
  close(Array.from(found), wanted)
  assert.equal(measured.digest, (await examine(net.file)).digest)
})

test('auto takes half precision where it deviates little, and says by how much', async () => {
  await using half = await loadModel(net.file, { precision: 'auto' })
  assert.equal(half.precision, 'fp16')
  assert.ok(half.deviation!.probabilities!.relativeRmse < 0.005)
  await using whole = await loadModel(net.file, { precision: 'auto', tolerance: 1e-9 })
  assert.equal(whole.precision, 'fp32')
  assert.deepEqual(whole.deviation, half.deviation)
  const x = numbers(32)
  await using reference = await loadModel(net.file)
  assert.deepEqual(await whole.run({ x }), await reference.run({ x }))
})

test('auto refuses weights that half precision cannot tell from zero', async () => {
  const tiny = Float32Array.from(numbers(256), (value) => value * 1e-9)
  const file = onnxFile({
    nodes: [node('MatMul', ['x', 'w'], ['m']), node('Mul', ['m', 's'], ['y'])],
    weights: [weights('w', [16, 16], tiny), weights('s', [1], Float32Array.of(1e9))],
    inputs: [value('x', ['N', 16])],
    outputs: [value('y', ['N', 16])],
  })
  await using model = await loadModel(file, { precision: 'auto' })
  assert.equal(model.precision, 'fp32')
  assert.equal(model.deviation!.y!.relativeRmse, 1)
})

test('a model without weights worth rounding is loaded as it is', async () => {
  const small = mlp(4, 4, 2).file
  for (const precision of ['fp16', 'auto'] as const) {
    await using model = await loadModel(small, { precision })
    assert.deepEqual([model.precision, model.deviation], ['fp32', undefined])
  }
})

test('samples that do not fit the model are refused', async () => {
  const samples = [{ wrong: new Float32Array(1) }]
  await assert.rejects(loadModel(net.file, { precision: 'auto', samples }), { code: 'MODEL_INPUT_INVALID' })
})
