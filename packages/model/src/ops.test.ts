import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { type BlobRef, createStore, file, json, op } from '@colophon/core'
import { z } from 'zod'
import { loadModel } from './door.ts'
import { halveModel } from './halve-model.ts'
import { inspectModel } from './inspect-model.ts'
import { Folder } from './testing/files.ts'
import { mlp, numbers } from './testing/models.ts'
import { node, onnxFile, outsideWeights, value } from './testing/onnx-file.ts'
import { model } from './types.ts'

const folder = new Folder()
const net = mlp(32, 32, 4, 0.3)

test('a model is inspected, and what a file leaves empty is left out', async () => {
  const { report } = await inspectModel({ model: file(folder.put('net.onnx', net.file)) })
  const { digest, operators, weightTypes, ...rest } = await report.value()
  assert.deepEqual(rest, {
    format: 'onnx',
    size: net.file.length,
    irVersion: 8,
    opsets: { 'ai.onnx': 17 },
    producer: 'colophon tests',
    producerVersion: '1.2',
    modelVersion: 3,
    graph: 'main',
    metadata: { task: 'classification' },
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', 32] }],
    outputs: [{ name: 'probabilities', type: 'float32', shape: ['batch', 4] }],
    parameters: 1188,
    weightBytes: 4752,
    nodes: 5,
  })
  assert.match(digest, /^[0-9a-f]{64}$/)
  assert.deepEqual(operators, { Add: 1, Gemm: 1, MatMul: 1, Relu: 1, Softmax: 1 })
  assert.deepEqual(weightTypes, { float32: 1188 })
  const { outcome } = inspectModel.declaration
  assert.deepEqual(outcome!({ report: await report.value() } as never), {
    summary: 'ONNX model, opset 17, 1188 parameters: x float32[batch, 32] -> probabilities float32[batch, 4]',
  })
})

test('a model whose weights lie elsewhere is inspected without them', async () => {
  const outside = onnxFile({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    weights: [outsideWeights('w', [2], { location: 'w.bin' })],
    inputs: [value('x', [2])],
    outputs: [value('y', [2])],
  })
  const { report } = await inspectModel({ model: outside })
  assert.deepEqual((await report.value()).externalFiles, { 'w.bin': 8 })
})

test('what is no model does not enter an op that takes one, and is named', async () => {
  await using store = await createStore()
  const path = folder.put('notes.onnx', 'not a model, but notes')
  await assert.rejects(
    store.run(() => inspectModel({ model: file(path) })),
    {
      code: 'MODEL_NOT_RECOGNISED',
      message: `${path} is not an ONNX model: it does not begin like one.`,
    },
  )
  assert.equal((await store.stats()).results, 0)
})

test('a model blob carries its facts', async () => {
  const facts = op({
    name: 'demo.facts',
    inputs: { model: model() },
    outputs: { facts: json(z.any()) },
    run: ({ model }) => ({ facts: model.facts }),
  })
  const { facts: found } = await facts({ model: net.file })
  assert.deepEqual(await found.value(), {
    format: 'onnx',
    opset: 17,
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', 32] }],
    outputs: [{ name: 'probabilities', type: 'float32', shape: ['batch', 4] }],
    parameters: 1188,
    external: false,
  })
})

test('a model is halved, with its deviation, and the result is a model', async () => {
  await using store = await createStore()
  const [half, report] = await store.run(async () => {
    const made = await halveModel({ model: file(folder.put('whole.onnx', net.file)) })
    return [made.model as BlobRef, await made.report.value()] as const
  })
  assert.deepEqual([report.converted, report.kept], [1, 3])
  assert.deepEqual([report.sizeBefore, report.size], [net.file.length, half.size])
  const { relativeRmse } = report.deviation.probabilities!
  assert.ok(relativeRmse > 0 && relativeRmse < 0.001)
  assert.equal(half.facts.parameters, 1188)
  await using loaded = await loadModel(half)
  assert.equal((await loaded.run({ x: numbers(32) })).probabilities!.data.length, 4)
  const { outcome, metrics } = halveModel.declaration
  assert.match(
    outcome!({ report } as never).summary,
    /^1 weights in half precision, \d\d % of the size, results deviate by 0\.000\d+ /,
  )
  assert.equal(metrics.relativeRmse!.from({ report } as never), relativeRmse)
})

test('a model without weights worth rounding is not halved', async () => {
  await assert.rejects(halveModel({ model: mlp(2, 2, 2).file }), {
    code: 'MODEL_UNSUPPORTED',
    message: /no single-precision weights worth rounding/,
  })
})

test('ONNX Runtime is loaded neither by declaring ops nor by inspecting a model', () => {
  const program = `
    import { inspectModel } from '${join(import.meta.dirname, 'index.ts')}'
    const { report } = await inspectModel({ model: Buffer.from('${Buffer.from(net.file).toString('base64')}', 'base64') })
    const loaded = process.report.getReport().sharedObjects.filter((path) => path.includes('onnxruntime'))
    console.log((await report.value()).parameters, loaded.length)`
  const output = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program],
    { encoding: 'utf8' },
  )
  assert.equal(output, '1188 0\n')
})

test('ONNX Runtime writes nothing to standard error', () => {
  const program = `
    import { loadModel } from '${join(import.meta.dirname, 'index.ts')}'
    for (const options of [{}, { require: 'cuda' }])
      await loadModel('${folder.put('broken.onnx', onnxFile({ nodes: [node('Nope', ['x'], ['y'])], inputs: [value('x', [1])], outputs: [value('y', [1])] }))}', options)
        .catch((error) => console.error(error.code))`
  const output = execFileSync(
    '/bin/sh',
    [
      '-c',
      '"$0" "$@" 2>&1',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      program,
    ],
    { encoding: 'utf8' },
  )
  assert.match(output, /^MODEL_UNSUPPORTED\nMODEL_(PROVIDER_MISSING|UNSUPPORTED)\n$/)
})
