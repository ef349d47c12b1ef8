import assert from 'node:assert/strict'
import test from 'node:test'
import { ComplexFft } from './complex-fft.ts'
import { Dct } from './dct.ts'
import { DctBlocks } from './dct-blocks.ts'
import { ComplexFft2d, RealFft2d } from './fft-2d.ts'
import { haarLevels, haarPyramid } from './haar.ts'
import { numbers, type Precision } from './precision.ts'
import { RealFft } from './real-fft.ts'
import { Stft } from './stft.ts'
import { distance, noise, tolerance } from './testing/compare.ts'
import { stored, storedComplex, vectors } from './testing/vectors.ts'
import { makeWindow, type WindowShape } from './window.ts'

function near(
  found: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
  precision: Precision,
  what: object,
) {
  const apart = distance(found, expected)
  assert.ok(apart <= tolerance[precision], `${JSON.stringify(what)}: ${apart}`)
}

for (const precision of ['float64', 'float32'] as const) {
  test(`Fourier transforms are SciPy's, ${precision}`, () => {
    for (const { length, complex, real } of vectors.fft) {
      const [re, im] = [noise(precision, length, 1), noise(precision, length, 2)]
      new ComplexFft(length, precision).forward(re, im, re, im)
      near([re, im], storedComplex(complex), precision, { length })
      const fft = new RealFft(length, precision)
      const spectrum = [numbers(precision, fft.bins), numbers(precision, fft.bins)] as const
      fft.forward(noise(precision, length, 1), ...spectrum)
      near(spectrum, storedComplex(real), precision, { length })
    }
  })

  test(`Fourier transforms in two dimensions are SciPy's, ${precision}`, () => {
    for (const { width, height, complex, real } of vectors.fft2d) {
      const [re, im] = [noise(precision, width * height, 1), noise(precision, width * height, 2)]
      new ComplexFft2d(width, height, precision).forward(re, im, re, im)
      near([re, im], storedComplex(complex), precision, { width, height })
      const fft = new RealFft2d(width, height, precision)
      const spectrum = [numbers(precision, fft.bins * height), numbers(precision, fft.bins * height)] as const
      fft.forward(noise(precision, width * height, 1), ...spectrum)
      near(spectrum, storedComplex(real), precision, { width, height })
    }
  })

  test(`cosine transforms are SciPy's, ${precision}`, () => {
    for (const { length, ...expected } of vectors.dct) {
      for (const norm of ['ortho', 'none'] as const) {
        const dct = new Dct(length, precision, norm)
        const found = numbers(precision, length)
        dct.dct2(noise(precision, length, 3), found)
        near([found], [stored(expected[`${norm}2`])], precision, { length, norm, dct: 2 })
        dct.dct3(noise(precision, length, 3), found)
        near([found], [stored(expected[`${norm}3`])], precision, { length, norm, dct: 3 })
      }
    }
  })

  test(`Haar transforms are PyWavelets', ${precision}`, () => {
    for (const { length, levels, approximation, details } of vectors.haar) {
      const found = haarLevels(noise(precision, length, 5), levels)
      near([found.approximation, ...found.details], [approximation, ...details].map(stored), precision, { length })
    }
    for (const { width, height, levels, approximation, details } of vectors.haar2d) {
      const found = haarPyramid(noise(precision, width * height, 6), width, height, levels)
      near([found.approximation], [stored(approximation)], precision, { width, height })
      for (const [index, { horizontal, vertical, diagonal }] of found.details.entries()) {
        const expected = details[index]!
        const bands = [expected.horizontal, expected.vertical, expected.diagonal].map(stored)
        near([horizontal, vertical, diagonal], bands, precision, { width, height, index })
      }
    }
  })

  test(`short-time Fourier transforms are SciPy's, ${precision}`, () => {
    for (const { frame, hop, padded, length, frames, dualWindow, spectra } of vectors.stft) {
      const stft = new Stft({ frame, hop, padded, precision })
      near([stft.dualWindow], [stored(dualWindow)], precision, { frame, hop })
      const found = stft.forward(noise(precision, length, 7))
      assert.equal(found.frames, frames)
      near([found.re, found.im], storedComplex(spectra), precision, { frame, hop, padded })
    }
  })
}

test("cosine transforms of 8x8 blocks are SciPy's", () => {
  const { width, height, blocks } = vectors.dctBlocks
  const plane = noise('float32', width * height, 4)
  new DctBlocks(width, height).forward(plane)
  near([plane], [stored(blocks)], 'float32', { width, height })
})

test("windows are SciPy's", () => {
  for (const { shape, length, ...samplings } of vectors.windows) {
    const [name, beta] = shape.split(' ')
    const wanted = (beta ? { [name!]: Number(beta) } : name) as WindowShape
    for (const sampling of ['periodic', 'symmetric'] as const) {
      const values = samplings[sampling]
      if (values) near([makeWindow(wanted, length, sampling)], [stored(values)], 'float64', { shape, length, sampling })
    }
  }
})
