import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BoundedCache } from './bounded-cache.ts'

test('what was not used for longest goes first', () => {
  const cache = new BoundedCache<number>(30)
  cache.set('a', 1, 10)
  cache.set('b', 2, 10)
  cache.set('c', 3, 10)
  assert.equal(cache.get('a'), 1)
  cache.set('d', 4, 10)
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => cache.get(key)),
    [1, undefined, 3, 4],
  )
  assert.equal(cache.bytes, 30)
  assert.equal(cache.size, 3)
})

test('an entry heavier than the whole cache is not kept, and pushes nothing out', () => {
  const cache = new BoundedCache<string>(10)
  cache.set('a', 'small', 5)
  cache.set('b', 'huge', 11)
  assert.equal(cache.get('b'), undefined)
  assert.equal(cache.get('a'), 'small')
  cache.set('c', 'just fits', 10)
  assert.equal(cache.get('a'), undefined)
  assert.equal(cache.get('c'), 'just fits')
})

test('an entry that became too heavy does not stay as it was', () => {
  const cache = new BoundedCache<string>(10)
  cache.set('a', 'old', 5)
  cache.set('a', 'new', 11)
  assert.equal(cache.get('a'), undefined)
  assert.equal(cache.bytes, 0)
})

test('a value that is set again weighs once and counts as used', () => {
  const cache = new BoundedCache<number>(20)
  cache.set('a', 1, 10)
  cache.set('b', 2, 10)
  cache.set('a', 3, 8)
  assert.equal(cache.bytes, 18)
  cache.set('c', 4, 10)
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [3, undefined, 4])
})

test('one heavy entry pushes out as many as it needs', () => {
  const cache = new BoundedCache<number>(100)
  for (let n = 0; n < 10; n++) cache.set(String(n), n, 10)
  cache.set('heavy', 0, 75)
  assert.equal(cache.size, 3)
  assert.deepEqual([cache.get('7'), cache.get('8'), cache.get('9')], [undefined, 8, 9])
})

test('what was deleted or cleared is gone with its weight', () => {
  const cache = new BoundedCache<number | undefined>(10)
  cache.set('a', undefined, 4)
  cache.set('b', 2, 4)
  cache.delete('a')
  cache.delete('never there')
  assert.equal(cache.bytes, 4)
  cache.clear()
  assert.equal(cache.bytes, 0)
  assert.equal(cache.size, 0)
  assert.equal(cache.get('b'), undefined)
})

test('a cache of no bytes keeps only what weighs nothing', () => {
  const cache = new BoundedCache<number>(0)
  cache.set('a', 1, 1)
  cache.set('b', 2, 0)
  assert.equal(cache.get('a'), undefined)
  assert.equal(cache.get('b'), 2)
})

test('it behaves as a list that is searched, whatever is done to it', () => {
  const action = fc.record({
    what: fc.constantFrom('get', 'set', 'delete'),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    bytes: fc.nat(12),
  })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const limit = 20
      const cache = new BoundedCache<number>(limit)
      /** The next to go first. */
      let model: { key: string; value: number; bytes: number; used: boolean }[] = []
      actions.forEach(({ what, key, bytes }, value) => {
        const found = model.find((entry) => entry.key === key)
        if (what === 'get') {
          assert.equal(cache.get(key), found?.value)
          if (found) found.used = true
          return
        }
        model = model.filter((entry) => entry !== found)
        if (what === 'delete') cache.delete(key)
        else cache.set(key, value, bytes)
        if (what === 'delete' || bytes > limit) return
        while (model.reduce((sum, entry) => sum + entry.bytes, bytes) > limit) {
          const next = model.shift()!
          if (next.used) model.push({ ...next, used: false })
        }
        model.push({ key, value, bytes, used: false })
      })
      assert.equal(cache.size, model.length)
      assert.equal(
        cache.bytes,
        model.reduce((sum, entry) => sum + entry.bytes, 0),
      )
      assert.ok(cache.bytes <= limit)
      for (const { key, value } of model) assert.equal(cache.get(key), value)
    }),
    { numRuns: 500 },
  )
})
