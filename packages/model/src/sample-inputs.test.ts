import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleInputs } from './sample-inputs.ts'

const inputs = [
  { name: 'image', type: 'float32', shape: ['batch', 3, '?'] },
  { name: 'half', type: 'float16', shape: [1000] },
  { name: 'ids', type: 'int64', shape: ['batch', 2] },
  { name: 'mask', type: 'bool', shape: [] },
  { name: 'words', type: 'string', shape: [2] },
]

test('inputs are made up with the sizes that are given, and 1 for others', () => {
  const made = sampleInputs(inputs, { sizes: { batch: 2 } })
  assert.deepEqual(
    Object.values(made).map(({ dims, type, data }) => [type, dims, data.length]),
    [
      ['float32', [2, 3, 1], 6],
      ['float16', [1000], 1000],
      ['int64', [2, 2], 4],
      ['bool', [], 1],
      ['string', [2], 2],
    ],
  )
  assert.deepEqual(made.ids!.data, new BigInt64Array(4))
  const half = made.half!.data as Float16Array
  assert.ok(half.every((value) => value >= -1 && value <= 1))
  assert.ok(new Set(half).size > 500)
})

test('the same seed makes the same inputs, another seed others', () => {
  assert.deepEqual(sampleInputs(inputs), sampleInputs(inputs, { seed: 1 }))
  assert.notDeepEqual(sampleInputs(inputs), sampleInputs(inputs, { seed: 2 }))
})

test('what cannot be made up is told', () => {
  const wrong = [
    { name: 'list', type: 'sequence of float32' },
    { name: 'free', type: 'float32' },
  ]
  for (const input of wrong) assert.throws(() => sampleInputs([input]), { code: 'USAGE', message: /cannot be made up/ })
  assert.throws(() => sampleInputs(inputs, { sizes: { batch: 2 ** 30 } }), { code: 'USAGE', message: /smaller sizes/ })
})
