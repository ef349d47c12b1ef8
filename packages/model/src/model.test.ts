import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadModel } from './door.ts'
import type { Model } from './model.ts'
import type { TensorInput } from './tensor.ts'
import { Folder } from './testing/files.ts'
import { addition, convolution, identity, mlp, mlpPlainly, numbers } from './testing/models.ts'
import { node, onnxFile, sequence, value, weights } from './testing/onnx-file.ts'

const folder = new Folder()
const options = { threads: { within: 1 } }

const close = (found: ArrayLike<unknown>, wanted: ArrayLike<number>, tolerance = 1e-5) => {
  assert.equal(found.length, wanted.length)
  for (let i = 0; i < wanted.length; i++)
    assert.ok(
      Math.abs(Number(found[i]) - wanted[i]!) <= tolerance * Math.max(1, Math.abs(wanted[i]!)),
      `${i}: ${found[i]} ${wanted[i]}`,
    )
}

test('a network gives what it gives on paper, for any batch', async () => {
  const net = mlp()
  await using model = await loadModel(folder.put('mlp.onnx', net.file), options)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer(), async (batch, seed) => {
      const x = numbers(batch * 8, 2, seed)
      const { probabilities } = await model.run({ x: { data: x, dims: [batch, 8] } })
      assert.deepEqual(probabilities!.dims, [batch, 4])
      assert.equal(probabilities!.type, 'float32')
      close(probabilities!.data, mlpPlainly(net, x))
    }),
    { numRuns: 20 },
  )
})

test('a convolution gives what it gives on paper', async () => {
  const { kernel, bias, file } = convolution(5)
  await using model = await loadModel(file, options)
  const image = numbers(25)
  const wanted = Array.from({ length: 25 }, (_, at) => {
    let sum = bias
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const [y, x] = [Math.floor(at / 5) + dy, (at % 5) + dx]
        if (y >= 0 && y < 5 && x >= 0 && x < 5) sum += image[y * 5 + x]! * kernel[(dy + 1) * 3 + dx + 1]!
      }
    return Math.max(0, sum)
  })
  const { features } = await model.run({ image })
  assert.deepEqual(features!.dims, [1, 1, 5, 5])
  close(features!.data, wanted)
})

test('every optimisation, thread and memory setting gives the same', async () => {
  const net = mlp(8, 32, 4)
  const x = numbers(16)
  for (const settings of [
    { optimisation: 'none' },
    { optimisation: 'basic', memoryPattern: false },
    { optimisation: 'extended', memoryArena: false },
    { threads: { within: 2, between: 2 }, spin: true },
  ] as const) {
    await using model = await loadModel(net.file, settings)
    close((await model.run({ x })).probabilities!.data, mlpPlainly(net, x))
  }
})

test('each type of element goes in and comes out', async () => {
  const given: [Parameters<typeof identity>[1], Exclude<TensorInput, { data: unknown }>][] = [
    ['float32', Float32Array.of(1.5, -2)],
    ['float64', Float64Array.of(1 / 3, -2)],
    ['float16', Float16Array.of(1.5, -2, 65504)],
    ['int32', Int32Array.of(-1, 2 ** 31 - 1)],
    ['int64', BigInt64Array.of(-1n, 2n ** 62n)],
    ['uint8', Uint8Array.of(0, 255)],
    ['bool', Uint8Array.of(0, 1, 1)],
    ['string', ['', 'grün', '\u{1f600}']],
    ['float32', new Float32Array(0)],
  ]
  for (const [type, data] of given) {
    await using model = await loadModel(identity(['N'], type), options)
    const { y } = await model.run({ x: { data, dims: [data.length], type: type! } })
    assert.equal(y!.type, type)
    assert.deepEqual([...y!.data], [...data])
    assert.deepEqual((await model.run({ x: data })).y, y)
  }
})

test('part of a larger buffer is taken from where it begins', async () => {
  const all = Float16Array.of(9, 9, 1, 2, 3, 9)
  await using model = await loadModel(identity(['N'], 'float16'), options)
  assert.deepEqual([...(await model.run({ x: all.subarray(2, 5) })).y!.data], [1, 2, 3])
})

test('a model says what it takes, gives and is', async () => {
  await using model = await loadModel(folder.put('facts.onnx', mlp().file), options)
  assert.deepEqual(model.inputs, [{ name: 'x', type: 'float32', shape: ['batch', 8] }])
  assert.deepEqual(model.outputs, [{ name: 'probabilities', type: 'float32', shape: ['batch', 4] }])
  assert.equal(model.name, folder.at('facts.onnx'))
  assert.equal(model.description.metadata.task, 'classification')
  assert.equal(model.precision, 'fp32')
  assert.equal(model.deviation, undefined)
})

