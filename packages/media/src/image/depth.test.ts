import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { toBitDepth } from './depth.ts'

test('a deeper picture made shallow again is what it was', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, level) => level)
  for (const depth of [10, 12, 16] as const)
    assert.deepEqual(toBitDepth(toBitDepth(bytes, 8, depth), depth, 8), bytes, `${depth} bits`)
})

test('levels are rounded to the nearest, and black and white stay black and white', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 65535 }),
      fc.constantFrom(8 as const, 10 as const, 12 as const),
      (value, depth) => {
        const [got] = toBitDepth(Uint16Array.of(value), 16, depth)
        const level = depth === 8 ? got! : got! >>> (16 - depth)
        assert.ok(Math.abs(level - (value * (2 ** depth - 1)) / 65535) <= 0.5)
      },
    ),
  )
  for (const depth of [10, 12] as const)
    assert.deepEqual([...toBitDepth(Uint16Array.of(0, 65535), 16, depth)], [0, 65535])
})
