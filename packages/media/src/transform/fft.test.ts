import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ComplexFft } from './complex-fft.ts'
import type { Engine } from './engine.ts'
import { isForKernel } from './fft-memory.ts'
import { PlainFft } from './plain-fft.ts'
import { type Numbers, numbers, type Precision } from './precision.ts'
import { RealFft } from './real-fft.ts'
import { SimdFft } from './simd-fft.ts'
import { distance, noise, tolerance } from './testing/compare.ts'

const precisions: readonly Precision[] = ['float64', 'float32']

/** Lengths with prime factors 2, 3 and 5, multiples of 16. */
const kernelLengths = fc
  .record({ twos: fc.integer({ min: 4, max: 12 }), threes: fc.nat(2), fives: fc.nat(2) })
  .map(({ twos, threes, fives }) => 2 ** twos * 3 ** threes * 5 ** fives)
  .filter((n) => n <= 20_000)

/** The sum that defines the transform, in float64. */
function definition(re: Numbers, im: Numbers): [Float64Array, Float64Array] {
  const n = re.length
  const out: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)]
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n
      out[0][k]! += re[j]! * Math.cos(angle) - im[j]! * Math.sin(angle)
      out[1][k]! += re[j]! * Math.sin(angle) + im[j]! * Math.cos(angle)
    }
  }
  return out
}

function transformed(engine: Engine, re: Numbers, im: Numbers): [Numbers, Numbers] {
  engine.inRe.set(re)
  engine.inIm.set(im)
  engine.run(0.5)
  return [engine.outRe, engine.outIm]
}

for (const precision of precisions) {
  test(`the kernel gives what plain TypeScript gives, ${precision}`, () => {
    fc.assert(
      fc.property(kernelLengths, fc.nat(), (n, seed) => {
        assert.ok(isForKernel(n, precision))
        const [re, im] = [noise(precision, n, seed), noise(precision, n, seed + 1)]
        const expected = transformed(new PlainFft(n), re, im)
        const found = transformed(new SimdFft(n, precision), re, im)
        assert.ok(distance(found, expected) < tolerance[precision])
      }),
      { numRuns: 40 },
    )
  })

  test(`any length agrees with the definition, ${precision}`, () => {
    for (const n of [...Array(40).keys(), 48, 60, 77, 97, 128, 169, 187, 240, 243, 256, 360, 479, 512].map(
      (n) => n || 1,
    )) {
      const [re, im] = [noise(precision, n, n), noise(precision, n, n + 1)]
      const out = [numbers(precision, n), numbers(precision, n)] as const
      new ComplexFft(n, precision).forward(re, im, ...out)
      assert.ok(distance(out, definition(re, im)) < tolerance[precision], `complex, length ${n}`)
      const real = new RealFft(n, precision)
      const spectrum = [numbers(precision, real.bins), numbers(precision, real.bins)] as const
      real.forward(re, ...spectrum)
      const whole = definition(re, numbers(precision, n))
      const half = whole.map((plane) => plane.subarray(0, real.bins))
      assert.ok(distance(spectrum, half) < tolerance[precision], `real, length ${n}`)
    }
  })

  test(`the inverse gives the input back, complex and real, ${precision}`, () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 1, max: 3000 }), kernelLengths), fc.nat(), (n, seed) => {
        const [re, im] = [noise(precision, n, seed), noise(precision, n, seed + 1)]
        const planes = [re.slice(), im.slice()] as const
        const complex = new ComplexFft(n, precision)
        complex.forward(...planes, ...planes)
        complex.inverse(...planes, ...planes)
        assert.ok(distance(planes, [re, im]) < tolerance[precision])
        const real = new RealFft(n, precision)
        const spectrum = [numbers(precision, real.bins), numbers(precision, real.bins)] as const
        const back = numbers(precision, n)
        real.forward(re, ...spectrum)
        real.inverse(...spectrum, back)
        assert.ok(distance([back], [re]) < tolerance[precision])
      }),
      { numRuns: 40 },
    )
  })

  test(`the energy of a signal is that of its spectrum, ${precision}`, () => {
    for (const n of [1024, 1000, 1009]) {
      const re = noise(precision, n, n)
      const out = [numbers(precision, n), numbers(precision, n)] as const
      new ComplexFft(n, precision).forward(re, numbers(precision, n), ...out)
      const energy = (planes: readonly Numbers[]) =>
        planes.flatMap((plane) => [...plane]).reduce((sum, value) => sum + value * value, 0)
      assert.ok(Math.abs(energy(out) / n / energy([re]) - 1) < tolerance[precision])
    }
  })

  test(`imaginary parts that real data cannot have are left out by the inverse, ${precision}`, () => {
    for (const n of [1, 2, 6, 7, 34, 64]) {
      const fft = new RealFft(n, precision)
      const [re, im] = [noise(precision, fft.bins, 1), noise(precision, fft.bins, 2)]
      const without = im.slice()
      without[0] = 0
      if (n % 2 === 0) without[n / 2] = 0
      const [found, expected] = [numbers(precision, n), numbers(precision, n)]
      fft.inverse(re, im, found)
      fft.inverse(re, without, expected)
      assert.deepEqual(found, expected)
    }
  })
}

for (const precision of precisions) {
  test(`weights are those of the samples, ${precision}`, () => {
    for (const n of [7, 20, 64]) {
      const weights = { before: noise(precision, n, 1), after: noise(precision, n, 2) }
      const [plain, weighing] = [new RealFft(n, precision), new RealFft(n, precision, weights)]
      const signal = noise(precision, n, 3)
      const spectra = [plain, weighing].map(
        (fft) => [numbers(precision, fft.bins), numbers(precision, fft.bins)] as const,
      )
      plain.forward(
        signal.map((value, j) => value * weights.before[j]!),
        ...spectra[0]!,
      )
      weighing.forward(signal, ...spectra[1]!)
      assert.ok(distance(spectra[1]!, spectra[0]!) < tolerance[precision])
      const [expected, found] = [numbers(precision, n), numbers(precision, n)]
      plain.inverse(...spectra[0]!, expected)
      weighing.inverse(...spectra[0]!, found)
      assert.ok(distance([found], [expected.map((value, j) => value * weights.after[j]!)]) < tolerance[precision])
    }
  })
}

test('arrays and lengths that do not fit are refused by name', () => {
  assert.throws(
    () => new RealFft(0),
    /RangeError: The length of a transform must be a whole number of at least 1, and is 0/,
  )
  assert.throws(() => new ComplexFft(1.5), /is 1\.5/)
  const fft = new RealFft(8)
  const [a, b] = [new Float64Array(8), new Float64Array(5)]
  assert.throws(() => fft.forward(b, b, b), /The samples must have 8 numbers, and has 5/)
  assert.throws(() => fft.forward(a, b, a), /im must have 5 numbers/)
  assert.throws(() => fft.inverse(a, b, a), /re must have 5 numbers/)
  assert.throws(() => new RealFft(8, 'float64', { before: b }), /The weights must have 8 numbers, and has 5/)
  assert.throws(() => new ComplexFft(8).forward(a, a, a, b), /outIm must have 8 numbers/)
})