/** What an input is refused for. */
async function refusals(model: Model, table: readonly (readonly [Record<string, unknown>, string])[]) {
  for (const [inputs, message] of table)
    await assert.rejects(model.run(inputs as Record<string, TensorInput>), { code: 'MODEL_INPUT_INVALID', message })
}

test('inputs that do not fit are refused in plain words', async () => {
  await using sum = await loadModel(folder.put('sum.onnx', addition()), options)
  const wrong = (input: string, why: string) =>
    `${folder.at('sum.onnx')} cannot take what it was given as "${input}": ${why}.`
  const a = Float32Array.of(1, 2, 3)
  const wanted = 'float32 of shape [N, 3]'
  await refusals(sum, [
    [{ a }, wrong('b', `it is missing; ${wanted} is wanted`)],
    [{}, wrong('a', `it is missing; ${wanted} is wanted`)],
    [{ a, b: null }, wrong('b', `it is missing; ${wanted} is wanted`)],
    [{ a, B: a }, wrong('B', 'there is no such input (did you mean "b"?); it takes a, b')],
    [{ a, b: a, mask: a }, wrong('mask', 'there is no such input; it takes a, b')],
    [{ a: Int32Array.of(1, 2, 3), b: a }, wrong('a', `it is an Int32Array, and a Float32Array is wanted (${wanted})`)],
    [{ a: [1, 2, 3], b: a }, wrong('a', `it is a list, and a Float32Array is wanted (${wanted})`)],
    [{ a: 'text', b: a }, wrong('a', `it is a string, and a Float32Array is wanted (${wanted})`)],
    [{ a: { dims: [1, 3] }, b: a }, wrong('a', `it is nothing, and a Float32Array is wanted (${wanted})`)],
    [{ a, b: { data: a, dims: [1, 3], type: 'float64' } }, wrong('b', `it is float64, and ${wanted} is wanted`)],
    [{ a: Float32Array.of(1, 2), b: a }, wrong('a', `2 elements do not fill ${wanted}`)],
    [{ a, b: { data: a, dims: [3] } }, wrong('b', `its shape is [3], and ${wanted} is wanted`)],
    [{ a, b: { data: a, dims: [3, 1] } }, wrong('b', `its shape is [3, 1], and ${wanted} is wanted`)],
    [{ a, b: { data: a, dims: [2, 3] } }, wrong('b', 'its shape [2, 3] has 6 elements, and 3 are given')],
    [{ a, b: { data: a, dims: [-1, -3] } }, wrong('b', 'its shape [-1, -3] is not one')],
    [{ a, b: { data: a, dims: [1.5, 2] } }, wrong('b', 'its shape [1.5, 2] is not one')],
    [{ a, b: { data: a, dims: 3 } }, wrong('b', 'it has no list of dims')],
  ])
  assert.deepEqual([...(await sum.run({ a, b: a })).sum!.data], [2, 4, 6])
})

test('elements without a shape are taken where the shape is clear', async () => {
  await using free = await loadModel(identity(['N', 'M']), options)
  await refusals(free, [
    [
      { x: new Float32Array(6) },
      'The model cannot take what it was given as "x": it is float32 of shape [N, M]; give { data, dims }.',
    ],
  ])
  assert.deepEqual((await free.run({ x: { data: new Float32Array(6), dims: [2, 3] } })).y!.dims, [2, 3])
  await using text = await loadModel(identity(['N'], 'string'), options)
  await refusals(text, [
    [{ x: ['a', 1] }, 'The model cannot take what it was given as "x": not all its elements are text.'],
  ])
})

test('only the outputs that are wanted are given', async () => {
  const file = onnxFile({
    nodes: [node('Relu', ['x'], ['plus']), node('Neg', ['x'], ['minus'])],
    inputs: [value('x', ['N'])],
    outputs: [value('plus', ['N']), value('minus', ['N'])],
  })
  await using model = await loadModel(file, options)
  const x = Float32Array.of(-1, 2)
  assert.deepEqual(Object.keys(await model.run({ x })), ['plus', 'minus'])
  const only = await model.run({ x }, { outputs: ['minus'] })
  assert.deepEqual(Object.keys(only), ['minus'])
  assert.deepEqual([...only.minus!.data], [1, -2])
  await assert.rejects(model.run({ x }, { outputs: ['minus', 'other'] }), {
    code: 'MODEL_OUTPUT_UNKNOWN',
    message: 'The model has no output "other". It has: plus, minus.',
  })
})

