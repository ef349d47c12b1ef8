import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadModel } from './door.ts'
import { hasLibrary } from './session/runtime.ts'
import { Folder } from './testing/files.ts'
import { addition, identity, mlp } from './testing/models.ts'
import { node, onnxFile, value } from './testing/onnx-file.ts'

const folder = new Folder()
const plain = { inputs: [value('x', [2])], outputs: [value('y', [2])] }

test('models that ONNX Runtime does not know how to run are told why', async () => {
  const models: [string, Uint8Array, string][] = [
    [
      'operator.onnx',
      onnxFile({ ...plain, nodes: [node('Nope', ['x'], ['y'])] }),
      'it uses the operator "Nope", which operator set 17 does not have',
    ],
    [
      'domain.onnx',
      onnxFile({ ...plain, nodes: [node('Own', ['x'], ['y'], {}, 'com.example')], domains: { 'com.example': 1 } }),
      'it uses the operator "com.example:Own", which ONNX Runtime does not know',
    ],
    [
      'opset.onnx',
      onnxFile({ ...plain, nodes: [node('Relu', ['x'], ['y'])], opset: 99 }),
      'it needs operator set 99, and ONNX Runtime knows up to \\d+',
    ],
    [
      'ir.onnx',
      onnxFile({ ...plain, nodes: [node('Relu', ['x'], ['y'])], irVersion: 99 }),
      'its format is IR version 99, and ONNX Runtime knows up to \\d+',
    ],
    [
      'compiled.onnx',
      onnxFile({
        ...plain,
        nodes: [node('EPContext', ['x'], ['y'], {}, 'com.microsoft')],
        domains: { 'com.microsoft': 1 },
      }),
      'it holds compiled parts \\(com\\.microsoft\\.EPContext\\); export it without them',
    ],
  ]
  for (const [name, bytes, why] of models) {
    const path = folder.put(name, bytes)
    await assert.rejects(loadModel(path), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'MODEL_UNSUPPORTED', error.message)
      assert.match(error.message, new RegExp(`^\\S+${name} cannot be run: ${why}\\.$`))
      return true
    })
  }
})

test('models whose graph makes no sense are told to be damaged', async () => {
  const missing = onnxFile({ ...plain, nodes: [node('Add', ['x', 'absent'], ['y'])] })
  const mixed = onnxFile({
    nodes: [node('Add', ['x', 'n'], ['y'])],
    inputs: [value('x', [2]), value('n', [2], 'int64')],
    outputs: [value('y', [2])],
  })
  const absent = onnxFile({ ...plain, nodes: [node('Relu', ['x'], ['other'])] })
  for (const bytes of [missing, mixed, absent])
    await assert.rejects(loadModel(bytes), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'MODEL_DAMAGED', error.message)
      assert.match(error.message, /^The model is damaged or cut short: ONNX Runtime says: [^/\n]+\.$/)
      return true
    })
})

test('a file that is not there, empty, or no model is refused before ONNX Runtime sees it', async () => {
  for (const [path, code] of [
    [folder.at('missing.onnx'), 'FILE_NOT_FOUND'],
    [folder.put('empty.onnx', ''), 'FILE_EMPTY'],
    [folder.put('text.onnx', 'this is not a model'), 'MODEL_NOT_RECOGNISED'],
    [folder.put('cut.onnx', mlp().file.subarray(0, 700)), 'MODEL_DAMAGED'],
    [folder.path, 'FILE_IS_DIRECTORY'],
  ] as const)
    await assert.rejects(loadModel(path), { code })
})

const cudaMissing = !hasLibrary('libonnxruntime_providers_cuda.so')

test('where CUDA is missing the processor computes, and the model says why', { skip: !cudaMissing }, async () => {
  await using model = await loadModel(identity())
  assert.equal(model.provider, 'cpu')
  assert.deepEqual(
    model.fallbacks.map(({ provider }) => provider),
    ['tensorrt', 'cuda'],
  )
  for (const { provider, why } of model.fallbacks) assert.match(why, new RegExp(`${provider}.*|has no ${provider}`))
  await using second = await loadModel(identity(), { providers: ['cuda'] })
  assert.deepEqual([second.provider, second.fallbacks.length], ['cpu', 1])
  await assert.rejects(loadModel(identity(), { require: 'cuda' }), {
    code: 'MODEL_PROVIDER_MISSING',
    message: /^Models cannot run on cuda here: .+\.$/,
  })
})

test('a provider that is there is no fallback', async () => {
  await using model = await loadModel(identity(), { require: 'cpu' })
  assert.deepEqual([model.provider, model.fallbacks], ['cpu', []])
  await using listed = await loadModel(identity(), { providers: ['cpu', 'cuda'] })
  assert.deepEqual([listed.provider, listed.fallbacks], ['cpu', []])
})

test('a model is warmed up with inputs made up or given, and one that cannot run is found out', async () => {
  await using made = await loadModel(mlp().file, { warmUp: 2 })
  assert.equal(made.provider, 'cpu')
  await using sized = await loadModel(mlp().file, { warmUp: { runs: 1, sizes: { batch: 4 } } })
  assert.equal(sized.provider, 'cpu')
  const inputs = { a: new Float32Array(3), b: new Float32Array(3) }
  await using given = await loadModel(addition(), { warmUp: { runs: 1, inputs } })
  assert.equal(given.provider, 'cpu')
  await assert.rejects(loadModel(addition(), { warmUp: { runs: 1, inputs: { a: inputs.a } } }), {
    code: 'MODEL_INPUT_INVALID',
  })
})

test('loading ends when it is given up', async () => {
  const reason = new Error('no longer wanted')
  for (const source of [identity(), folder.put('given-up.onnx', identity())])
    await assert.rejects(loadModel(source, { signal: AbortSignal.abort(reason) }), reason)
})
