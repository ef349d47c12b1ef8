import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import fc from 'fast-check'
import { allFromLight, allToLight, fromLight, type TransferName, toLight } from './colour-transfer.ts'

const { light }: { light: Record<TransferName, number[]> } = JSON.parse(
  readFileSync(new URL('./colour.golden.json', import.meta.url), 'utf8'),
)
const names = ['srgb', 'bt709', 'bt1886', 'pq', 'hlg', 'linear'] as const

test('numbers stand for the light that colour-science says', () => {
  for (const name of ['srgb', 'bt1886', 'pq', 'hlg'] as const)
    for (const [at, wanted] of light[name].entries()) {
      const found = toLight(at / 16, name)
      assert.ok(Math.abs(found - wanted) <= 1e-6 * wanted, `${name} ${at}: ${found} for ${wanted}`)
    }
  // Its constants have the standard's four digits.
  for (const [at, wanted] of light.bt709.entries()) assert.ok(Math.abs(toLight(at / 16, 'bt709') - wanted) < 1e-4)
})

test('light gives back the number that stood for it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.double({ min: 0, max: 1, noNaN: true }), (name, value) => {
      assert.ok(Math.abs(fromLight(toLight(value, name), name) - value) < (name === 'pq' ? 1e-5 : 1e-7))
    }),
  )
  for (const name of names) {
    assert.equal(toLight(0, name), 0)
    assert.ok(Math.abs(toLight(1, name) - 1) < 1e-6)
    assert.ok(Math.abs(fromLight(1, name) - 1) < 1e-6)
  }
})

test('curves rise without jumps where their two parts meet', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.double({ min: 0, max: 0.999, noNaN: true }), (name, value) => {
      const step = toLight(value + 1e-3, name) - toLight(value, name)
      assert.ok(step >= 0 && step < 0.02, `${step}`)
    }),
  )
})

test('arrays are as their numbers, and may be changed in place', () => {
  const values = Float64Array.from({ length: 11 }, (_, at) => at / 10)
  for (const name of names) {
    const result = allToLight(values, name)
    assert.deepEqual(
      [...result],
      [...values].map((value) => toLight(value, name)),
    )
    assert.equal(allFromLight(result, name, result), result)
    assert.ok(result.every((value, at) => Math.abs(value - values[at]!) < 1e-6))
  }
  assert.equal(toLight(-0.5, 'srgb'), -toLight(0.5, 'srgb'))
  assert.equal(toLight(-0.5, 'pq'), 0)
  assert.throws(() => allToLight(values, 'pq', new Float64Array(3)), RangeError)
})
