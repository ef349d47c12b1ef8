import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ColophonError, type ErrorCode } from '@colophon/core'
import fc from 'fast-check'
import { bytesField, intField, join, messageField, textField } from '../protobuf/encode.ts'
import { type ByteSource, bytesSource } from '../protobuf/source.ts'
import { convolution, identity, mlp } from '../testing/models.ts'
import { graph, node, onnxFile, outsideWeights, value, weights } from '../testing/onnx-file.ts'
import { describe } from './describe.ts'
import { readModel } from './read-model.ts'

const look = async (bytes: Uint8Array) => describe(await readModel(bytesSource(bytes), 'net.onnx'), 'net.onnx')

const refused = (bytes: Uint8Array, code: ErrorCode, message: RegExp) =>
  assert.rejects(look(bytes), (error: unknown) => {
    assert.ok(error instanceof ColophonError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  })

/** A model whose one weight is this tensor. */
const holding = (tensor: Uint8Array) =>
  onnxFile({
    nodes: [node('Identity', ['w'], ['y'])],
    weights: [tensor],
    inputs: [],
    outputs: [value('y', ['N'])],
  })

/** A model with all that a model can have: an inner graph, a function, sparse weights, values that are no tensors. */
const branching = (): Uint8Array => {
  const branch = (name: string, extra: readonly Uint8Array[] = []) =>
    graph({
      nodes: [node('Constant', [], [name], { value: weights('', [2], Float32Array.of(1, 2)) }), ...extra],
      inputs: [],
      outputs: [value(name, [2])],
    })
  const sequence = join([
    textField(1, 'list'),
    messageField(2, [messageField(4, [messageField(1, [messageField(1, [intField(1, 7)])])])]),
  ])
  const main = onnxFile({
    nodes: [
      node('If', ['c'], ['y'], {
        then_branch: { graph: branch('a') },
        else_branch: { graph: branch('b', [node('Relu', ['b'], ['unused'])]) },
      }),
      node('Twice', ['y'], ['z'], {}, 'own'),
    ],
    weights: [weights('w', [3], Float32Array.of(1, 2, 3))],
    inputs: [value('c', [], 'bool'), value('w', [3]), sequence],
    outputs: [value('z', ['?', 2])],
    domains: { own: 1 },
  })
  const sparse = messageField(15, [
    messageField(1, [weights('s', [1], Float32Array.of(5))]),
    messageField(2, [weights('', [1], BigInt64Array.of(3n), 'int64')]),
    intField(3, 9),
  ])
  const func = messageField(25, [
    textField(1, 'Twice'),
    textField(4, 'x'),
    textField(5, 'y'),
    bytesField(7, node('Add', ['x', 'x'], ['y'])),
    textField(10, 'own'),
  ])
  return join([main, func, sparse])
}

test('a model is described as it was built', async () => {
  const found = await look(mlp().file)
  assert.deepEqual(found, {
    irVersion: 8,
    opsets: { 'ai.onnx': 17 },
    producer: 'colophon tests',
    producerVersion: '1.2',
    domain: '',
    modelVersion: 3,
    description: '',
    graph: 'main',
    metadata: { task: 'classification' },
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', 8] }],
    outputs: [{ name: 'probabilities', type: 'float32', shape: ['batch', 4] }],
    operators: { Add: 1, Gemm: 1, MatMul: 1, Relu: 1, Softmax: 1 },
    nodes: 5,
    parameters: 8 * 16 + 16 + 16 * 4 + 4,
    weightBytes: 4 * (8 * 16 + 16 + 16 * 4 + 4),
    weightTypes: { float32: 8 * 16 + 16 + 16 * 4 + 4 },
    externalFiles: {},
  })
})

test('inner graphs, functions, and values that are no tensors are described', async () => {
  const found = await look(branching())
  assert.deepEqual(found.opsets, { 'ai.onnx': 17, own: 1 })
  assert.deepEqual(found.operators, { Constant: 2, Add: 1, If: 1, Relu: 1, 'own.Twice': 1 })
  assert.deepEqual(Object.keys(found.operators)[0], 'Constant')
  // `w` is an initializer that is listed among the inputs as well.
  assert.deepEqual(found.inputs, [
    { name: 'c', type: 'bool', shape: [] },
    { name: 'list', type: 'sequence of int64' },
  ])
  assert.equal(found.parameters, 3 + 2 + 2)
})

test('what is no model is told from what is a damaged one', async () => {
  const zip = Buffer.from('PK\x03\x04 and so on, as torch.save writes it', 'latin1')
  const safetensors = Buffer.concat([Buffer.from([40, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"w":{"dtype":"F32"}}')])
  const table: [Uint8Array, ErrorCode, RegExp][] = [
    [Buffer.alloc(0), 'FILE_EMPTY', /^net\.onnx is empty/],
    [Buffer.from('hello, this is text'), 'MODEL_NOT_RECOGNISED', /does not begin like one/],
    [Buffer.from('\n\nimport torch\n'), 'MODEL_NOT_RECOGNISED', /does not begin like one/],
    [Buffer.from('{"format": "json"}'), 'MODEL_NOT_RECOGNISED', /does not begin like one/],
    [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'MODEL_NOT_RECOGNISED', /is a PNG picture/],
    [zip, 'MODEL_NOT_RECOGNISED', /ZIP archive/],
    [safetensors, 'MODEL_NOT_RECOGNISED', /safetensors/],
    [Buffer.from('\x20\0\0\0ORTM    ', 'latin1'), 'MODEL_NOT_RECOGNISED', /\.ort/],
    [Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'MODEL_NOT_RECOGNISED', /git lfs pull/],
    [Buffer.alloc(1000), 'MODEL_NOT_RECOGNISED', /./],
    [intField(1, 8), 'MODEL_NOT_RECOGNISED', /holds no graph/],
    [join([intField(1, 8), messageField(7, [textField(2, 'g')])]), 'MODEL_DAMAGED', /names no operator set/],
    [mlp().file.subarray(0, 500), 'MODEL_DAMAGED', /damaged or cut short: \d+ bytes are announced and \d+ follow/],
  ]
  for (const [bytes, code, message] of table) await refused(bytes, code, message)
})

test('a model that is cut anywhere is refused', async () => {
  const { file } = convolution()
  for (let length = 0; length < file.length; length++)
    await assert.rejects(look(file.subarray(0, length)), { name: 'ColophonError' }, `cut at ${length}`)
})

test('a shape that claims more than is there is refused before anything is allocated', async () => {
  const huge = 2 ** 40
  const claims: [Uint8Array, RegExp][] = [
    [
      weights('w', [huge], Float32Array.of(1)),
      /"w" is float32 of shape \[1099511627776\], which is 4398046511104 bytes, and has 4/,
    ],
    [weights('w', [huge, huge], Float32Array.of(1)), /impossible shape/],
    [weights('w', [-1], Float32Array.of(1)), /impossible shape \[-1\]/],
    [weights('w', new Array(65).fill(1), Float32Array.of(1)), /has 65 dimensions/],
    [
      join([intField(1, huge), intField(2, 7), textField(8, 'w'), bytesField(7, Uint8Array.of(1))]),
      /data for fewer elements/,
    ],
    [
      join([intField(1, 3), intField(2, 1), textField(8, 'w'), bytesField(4, new Uint8Array(8))]),
      /12 bytes, and has 8/,
    ],
    [
      join([intField(1, 2), intField(2, 8), textField(8, 'w'), bytesField(6, Buffer.from('one'))]),
      /data for fewer elements/,
    ],
    [outsideWeights('w', [4], {}), /lies in another file that it does not name/],
  ]
  for (const [tensor, message] of claims) await refused(holding(tensor), 'MODEL_DAMAGED', message)
})

test('data in the fields of its type is accepted', async () => {
  const tensors = [
    join([intField(1, 2), intField(2, 1), bytesField(4, new Uint8Array(8))]),
    join([intField(1, 2), intField(2, 11), bytesField(10, new Uint8Array(16))]),
    join([intField(1, 3), intField(2, 7), bytesField(7, Uint8Array.of(1, 0x80, 1, 2))]),
    join([intField(1, 4), intField(2, 22), bytesField(5, Uint8Array.of(0x11, 0x22))]),
    join([intField(1, 5), intField(2, 22), bytesField(9, Uint8Array.of(1, 2, 3))]),
    join([intField(1, 2), intField(2, 8), bytesField(6, Buffer.from('one')), bytesField(6, Buffer.from('two'))]),
    join([intField(1, 0), intField(2, 1)]),
  ]
  assert.deepEqual(
    await Promise.all(tensors.map(async (tensor) => (await look(holding(tensor))).parameters)),
    [2, 2, 3, 4, 5, 2, 0],
  )
})

test('a file larger than protobuf allows is refused from its size', async () => {
  const start = identity()
  const vast: ByteSource = { size: 2 ** 33, read: async (at, length) => start.subarray(at, at + length) }
  await assert.rejects(readModel(vast, 'vast.onnx'), { code: 'MODEL_TOO_LARGE', message: /8589934592 bytes/ })
})

test('weights outside the folder of the model are refused by their name alone', async () => {
  const named = (location: string) => holding(outsideWeights('w', [4], { location }))
  for (const location of [
    '../secret',
    'a/../../b',
    '/etc/passwd',
    '\\\\host\\share',
    'C:\\w',
    'a\\..\\b',
    'c:w',
    'a\0b',
  ])
    await refused(named(location), 'MODEL_EXTERNAL_DATA', /folder of the model|zero byte/)
  assert.deepEqual((await look(named('./parts/w.bin'))).externalFiles, { 'parts/w.bin': 16 })
  const wrong = holding(outsideWeights('w', [4], { location: 'w.bin', offset: '-1' }))
  await refused(wrong, 'MODEL_EXTERNAL_DATA', /offset "-1" is not a number of bytes/)
  const short = holding(outsideWeights('w', [4], { location: 'w.bin', length: '8' }))
  await refused(short, 'MODEL_EXTERNAL_DATA', /8 bytes are named for a tensor of 16/)
})

test('weights outside the folder are found wherever a model can hide a tensor', async () => {
  const outside = outsideWeights('w', [1], { location: '../out' })
  const inner = graph({ nodes: [], inputs: [], outputs: [], weights: [outside] })
  const plain = { inputs: [], outputs: [] }
  const models = [
    onnxFile({ ...plain, nodes: [node('Constant', [], ['y'], { value: outside })] }),
    onnxFile({ ...plain, nodes: [node('If', ['c'], ['y'], { then_branch: { graph: inner } })] }),
    join([
      onnxFile({ ...plain, nodes: [] }),
      messageField(25, [bytesField(7, node('Constant', [], ['y'], { value: outside }))]),
    ]),
    join([onnxFile({ ...plain, nodes: [] }), messageField(20, [bytesField(1, inner)])]),
  ]
  for (const model of models) await refused(model, 'MODEL_EXTERNAL_DATA', /leads out of the folder/)
})

test('a model with two graphs is refused, as nobody could say which one counts', async () => {
  const hidden = messageField(7, [textField(2, 'second')])
  await refused(join([mlp().file, hidden]), 'MODEL_DAMAGED', /"graph" is there twice/)
})

test('whatever is done to a file, the answer is a description or one of our errors', async () => {
  const seeds = [
    mlp(2, 3, 2).file,
    convolution(2).file,
    branching(),
    holding(outsideWeights('w', [4], { location: 'w' })),
  ]
  const change = fc.record({ at: fc.nat(), remove: fc.nat({ max: 4 }), insert: fc.uint8Array({ maxLength: 4 }) })
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: seeds.length - 1 }),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      async (seed, changes) => {
        let bytes: Uint8Array = seeds[seed]!
        for (const { at, remove, insert } of changes) {
          const place = at % (bytes.length + 1)
          bytes = join([bytes.subarray(0, place), insert, bytes.subarray(place + remove)])
        }
        try {
          assert.ok((await look(bytes)).nodes >= 0)
        } catch (error) {
          assert.ok(error instanceof ColophonError, String(error))
          assert.notEqual(error.code, 'INTERNAL')
        }
      },
    ),
    { numRuns: 3000 },
  )
})
