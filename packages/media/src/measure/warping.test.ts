import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Plane } from './plane.ts'
import { flows, pattern } from './testing/pattern.ts'
import golden from './testing/vectors.golden.json' with { type: 'json' }
import { type Flow, visibleInBoth, WarpingMeter, warpingError } from './warping.ts'

/** A flow that is the same everywhere. */
const steady = (width: number, height: number, u: number, v: number): Flow => ({
  width,
  height,
  u: new Float32Array(width * height).fill(u),
  v: new Float32Array(width * height).fill(v),
})

/** A plane whose pixels come from a place of a larger pattern. */
function cut(width: number, height: number, left: number, top: number): Plane {
  const [{ data }] = pattern(width + 20, height + 20)
  const part = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) part[y * width + x] = data[(y + top) * (width + 20) + x + left]!
  return { data: part, width, height }
}

test('the error and the mask are those of the formulas in NumPy and SciPy', () => {
  const { width, height, visible, error } = golden.warping
  const [first] = pattern(width, height)
  const [, spoilt] = pattern(width, height)
  const second: Plane = {
    ...spoilt,
    data: spoilt.data.map((_, at) => spoilt.data[at % width === 0 ? at + width - 1 : at - 1]!),
  }
  const [forward, backward] = flows(width, height)
  const mask = visibleInBoth(forward, backward)
  assert.equal(
    mask.reduce((sum, seen) => sum + seen, 0),
    visible,
  )
  assert.ok(visible > 100 && visible < width * height - 100)
  const found = warpingError([first], [second], forward, mask)
  assert.ok(Math.abs(found.error - error) < 1e-12, `${found.error} is not ${error}`)
  assert.ok(Math.abs(found.compared - visible / (width * height)) < 1e-12)
})

test('a picture that only moves has no error, and what leaves it is not compared', () => {
  const shift = fc.integer({ min: -6, max: 6 })
  fc.assert(
    fc.property(shift, shift, (u, v) => {
      const [first, second] = [cut(30, 24, 10, 10), cut(30, 24, 10 - u, 10 - v)]
      const meter = new WarpingMeter()
      const { error, compared } = meter.add([first], [second], steady(30, 24, u, v), steady(30, 24, -u, -v))
      assert.equal(error, 0)
      assert.ok(Math.abs(compared - ((30 - Math.abs(u)) * (24 - Math.abs(v))) / 720) < 1e-12)
      assert.equal(meter.result, 0)
    }),
    { numRuns: 30 },
  )
})

test('what a moving thing hides, and its edge, are not compared', () => {
  const [width, height] = [32, 16]
  const scene = (left: number): Plane => {
    const { data } = cut(width, height, 0, 0)
    const picture = data.slice() as Uint8Array
    for (let y = 4; y < 12; y++) picture.fill(255, y * width + left, y * width + left + 6)
    return { data: picture, width, height }
  }
  const moving = (left: number, by: number): Flow => {
    const flow = steady(width, height, 0, 0)
    for (let y = 4; y < 12; y++) flow.u.fill(by, y * width + left, y * width + left + 6)
    return flow
  }
  const [forward, backward] = [moving(8, 4), moving(12, -4)]
  const mask = visibleInBoth(forward, backward)
  for (const x of [14, 15, 16, 17]) assert.equal(mask[8 * width + x], 0, `the thing moves over x = ${x}`)
  assert.equal(mask[8 * width + 13], 0, 'its right edge')
  assert.equal(mask[8 * width + 10], 1, 'its middle')
  assert.equal(mask[8 * width + 25], 1, 'what is far from it')
  assert.equal(warpingError([scene(8)], [scene(12)], forward, mask).error, 0)
  assert.ok(warpingError([scene(8)], [scene(12)], forward, new Uint8Array(width * height).fill(1)).error > 0)
})

test('flicker is an error: the square of how much the light changes', () => {
  const flat = (level: number): Plane => ({ data: new Uint16Array(100).fill(level), width: 10, height: 10 })
  const still = steady(10, 10, 0, 0)
  const meter = new WarpingMeter(1023)
  meter.add([flat(100), flat(100)], [flat(200), flat(100)], still, still)
  meter.add([flat(200)], [flat(200)], still, still)
  assert.ok(Math.abs(meter.result - ((100 / 1023) ** 2 / 2 + 0) / 2) < 1e-12)
})

test('flows, masks and planes of different sizes are refused', () => {
  const still = steady(10, 10, 0, 0)
  const plane: Plane = { data: new Uint8Array(100), width: 10, height: 10 }
  assert.throws(() => visibleInBoth(still, steady(10, 9, 0, 0)), /do not belong together/)
  assert.throws(() => visibleInBoth(still, { ...still, u: new Float32Array(99) }), /99 and 100 numbers/)
  assert.throws(() => warpingError([plane], [plane], still, new Uint8Array(99)), /mask of 99/)
  assert.throws(() => warpingError([plane], [plane], steady(5, 20, 0, 0), new Uint8Array(100)), /do not go with a flow/)
})
