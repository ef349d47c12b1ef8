import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from './until.ts'

let closed = 0
async function* numbers(count: number, wait = 0): AsyncIterable<number> {
  try {
    for (let n = 0; n < count; n++) {
      if (wait) await sleep(wait)
      yield n
    }
  } finally {
    closed++
  }
}

it('a stream that nobody aborts is given whole', async () => {
  assert.deepEqual(await Array.fromAsync(until(numbers(3), undefined)), [0, 1, 2])
  assert.deepEqual(await Array.fromAsync(until(numbers(3), new AbortController().signal)), [0, 1, 2])
})

it('a stream ends when it is aborted, between pieces and while one is awaited', async () => {
  for (const wait of [1, 100]) {
    const controller = new AbortController()
    const before = closed
    setTimeout(() => controller.abort(new Error('enough')), 20)
    const began = performance.now()
    await assert.rejects(Array.fromAsync(until(numbers(1000, wait), controller.signal)), /enough/)
    assert.ok(performance.now() - began < 90)
    await sleep(150)
    assert.equal(closed, before + 1)
  }
  await assert.rejects(Array.fromAsync(until(numbers(1), AbortSignal.abort(new Error('before')))), /before/)
})

it('a stream that is left early is closed, and its errors are its own', async () => {
  const before = closed
  for await (const n of until(numbers(9), new AbortController().signal)) if (n === 2) break
  await sleep(5)
  assert.equal(closed, before + 1)
  const failing = (async function* () {
    yield 1
    throw new Error('its own')
  })()
  await assert.rejects(Array.fromAsync(until(failing, new AbortController().signal)), /its own/)
})
