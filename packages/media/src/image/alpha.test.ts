import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { alphaUse, flatten } from './alpha.ts'

test('a picture lies opaque, invisible or half over its background', () => {
  const samples = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128)
  assert.deepEqual([...flatten({ samples, channels: 4 }, [110, 220, 30])], [10, 20, 30, 110, 220, 30, 60, 120, 30])
  const wide = Uint16Array.of(1000, 65535, 1000, 0)
  assert.deepEqual([...flatten({ samples: wide, channels: 2 }, [0, 2, 0])], [1000, 514])
})

test('a flattened colour lies between the picture and the background', () => {
  const level = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(level, level, level, (grey, alpha, under) => {
      const [flat] = flatten({ samples: Uint8Array.of(grey, alpha), channels: 2 }, [under, under, under])
      assert.ok(flat! >= Math.min(grey, under) && flat! <= Math.max(grey, under))
    }),
  )
})

test('what alpha does is told from all its samples', () => {
  const use = (...samples: number[]) => alphaUse({ samples: Uint8Array.from(samples), channels: 2 })
  assert.equal(use(0, 255, 7, 255), 'opaque')
  assert.equal(use(0, 255, 7, 0), 'bilevel')
  assert.equal(use(0, 0, 7, 254), 'blended')
  assert.equal(alphaUse({ samples: Uint8Array.of(0, 0, 0), channels: 3 }), 'none')
  assert.equal(alphaUse({ samples: Uint16Array.of(0, 65535, 1, 255), channels: 2 }), 'blended')
})
