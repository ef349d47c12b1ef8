import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Dct } from './dct.ts'
import { DctBlocks } from './dct-blocks.ts'
import { isForKernel } from './fft-memory.ts'
import { PlainDct } from './plain-dct.ts'
import { numbers } from './precision.ts'
import { SimdDct } from './simd-dct.ts'
import { distance, noise, tolerance } from './testing/compare.ts'

const lengths = fc
  .record({ twos: fc.integer({ min: 5, max: 11 }), threes: fc.nat(1), fives: fc.nat(1) })
  .map(({ twos, threes, fives }) => 2 ** twos * 3 ** threes * 5 ** fives)

for (const precision of ['float64', 'float32'] as const) {
  test(`the kernel gives what plain TypeScript gives, ${precision}`, () => {
    fc.assert(
      fc.property(lengths, fc.nat(), (n, seed) => {
        assert.ok(isForKernel(n / 2, precision))
        const [plain, simd] = [new PlainDct(n, 'float64', 2), new SimdDct(n, precision, 2)]
        for (const way of [plain, simd]) {
          way.samples.set(noise(precision, n, seed))
          way.forward()
        }
        assert.ok(distance([simd.coefficients], [plain.coefficients]) < tolerance[precision])
        for (const way of [plain, simd]) {
          way.inCoefficients.set(noise(precision, n, seed))
          way.inverse()
        }
        assert.ok(distance([simd.outSamples], [plain.outSamples]) < tolerance[precision])
      }),
      { numRuns: 30 },
    )
  })

  test(`dct3 undoes dct2, of any length, ${precision}`, () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 1, max: 600 }), lengths), fc.nat(), (n, seed) => {
        const signal = noise(precision, n, seed)
        const back = numbers(precision, n)
        const dct = new Dct(n, precision)
        dct.dct2(signal, back)
        dct.dct3(back, back)
        assert.ok(distance([back], [signal]) < tolerance[precision])
      }),
      { numRuns: 60 },
    )
  })
}

/** The transform of each block of a plane, by `Dct` along rows, then columns. */
function blocks(plane: Float32Array, width: number): Float64Array {
  const dct = new Dct(8)
  const found = Float64Array.from(plane)
  for (let at = 0; at < found.length; at += 8) dct.dct2(found.subarray(at, at + 8), found.subarray(at, at + 8))
  for (let top = 0; top < found.length; top += 8 * width) {
    for (let column = 0; column < width; column++) {
      const values = Float64Array.from({ length: 8 }, (_, row) => found[top + row * width + column]!)
      dct.dct2(values, values)
      for (const [row, value] of values.entries()) found[top + row * width + column] = value
    }
  }
  return found
}

test('blocks are transformed as rows and columns are, and back', () => {
  const side = fc.integer({ min: 1, max: 6 }).map((count) => 8 * count)
  fc.assert(
    fc.property(side, side, fc.nat(), (width, height, seed) => {
      const plane = noise('float32', width * height, seed)
      const found = plane.slice()
      const plan = new DctBlocks(width, height)
      plan.forward(found)
      assert.ok(distance([found], [blocks(plane, width)]) < tolerance.float32)
      plan.inverse(found)
      assert.ok(distance([found], [plane]) < tolerance.float32)
    }),
    { numRuns: 30 },
  )
})

test('the first coefficient of a block is eight times its mean', () => {
  const plane = new Float32Array(64).fill(3)
  new DctBlocks(8, 8).forward(plane)
  assert.ok(Math.abs(plane[0]! - 24) < 1e-5)
  assert.ok(plane.subarray(1).every((value) => Math.abs(value) < 1e-5))
})

test('lengths that do not fit are refused', () => {
  assert.throws(() => new DctBlocks(12, 8), /The width must be a multiple of 8, and is 12/)
  assert.throws(() => new DctBlocks(8, 8).forward(new Float32Array(65)), /The plane must have 64 numbers, and has 65/)
  assert.throws(() => new Dct(-1), /at least 1/)
  assert.throws(() => new Dct(4).dct2(new Float64Array(4), new Float64Array(5)), /The output must have 4/)
  assert.throws(() => new Dct(4).dct3(new Float64Array(3), new Float64Array(4)), /The input must have 4/)
})
