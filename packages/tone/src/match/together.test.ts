import assert from 'node:assert/strict'
import { test } from 'node:test'
import { together } from './together.ts'

test('things done at once give their results in order', async () => {
  const { signal } = new AbortController()
  assert.deepEqual(await together([async () => 1, async () => 2], signal), [1, 2])
})

test('what fails stops the others, and is thrown when they have ended', async () => {
  const { signal } = new AbortController()
  let ended = false
  const endless = (stop: AbortSignal) =>
    new Promise<never>((_, reject) => {
      stop.addEventListener('abort', () =>
        setImmediate(() => {
          ended = true
          reject(stop.reason)
        }),
      )
    })
  const failing = async () => {
    throw new Error('broken')
  }
  await assert.rejects(together([endless, failing], signal), { message: 'broken' })
  assert.ok(ended)
})

test('an outer signal stops all', async () => {
  const outer = new AbortController()
  const waiting = (stop: AbortSignal) =>
    new Promise<never>((_, reject) => stop.addEventListener('abort', () => reject(stop.reason)))
  const both = together([waiting, waiting], outer.signal)
  outer.abort(new Error('enough'))
  await assert.rejects(both, { message: 'enough' })
})
