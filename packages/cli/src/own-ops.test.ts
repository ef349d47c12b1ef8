import assert from 'node:assert/strict'
import { test } from 'node:test'
import { op } from '@colophon/core'
import { opsIn } from './own-ops.ts'

test('ops are found among whatever a module exports, each once', () => {
  const add = op('add', (x: number, y: number) => x + y)
  const half = op('half', (x: number) => x / 2)
  const found = opsIn({ add, again: add, default: { nested: [half] }, other: () => 1, text: 'x', none: null })
  assert.deepEqual(found, [add, half])
})
