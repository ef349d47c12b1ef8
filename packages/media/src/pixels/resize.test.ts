import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import fc from 'fast-check'
import type { Plane } from '../measure/plane.ts'
import { noise } from '../transform/testing/compare.ts'
import { plainResize } from './plain-resize.ts'
import { resize } from './resize.ts'
import { ResizePlan } from './resize-plan.ts'
import { type ResizeFilter, tapsOf } from './resize-taps.ts'
import { sampleAt, warp } from './warp.ts'

interface Golden {
  readonly from: [number, number]
  readonly to: [number, number]
  readonly filter: ResizeFilter
  readonly values: number[]
}
const golden: Golden[] = JSON.parse(readFileSync(new URL('./resize.golden.json', import.meta.url), 'utf8'))
const filters = ['box', 'bilinear', 'mitchell', 'bicubic', 'lanczos3'] as const

/** The numbers of resize.golden.py. */
function painted([width, height]: [number, number]): Plane & { data: Float32Array } {
  const data = Float32Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return (x * 37 + y * 61 + x * y * 13) % 256
  })
  return { data, width, height }
}

test('planes are resized as Pillow does it, and by the formula of Mitchell and Netravali', () => {
  assert.equal(golden.length, 20)
  for (const { from, to, filter, values } of golden) {
    const result = resize(painted(from), ...to, filter)
    assert.equal(result.length, values.length)
    for (const [at, value] of values.entries())
      assert.ok(Math.abs(result[at]! - value) <= 255e-6, `${filter} ${from} to ${to}: ${result[at]} for ${value}`)
  }
})

const sizes = fc.integer({ min: 1, max: 40 })

test('an even plane stays even, and one of the same size stays as it is', () => {
  fc.assert(
    fc.property(sizes, sizes, sizes, sizes, fc.constantFrom(...filters), (width, height, w, h, filter) => {
      const even = resize({ data: new Uint8Array(width * height).fill(77), width, height }, w, h, filter)
      for (const value of even) assert.ok(Math.abs(value - 77) < 1e-4)
      // This one does not go through the pixels.
      if (filter === 'mitchell') return
      const plane = painted([width, height])
      const same = resize(plane, width, height, filter)
      for (const [at, value] of plane.data.entries()) assert.ok(Math.abs(same[at]! - value) < 1e-4)
    }),
  )
})

test('the kernel gives the bits of the plain sums, and a plan can be used again', () => {
  const side = fc.integer({ min: 1, max: 90 })
  fc.assert(
    fc.property(side, side, side, side, fc.constantFrom(...filters), (width, height, w, h, filter) => {
      const plan = new ResizePlan({ width, height }, w, h, filter)
      const [across, down] = [tapsOf(width, w, filter), tapsOf(height, h, filter)]
      for (const plane of [painted([width, height]), { data: noise('float32', width * height, w), width, height }])
        assert.deepEqual(plan.run(plane), plainResize(plane, across, down))
    }),
    { numRuns: 200 },
  )
})

test('many sizes in turn are each resized as alone', () => {
  const plane = painted([30, 20])
  const sizes = Array.from({ length: 12 }, (_, index) => 5 + 3 * index)
  const alone = sizes.map((size) => new ResizePlan(plane, size, 7, 'lanczos3').run(plane))
  for (let time = 0; time < 2; time++)
    assert.deepEqual(
      sizes.map((size) => resize(plane, size, 7, 'lanczos3')),
      alone,
    )
})

test('rows with gaps and interleaved channels are read as they lie', () => {
  fc.assert(
    fc.property(sizes, sizes, fc.constantFrom(...filters), (width, height, filter) => {
      const plane = painted([width, height])
      const [step, stride, offset] = [3, width * 3 + 5, 2]
      const data = new Uint8Array(stride * height + offset).fill(9)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) data[offset + y * stride + x * step] = plane.data[y * width + x]!
      const packed = resize(plane, 17, 11, filter)
      assert.deepEqual(resize({ data, width, height, step, stride, offset }, 17, 11, filter), packed)
    }),
  )
})

test('a size that is none is refused', () => {
  for (const [width, height] of [
    [0, 5],
    [5, -1],
    [2.5, 5],
  ] as const)
    assert.throws(() => resize(painted([4, 4]), width, height), RangeError)
  assert.throws(() => resize({ data: new Uint8Array(15), width: 4, height: 4 }, 2, 2), /needs 16 numbers and has 15/)
})

test('between the pixels of a slope lies the slope, and beyond the edges the edge', () => {
  const data = Float32Array.from({ length: 100 }, (_, at) => 3 * (at % 10) + 5 * Math.floor(at / 10))
  const plane = { data, width: 10, height: 10 }
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 7.99, noNaN: true }),
      fc.double({ min: 1, max: 7.99, noNaN: true }),
      (x, y) => {
        assert.ok(Math.abs(sampleAt(plane, x, y) - (3 * x + 5 * y)) < 1e-4)
      },
    ),
  )
  assert.equal(sampleAt(plane, -9, -9), 0)
  assert.equal(sampleAt(plane, 99, 99), 72)
})

test('a flow of whole pixels moves the plane exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -12, max: 12 }), (dx, dy) => {
      const plane = painted([9, 7])
      const flow = { u: new Float32Array(63).fill(dx), v: new Float32Array(63).fill(dy), width: 9, height: 7 }
      const moved = warp(plane, flow)
      for (let y = 0; y < 7; y++)
        for (let x = 0; x < 9; x++) {
          const [fx, fy] = [Math.min(8, Math.max(0, x + dx)), Math.min(6, Math.max(0, y + dy))]
          assert.equal(moved[y * 9 + x], plane.data[fy * 9 + fx])
        }
    }),
  )
  const other = { u: new Float32Array(4), v: new Float32Array(4), width: 2, height: 2 }
  assert.throws(() => warp(painted([9, 7]), other), RangeError)
})
