import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadModel } from '../door.ts'
import type { Tensor } from '../tensor.ts'
import { identity } from '../testing/models.ts'
import { deviationOf, measureDeviation, worstOf } from './deviation.ts'

const tensor = (data: Tensor['data'], type: Tensor['type'] = 'float64'): Tensor => ({ type, dims: [data.length], data })
const one = (found: Tensor['data'], reference: Tensor['data']) =>
  deviationOf([{ y: tensor(found) }], [{ y: tensor(reference) }]).y!

test('a deviation is what its formulas say', () => {
  const found = one(Float64Array.of(3, 4.5, 0), Float64Array.of(3, 4, 0.001))
  assert.equal(found.maxAbs, 0.5)
  // 0.001 is less than a thousandth of 4, so that it is wholly wrong does not count here.
  assert.equal(found.maxRel, 0.125)
  assert.ok(Math.abs(found.rmse - Math.sqrt((0.25 + 1e-6) / 3)) < 1e-15)
  assert.ok(Math.abs(found.relativeRmse - Math.sqrt((0.25 + 1e-6) / (25 + 1e-6))) < 1e-15)
  assert.ok(Math.abs(found.cosine - (9 + 18) / Math.sqrt((9 + 20.25) * (25 + 1e-6))) < 1e-15)
  assert.equal(found.elements, 3)
})

const alike = { maxAbs: 0, maxRel: 0, rmse: 0, relativeRmse: 0, cosine: 1 }

test('what is the same does not deviate, whatever it is', () => {
  for (const data of [
    Float64Array.of(1, -2, 3),
    Float64Array.of(0, -0),
    Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, 1),
    BigInt64Array.of(1n, -(2n ** 60n)),
    new Float32Array(0),
  ])
    assert.deepEqual(one(data, data), { ...alike, elements: data.length })
})

test('infinities and no numbers in one of the two are infinitely wrong', () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const { maxAbs, relativeRmse } = one(Float64Array.of(1, wrong), Float64Array.of(1, 2))
    assert.deepEqual([maxAbs, relativeRmse], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
    assert.equal(one(Float64Array.of(1, 2), Float64Array.of(1, wrong)).maxAbs, Number.POSITIVE_INFINITY)
  }
  assert.equal(one(Float64Array.of(1), Float64Array.of(0)).relativeRmse, Number.POSITIVE_INFINITY)
})

test('scaling both changes no relative figure', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -10, max: 10 })), { minLength: 1 }),
      fc.integer({ min: -8, max: 8 }),
      (pairs, power) => {
        const reference = Float64Array.from(pairs, ([value]) => value)
        const found = Float64Array.from(pairs, ([value, error]) => value + error)
        const scale = 2 ** power
        const [a, b] = [
          one(found, reference),
          one(
            found.map((x) => x * scale),
            reference.map((x) => x * scale),
          ),
        ]
        assert.deepEqual([b.maxRel, b.relativeRmse, b.cosine], [a.maxRel, a.relativeRmse, a.cosine])
        assert.deepEqual([b.maxAbs, b.rmse], [a.maxAbs * scale, a.rmse * scale])
      },
    ),
  ))

test('several runs are measured together, and text is left out', () => {
  const runs = (offset: number) => [
    { y: tensor(Float64Array.of(1, 2 + offset)), words: tensor(['a'], 'string') },
    { y: tensor(Float64Array.of(3)), words: tensor(['b'], 'string') },
  ]
  const found = deviationOf(runs(1), runs(0))
  assert.deepEqual(Object.keys(found), ['y'])
  assert.deepEqual([found.y!.elements, found.y!.maxAbs], [3, 1])
  assert.equal(worstOf(found), Math.sqrt(1 / 14))
  assert.equal(worstOf({}), 0)
})

test('outputs of other lengths cannot be compared', () => {
  assert.throws(() => one(Float64Array.of(1), Float64Array.of(1, 2)), /"y" has 1 elements, and the reference 2/)
})

test('two models are compared on the same inputs', async () => {
  await using model = await loadModel(identity())
  const other = { run: async () => ({ y: tensor(Float32Array.of(1, 2, 3, 5), 'float32') }) }
  const inputs = [{ x: Float32Array.of(1, 2, 3, 4) }]
  assert.equal((await measureDeviation(model, other, inputs)).y!.maxAbs, 1)
  await assert.rejects(measureDeviation(model, other, []), { code: 'USAGE' })
})
