import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createStore, file, type Store } from '@colophon/core'
import { match } from '../match.ts'
import { scratch } from '../pcm/testing/make-pcm.ts'
import { song, toPeak, wav } from './testing/recordings.ts'

const path = scratch()
const [front, back] = [song(1, { seconds: 2 }), song(2, { seconds: 2, peak: 0.2 })]
const reference = file(wav(path('reference.wav'), song(3, { seconds: 2, tilt: 6, peak: 0.8 })))
const params = { kind: 'music', players: false } as const

/** What a store has besides its database and what goes on when a call is made again. */
async function left(store: Store): Promise<{ results: number; objects: number; scratch: string[] }> {
  const { results, objects, path } = await store.stats()
  return { results, objects, scratch: readdirSync(join(path, 'scratch')) }
}

test('what fails says so and gives nothing: no result, no recording, no default', async () => {
  const store = await createStore(path('failing'))
  const target = file(wav(path('surround.wav'), toPeak([...front, front[0], front[1], ...back], 0.5)))
  const before = await left(store)
  await assert.rejects(
    store.run(() => match({ target, references: [reference], ...params, format: 'mp3' })),
    { code: 'MEDIA_NOT_WRITTEN' },
  )
  const after = await left(store)
  // The recordings themselves are kept, as inputs of a call that failed.
  assert.deepEqual([after.results, after.objects, after.scratch], [0, before.objects + 2, []])
  await store.close()
})

test('what is aborted leaves nothing half-written, and can be made afterwards', async () => {
  const target = file(wav(path('target.wav'), front))
  const whole = await match({ target, references: [reference], ...params })
  const store = await createStore(path('aborted'))
  for (const fraction of [0, 0.86]) {
    const stop = new AbortController()
    const call = store.run(() => match({ target, references: [reference], ...params }), {
      signal: stop.signal,
      onProgress: (event) => {
        if (event.fraction >= fraction) stop.abort()
      },
    })
    await assert.rejects(call, { code: 'CALL_CANCELLED' })
    assert.equal((await store.stats()).results, 0, `aborted at ${fraction}`)
  }
  const made = await store.run(() => match({ target, references: [reference], ...params }))
  assert.equal(made.media.hash, whole.media.hash)
  assert.equal(made.report.hash, whole.report.hash)
  // The work that was aborted may have ended a little after its call; by now another has been done.
  assert.deepEqual((await left(store)).scratch, [])
  await store.close()
})