test('values that are no tensors cannot be given, and are left out of what is given', async () => {
  const file = onnxFile({
    nodes: [node('SequenceConstruct', ['x', 'x'], ['list']), node('Neg', ['x'], ['y'])],
    inputs: [value('x', [2])],
    outputs: [sequence('list'), value('y', [2])],
  })
  await using model = await loadModel(file, options)
  assert.deepEqual(model.outputs[0], { name: 'list', type: 'sequence of float32' })
  assert.deepEqual(Object.keys(await model.run({ x: new Float32Array(2) })), ['y'])
  await assert.rejects(model.run({ x: new Float32Array(2) }, { outputs: ['list'] }), {
    code: 'MODEL_UNSUPPORTED',
    message: /output "list" is a sequence of float32/,
  })
  const taking = onnxFile({
    nodes: [node('SequenceLength', ['list'], ['n'])],
    inputs: [sequence('list')],
    outputs: [value('n', [], 'int64')],
  })
  await using other = await loadModel(taking, options)
  await assert.rejects(other.run({ list: new Float32Array(2) }), {
    code: 'MODEL_INPUT_INVALID',
    message: /it is a sequence of float32, which cannot be given/,
  })
})

test('a run that fails inside is told with the model and the reason', async () => {
  const file = onnxFile({
    nodes: [node('Reshape', ['x', 's'], ['y'])],
    inputs: [value('x', ['N']), value('s', [1], 'int64')],
    outputs: [value('y', ['M'])],
  })
  await using model = await loadModel(file, options)
  await assert.rejects(model.run({ x: new Float32Array(4), s: BigInt64Array.of(3n) }), (error: Error) => {
    assert.match(error.message, /^The model failed: .*Reshape/)
    assert.ok(!error.message.includes('onnxruntime_src'), error.message)
    return true
  })
  assert.deepEqual((await model.run({ x: new Float32Array(4), s: BigInt64Array.of(4n) })).y!.dims, [4])
})

test('runs at the same time get each their own result, in their order', async () => {
  await using model = await loadModel(identity(), options)
  const ended: number[] = []
  const results = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const { y } = await model.run({ x: new Float32Array(4).fill(i) })
      ended.push(i)
      return y!.data[0]
    }),
  )
  assert.deepEqual(
    results,
    Array.from({ length: 50 }, (_, i) => i),
  )
  assert.deepEqual(ended, results)
})

test('a run that was given up before its turn does not take place', async () => {
  await using model = await loadModel(identity(), options)
  const x = new Float32Array(4)
  const reason = new Error('given up')
  await assert.rejects(model.run({ x }, { signal: AbortSignal.abort(reason) }), reason)
  const stop = new AbortController()
  const first = model.run({ x })
  const second = model.run({ x }, { signal: stop.signal })
  const third = model.run({ x })
  stop.abort(reason)
  await assert.rejects(second, reason)
  assert.deepEqual(await first, await third)
})

test('a failed run does not spoil those that wait', async () => {
  await using model = await loadModel(addition(['N', 'M']), options)
  const tensor = (...dims: number[]) => ({ data: new Float32Array(dims[0]! * dims[1]!), dims })
  const failing = model.run({ a: tensor(2, 3), b: tensor(2, 4) })
  const good = model.run({ a: tensor(2, 3), b: tensor(2, 3) })
  await assert.rejects(failing, { code: 'MODEL_RUN_FAILED' })
  assert.deepEqual((await good).sum!.dims, [2, 3])
})

test('after dispose nothing runs, and what was asked for before has ended', async () => {
  const model = await loadModel(folder.put('closed.onnx', identity()), options)
  const x = Float32Array.of(1, 2, 3, 4)
  const running = model.run({ x })
  const closing = model.dispose()
  await assert.rejects(model.run({ x }), {
    code: 'MODEL_CLOSED',
    message: `${folder.at('closed.onnx')} was disposed of and cannot run. Load it again.`,
  })
  assert.deepEqual([...(await running).y!.data], [1, 2, 3, 4])
  await closing
  await model.dispose()
})

test('weights listed among the inputs need not be given', async () => {
  const file = onnxFile({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    weights: [weights('w', [2], Float32Array.of(1, 2))],
    inputs: [value('x', [2]), value('w', [2])],
    outputs: [value('y', [2])],
    irVersion: 3,
  })
  await using model = await loadModel(file, options)
  assert.deepEqual(
    model.inputs.map(({ name }) => name),
    ['x'],
  )
  assert.deepEqual([...(await model.run({ x: Float32Array.of(10, 20) })).y!.data], [11, 22])
})
