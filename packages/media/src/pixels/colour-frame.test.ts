import assert from 'node:assert/strict'
import test from 'node:test'
import { createFrame } from '../stream/create-frame.ts'
import { pixelLayout } from '../stream/pixel-layout.ts'
import { frameToRgb, rgbIntoFrame, yuvFormatOf } from './colour-frame.ts'
import type { Rgb } from './colour-planes.ts'

/** A ramp that chroma of a quarter of the samples can follow. */
function ramp(width: number, height: number, wide: boolean): Rgb {
  const samples = new (wide ? Uint16Array : Uint8Array)(3 * width * height)
  const white = wide ? 65535 : 255
  samples.forEach((_, at) => {
    const [colour, x, y] = [at % 3, Math.floor(at / 3) % width, Math.floor(at / 3 / width)]
    samples[at] = Math.round(white * (0.2 + 0.6 * [x / width, y / height, (x + y) / (width + height)][colour]!))
  })
  return { width, height, samples }
}

test('colours are written into frames of any layout and read from them again', async () => {
  for (const [format, most] of [
    ['yuv420p', 4],
    ['nv12', 4],
    ['nv21', 4],
    ['yuvj444p', 1],
    ['yuv444p', 2],
    ['p010le', 4],
    ['yuv422p10le', 4],
    ['rgb24', 0],
    ['bgra', 0],
    ['gbrp', 0],
    ['gbrp10le', 1],
    ['rgba64le', 0],
  ] as const) {
    const wide = pixelLayout(format)!.bits > 8
    const unit = wide ? 257 : 1
    const rgb = ramp(64, 48, wide)
    using frame = await createFrame({ width: 64, height: 48, format, time: 0 })
    rgbIntoFrame(rgb, frame)
    const { samples, ...size } = frameToRgb(frame)
    assert.deepEqual(size, { width: 64, height: 48 })
    assert.equal(samples.BYTES_PER_ELEMENT, wide ? 2 : 1)
    for (const [at, value] of samples.entries()) {
      const error = Math.abs(value - rgb.samples[at]!)
      assert.ok(error <= most * unit, `${format}: ${error / unit}`)
    }
  }
})

test('a grey frame gets luma and gives grey', async () => {
  using frame = await createFrame({ width: 3, height: 1, format: 'gray', time: 0 })
  rgbIntoFrame({ width: 3, height: 1, samples: Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 0, 0) }, frame)
  assert.deepEqual([...frameToRgb(frame).samples], [0, 0, 0, 255, 255, 255, 76, 76, 76])
  assert.equal(frameToRgb(frame, { range: 'limited' }).samples[6], Math.round(((76 - 16) / 219) * 255))
})

test('matrix and range are what the frame says; unsaid, its lines tell the matrix', async () => {
  const of = async (height: number, format: string, more = {}) => {
    using frame = await createFrame({ width: 16, height, format, time: 0, ...more })
    const { matrix, range } = yuvFormatOf(frame)
    return [matrix, range]
  }
  assert.deepEqual(await of(576, 'yuv420p'), ['bt601', 'limited'])
  assert.deepEqual(await of(578, 'yuv420p'), ['bt709', 'limited'])
  assert.deepEqual(await of(16, 'yuvj420p'), ['bt601', 'full'])
  assert.deepEqual(await of(16, 'yuv420p10le', { colour: { matrix: 9 }, range: 'full' }), ['bt2020', 'full'])
  assert.deepEqual(await of(1080, 'yuv420p', { colour: { matrix: 5 } }), ['bt601', 'limited'])

  using frame = await createFrame({ width: 16, height: 16, format: 'yuv444p', time: 0, colour: { matrix: 14 } })
  assert.throws(() => frameToRgb(frame), { code: 'MEDIA_NOT_RECOGNISED', message: /ictcp/ })
  assert.equal(yuvFormatOf(frame, { matrix: 'bt709', siting: 'centre' }).siting, 'centre')
  assert.throws(() => rgbIntoFrame({ width: 8, height: 8, samples: new Uint8Array(192) }, frame), /16x16/)
})
