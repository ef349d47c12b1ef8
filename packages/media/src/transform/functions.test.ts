import assert from 'node:assert/strict'
import test from 'node:test'
import { dct2, dct3, fft, inverseFft, inverseRealFft, realFft } from './functions.ts'
import { distance, noise, tolerance } from './testing/compare.ts'
import { stored, storedComplex, vectors } from './testing/vectors.ts'

for (const precision of ['float64', 'float32'] as const) {
  test(`one transform at a time gives what plans give, in the precision of the input, ${precision}`, () => {
    // More lengths than plans are kept, twice, so that plans are made, found and made again.
    for (const { length, complex, real } of [...vectors.fft, ...vectors.fft.slice(-3)]) {
      const [re, im] = [noise(precision, length, 1), noise(precision, length, 2)]
      const whole = fft({ re, im })
      assert.equal(whole.re.constructor, re.constructor)
      assert.ok(distance([whole.re, whole.im], storedComplex(complex)) < tolerance[precision])
      const back = inverseFft(whole)
      assert.ok(distance([back.re, back.im], [re, im]) < tolerance[precision])
      const half = realFft(re)
      assert.ok(distance([half.re, half.im], storedComplex(real)) < tolerance[precision])
      assert.ok(distance([inverseRealFft(half, length)], [re]) < tolerance[precision])
    }
    for (const { length, none2, ortho3 } of vectors.dct) {
      const samples = noise(precision, length, 3)
      assert.ok(distance([dct2(samples, 'none')], [stored(none2)]) < tolerance[precision])
      assert.ok(distance([dct3(samples)], [stored(ortho3)]) < tolerance[precision])
      assert.ok(distance([dct3(dct2(samples))], [samples]) < tolerance[precision])
    }
  })
}

test('a result stays what it is when the next is made', () => {
  const first = realFft(Float64Array.of(1, 2, 3, 4))
  const kept = [...first.re]
  realFft(Float64Array.of(9, 9, 9, 9))
  assert.deepEqual([...first.re], kept)
})

test('no numbers, and parts that do not match, are refused', () => {
  assert.throws(() => realFft(new Float32Array(0)), /at least 1/)
  assert.throws(() => fft({ re: new Float32Array(4), im: new Float32Array(3) }), /im must have 4 numbers, and has 3/)
  assert.throws(() => inverseRealFft(realFft(new Float64Array(8)), 10), /re must have 6 numbers, and has 5/)
})
