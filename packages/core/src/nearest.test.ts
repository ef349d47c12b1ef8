import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'

const known = ['store', 'tenant', 'secrets', 'cacheBytes']

test('a slip of the finger finds the word that was meant', () => {
  assert.equal(nearest('stroe', known), 'store')
  assert.equal(nearest('tenent', known), 'tenant')
  assert.equal(nearest('cachebytes', known), 'cacheBytes')
  assert.equal(nearest('secret', known), 'secrets')
})

test('a word unlike all others has no suggestion', () => {
  assert.equal(nearest('colour', known), undefined)
  assert.equal(nearest('x', known), undefined)
  assert.equal(nearest('store', []), undefined)
})
