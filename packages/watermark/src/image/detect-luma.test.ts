import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Payload } from '../payload/payload.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { detectLuma } from './detect-luma.ts'
import { embedLuma, embedPrepared, prepareLuma } from './embed-luma.ts'
import type { GreyPlane } from './plane.ts'
import { scene } from './testing/scene.ts'

const key = MarkKey.from('a key for tests')
const payload: Payload = { kind: 'id', id: 0x0123_4567_89ab_cdefn, bits: 64 }

/** What a file of 8 bits keeps of a marked picture. */
function marked(luma: GreyPlane, hidden: Payload = payload): GreyPlane {
  const { added } = embedLuma(luma, hidden, key)
  assert.ok(added)
  return {
    ...luma,
    data: luma.data.map((value, at) => Math.min(255, Math.max(0, Math.round(value + added.data[at]!)))),
  }
}

/** Pixel `(x, y)` of the result is the one at `from(x, y)`. */
function rearranged(
  { data, width }: GreyPlane,
  size: readonly [number, number],
  from: (x: number, y: number) => readonly [number, number],
): GreyPlane {
  const out = new Float32Array(size[0] * size[1])
  for (let y = 0, at = 0; y < size[1]; y++)
    for (let x = 0; x < size[0]; x++, at++) {
      const [u, v] = from(x, y)
      out[at] = data[v * width + u]!
    }
  return { data: out, width: size[0], height: size[1] }
}

suite('a marked picture', () => {
  test('gives its payload back, whatever it is', () => {
    const luma = scene(256, 256, 1)
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    const hidden = fc.oneof(
      id.map((value): Payload => ({ kind: 'id', id: value, bits: 64 })),
      fc.constantFrom<Payload>({ kind: 'id', id: 7n, bits: 32 }, { kind: 'id', id: 2n ** 127n + 5n, bits: 128 }),
      fc.constantFrom<Payload>({ kind: 'text', text: 'Hallo' }, { kind: 'text', text: '水印' }),
    )
    fc.assert(
      fc.property(hidden, (one) => {
        const found = detectLuma(marked(luma, one), key, { search: 'upright' })
        assert.equal(found.state, 'found')
        assert.deepEqual(found.payload, one)
        assert.ok(found.pValue < 1e-6)
      }),
      { numRuns: 8 },
    )
  })

  test('of any size from 256 on gives its payload back, and is changed no more than was asked for', () => {
    for (const [width, height] of [
      [256, 300],
      [700, 520],
      [900, 1200],
    ] as const) {
      const luma = scene(width, height, 2)
      const { added } = embedLuma(luma, payload, key, { psnr: 42 })
      assert.ok(added)
      assert.deepEqual([added.width, added.height], [width, height])
      const power = added.data.reduce((sum, value) => sum + value * value, 0) / added.data.length
      assert.ok(10 * Math.log10(255 ** 2 / power) > 41.9)
      assert.deepEqual(detectLuma(marked(luma), key, { search: 'upright' }).payload, payload)
    }
  })

  test('is the same each time, and whether or not it was prepared for several', () => {
    const luma = scene(256, 256, 3)
    const prepared = prepareLuma(luma, key)
    embedPrepared(prepared, { kind: 'id', id: 1n, bits: 64 })
    const once = embedLuma(luma, payload, key).added!
    const again = embedPrepared(prepared, payload).added!
    assert.equal(Buffer.compare(Buffer.from(once.data.buffer), Buffer.from(again.data.buffer)), 0)
  })

  test('tells nothing to another key', () => {
    const found = detectLuma(marked(scene(256, 256, 4)), MarkKey.from('another key'))
    assert.equal(found.state, 'none')
    assert.ok(found.pValue > 1e-4)
    assert.equal(found.geometry, undefined)
  })
})

suite('a copy', () => {
  const original = marked(scene(400, 320, 5))

  test('turned by quarters and mirrored tells so', () => {
    const { width, height } = original
    interface Case {
      readonly rotation: number
      readonly flipped: boolean
      readonly size: readonly [number, number]
      readonly from: (x: number, y: number) => readonly [number, number]
    }
    const cases: readonly Case[] = [
      { rotation: 90, flipped: false, size: [height, width], from: (x: number, y: number) => [y, height - 1 - x] },
      {
        rotation: 180,
        flipped: false,
        size: [width, height],
        from: (x: number, y: number) => [width - 1 - x, height - 1 - y],
      },
      { rotation: 0, flipped: true, size: [width, height], from: (x: number, y: number) => [width - 1 - x, y] },
    ]
    for (const { rotation, flipped, size, from } of cases) {
      const found = detectLuma(rearranged(original, size, from), key)
      assert.deepEqual(found.payload, payload)
      const { geometry } = found
      assert.ok(geometry)
      const off = Math.abs(((geometry.rotation - rotation + 540) % 360) - 180)
      assert.ok(off < 0.3, `${geometry.rotation} for ${rotation}`)
      assert.equal(geometry.flipped, flipped)
      assert.ok(Math.abs(geometry.scaleX - 1) < 0.01 && Math.abs(geometry.scaleY - 1) < 0.01)
    }
  })

  test('of a part is read where it lies', () => {
    const part = rearranged(original, [300, 260], (x, y) => [x + 67, y + 41])
    const found = detectLuma(part, key, { search: 'upright' })
    assert.deepEqual(found.payload, payload)
    const { right, down } = found.geometry!.offset
    // Tiles begin where those of the whole do.
    const apart = (a: number, b: number) => Math.abs(((a - b + 32 + 640) % 64) - 32)
    assert.ok(apart(right, -67) < 1 && apart(down, -41) < 1, `${right} ${down}`)
  })

  test('of other brightness and contrast, or with light and dark exchanged, is still read', () => {
    for (const [factor, plus] of [
      [-1, 255],
      [0.5, 0],
      [1.4, -60],
    ] as const) {
      const data = original.data.map((value) => Math.min(255, Math.max(0, Math.round(value * factor + plus))))
      assert.deepEqual(detectLuma({ ...original, data }, key, { search: 'upright' }).payload, payload)
    }
  })

  test('of which too little is left says that a mark is there, or nothing, but no other payload', () => {
    for (const left of [0.6, 0.45, 0.3, 0.15, 0]) {
      const plain = scene(400, 320, 5)
      const data = plain.data.map((value, at) => value + left * (original.data[at]! - value))
      const found = detectLuma({ ...plain, data }, key, { search: 'upright' })
      if (found.payload) assert.deepEqual(found.payload, payload)
      assert.equal(found.found, found.state === 'found')
      if (left === 0) assert.equal(found.state, 'none')
    }
  })
})

test('planes in which nothing can be, give no mark and no error', () => {
  for (const [width, height] of [
    [1, 1],
    [3, 2000],
    [64, 64],
    [300, 300],
  ] as const) {
    const flat = { data: new Float32Array(width * height).fill(255), width, height }
    const found = detectLuma(flat, key)
    assert.equal(found.state, 'none')
    assert.ok(found.pValue > 0.01 && found.pValue <= 1)
  }
})
