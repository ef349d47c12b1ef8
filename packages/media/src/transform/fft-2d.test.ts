import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ComplexFft2d, RealFft2d } from './fft-2d.ts'
import { PlainFft } from './plain-fft.ts'
import { type Numbers, numbers } from './precision.ts'
import { distance, noise, tolerance } from './testing/compare.ts'

const side = fc.integer({ min: 0, max: 7 }).map((power) => 2 ** power)

/** Rows, then columns, in plain TypeScript. */
function reference(re: Numbers, im: Numbers, width: number, height: number): [Float64Array, Float64Array] {
  const planes: [Float64Array, Float64Array] = [Float64Array.from(re), Float64Array.from(im)]
  const along = (length: number, lines: number, at: (line: number, index: number) => number) => {
    const fft = new PlainFft(length)
    for (let line = 0; line < lines; line++) {
      for (let index = 0; index < length; index++) {
        fft.inRe[index] = planes[0][at(line, index)]!
        fft.inIm[index] = planes[1][at(line, index)]!
      }
      fft.run(1)
      for (let index = 0; index < length; index++) {
        planes[0][at(line, index)] = fft.outRe[index]!
        planes[1][at(line, index)] = fft.outIm[index]!
      }
    }
  }
  along(width, height, (row, column) => row * width + column)
  along(height, width, (column, row) => row * width + column)
  return planes
}

for (const precision of ['float64', 'float32'] as const) {
  test(`rows and columns are transformed, and back, ${precision}`, () => {
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => {
        const size = width * height
        const planes = [noise(precision, size, seed), noise(precision, size, seed + 1)] as const
        const found = planes.map((plane) => plane.slice()) as [Numbers, Numbers]
        const complex = new ComplexFft2d(width, height, precision)
        complex.forward(...found, ...found)
        assert.ok(distance(found, reference(...planes, width, height)) < tolerance[precision])
        complex.inverse(...found, ...found)
        assert.ok(distance(found, planes) < tolerance[precision])

        const real = new RealFft2d(width, height, precision)
        const spectrum = [numbers(precision, real.bins * height), numbers(precision, real.bins * height)] as const
        real.forward(planes[0], ...spectrum)
        const whole = reference(planes[0], numbers(precision, size), width, height)
        const half = whole.map((plane) => plane.filter((_, at) => at % width < real.bins))
        assert.ok(distance(spectrum, half) < tolerance[precision])
        const back = numbers(precision, size)
        real.inverse(...spectrum, back)
        assert.ok(distance([back], [planes[0]]) < tolerance[precision])
      }),
      { numRuns: 25 },
    )
  })
}

test('sides and arrays that do not fit are refused', () => {
  assert.throws(() => new RealFft2d(12, 8), /The width of a 2-D transform must be a power of two, and is 12/)
  assert.throws(() => new ComplexFft2d(8, 0), /The height of a 2-D transform/)
  const [whole, half] = [new Float64Array(16), new Float64Array(12)]
  assert.throws(() => new RealFft2d(4, 4).forward(half, half, half), /The picture must have 16 numbers, and has 12/)
  assert.throws(() => new RealFft2d(4, 4).inverse(half, whole, whole), /im must have 12 numbers, and has 16/)
  assert.throws(() => new ComplexFft2d(4, 4).forward(whole, whole, half, whole), /outRe must have 16 numbers/)
})
