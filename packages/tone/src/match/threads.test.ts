import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { WorkerPool } from '@colophon/media'
import { scratch } from '../pcm/testing/make-pcm.ts'
import { compose } from './compose.ts'
import { matchParams } from './params.ts'
import { readRecording } from './recording.ts'
import { settle } from './settle.ts'
import { samplesOf } from './testing/matching.ts'
import { song, wav } from './testing/recordings.ts'

const path = scratch()

test('one thread and several make the same analysis, preset and samples', async () => {
  // Long enough for several slices of every grid.
  const rate = 8000
  const target = wav(path('target.wav'), song(1, { seconds: 50, rate }), rate)
  const reference = wav(path('reference.wav'), song(2, { seconds: 15, rate, tilt: 6, peak: 0.8 }), rate)
  const { signal } = new AbortController()
  const made = async (size: number) => {
    await using workers = new WorkerPool({ size })
    const folder = path(`of-${size}`)
    mkdirSync(folder)
    const read = (file: string, source: string) =>
      readRecording(source, { name: file, folder, file, kind: 'music', workers, signal, onProgress: () => {} })
    const [source, model] = [await read('target', target), await read('reference', reference)]
    const { draft, aim } = compose(source, [model], [1], matchParams.parse({}), signal)
    const { preset, sound, analysis } = await settle(source.pcm, draft, aim, {
      folder,
      workers,
      kind: 'music',
      signal,
      onProgress: () => {},
    })
    return { before: source.analysis.profile, preset, after: analysis.profile, samples: samplesOf(sound) }
  }
  const [one, three] = [await made(1), await made(3)]
  assert.deepEqual(three.before, one.before)
  assert.deepEqual(three.preset, one.preset)
  assert.deepEqual(three.after, one.after)
  for (const [channel, samples] of one.samples.entries())
    assert.ok(Buffer.from(samples.buffer).equals(Buffer.from(three.samples[channel]!.buffer)), `channel ${channel}`)
})
