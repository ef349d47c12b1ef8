import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { ahead } from './ahead.ts'
import { Channel } from './channel.ts'

test('what is put is taken, in order, whatever the capacity', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 5 }), async (items, capacity) => {
      const channel = new Channel<number>(capacity)
      const putting = (async () => {
        for (const item of items) await channel.put(item)
        channel.end()
      })()
      const taken: number[] = []
      for await (const item of channel) taken.push(item)
      await putting
      assert.deepEqual(taken, items)
    }),
  )
})

test('whoever puts waits when it is full', async () => {
  const channel = new Channel<number>(1)
  await channel.put(1)
  let second = false
  const waiting = channel.put(2).then(() => {
    second = true
  })
  await turn()
  assert.equal(second, false)
  const iterator = channel[Symbol.asyncIterator]()
  await iterator.next()
  await waiting
  assert.equal(second, true)
})

test('an item that nobody takes any more is refused, and a failure is passed on', async () => {
  const channel = new Channel<number>(1)
  const iterator = channel[Symbol.asyncIterator]()
  await channel.put(1)
  await iterator.next()
  await iterator.return()
  assert.equal(await channel.put(2), false)
  const failing = new Channel<number>(1)
  failing.fail(new Error('gone'))
  await assert.rejects(failing[Symbol.asyncIterator]().next(), { message: 'gone' })
})

test('the next item is made while one is at work, and none is lost or kept', async () => {
  const made: number[] = []
  const dropped: number[] = []
  async function* items() {
    for (let item = 0; item < 5; item++) {
      made.push(item)
      yield item
    }
  }
  const seen: number[] = []
  for await (const item of ahead(
    items(),
    (kept) => kept,
    (given) => dropped.push(given),
  )) {
    await turn()
    seen.push(item)
    if (item < 4) assert.equal(made.at(-1), item + 1)
    if (item === 3) break
  }
  assert.deepEqual(
    [seen, dropped.sort()],
    [
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
    ],
  )
})
