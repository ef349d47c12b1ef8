import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { fitInside, squarePixels } from './fit.ts'

const side = fc.integer({ min: 1, max: 20_000 })
const size = fc.record({ width: side, height: side })

test('what is fitted lies within the box, touches it or keeps its size, and keeps its proportions to half a pixel', () => {
  fc.assert(
    fc.property(size, size, fc.boolean(), (source, box, enlarge) => {
      const { width, height } = fitInside(source, box, enlarge)
      assert.ok(width >= 1 && height >= 1 && width <= box.width && height <= box.height)
      const scale = Math.min(
        box.width / source.width,
        box.height / source.height,
        enlarge ? Number.POSITIVE_INFINITY : 1,
      )
      assert.ok(Math.abs(width - source.width * scale) <= 0.5 || width === 1)
      assert.ok(Math.abs(height - source.height * scale) <= 0.5 || height === 1)
      if (enlarge) assert.ok(width === box.width || height === box.height)
      else assert.ok(width <= source.width && height <= source.height)
    }),
  )
})

test('a source smaller than the box stays as it is unless it may grow', () => {
  assert.deepEqual(fitInside({ width: 64, height: 36 }, { width: 320, height: 320 }), { width: 64, height: 36 })
  assert.deepEqual(fitInside({ width: 64, height: 36 }, { width: 320, height: 320 }, true), { width: 320, height: 180 })
})

test('oblong pixels stretch the width', () => {
  assert.deepEqual(squarePixels({ width: 720, height: 576 }, { num: 64, den: 45 }), { width: 1024, height: 576 })
  assert.deepEqual(squarePixels({ width: 1440, height: 1080 }, { num: 4, den: 3 }), { width: 1920, height: 1080 })
})

test('absurd and missing pixel shapes count as square', () => {
  for (const shape of [
    { num: 0, den: 1 },
    { num: 1, den: 0 },
    { num: 65535, den: 1 },
    { num: -4, den: 3 },
  ])
    assert.deepEqual(squarePixels({ width: 720, height: 576 }, shape), { width: 720, height: 576 })
})
