import assert from 'node:assert/strict'
import { test } from 'node:test'
import { common, sharing } from './prepared.ts'

test('what calls have in common is made once while it is shared, by its name, and anew after', async () => {
  let made = 0
  const make = async () => ++made
  assert.deepEqual([await common('a', make), await common('a', make)], [1, 2])
  const inside = await sharing(async () => [
    await common('a', make),
    ...(await Promise.all([common('a', make), common('a', make)])),
    await common('b', make),
  ])
  assert.deepEqual(inside, [3, 3, 3, 4])
  assert.equal(await common('a', make), 5)
})

test('sharings that go on at once do not see each other, and a failure is not kept beyond them', async () => {
  const [one, two] = await Promise.all([
    sharing(() => common('a', async () => 'one')),
    sharing(() => common('a', async () => 'two')),
  ])
  assert.deepEqual([one, two], ['one', 'two'])
  const fail = () => common('a', async () => assert.fail('not now'))
  await assert.rejects(sharing(fail), /not now/)
  assert.equal(await sharing(() => common('a', async () => 'again')), 'again')
})
