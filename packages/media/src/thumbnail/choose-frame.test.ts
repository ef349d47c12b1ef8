import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { openContainer } from '../av/container.ts'
import { VideoReader } from '../av/video-reader.ts'
import { formats } from '../read/formats.ts'
import { encodeMedia } from '../testing/encode.ts'
import { barsTrack, story } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { candidateTimes, chooseFrame } from './choose-frame.ts'
import { KeptFrame } from './kept-frame.ts'

const path = scratch()

/** Chooses a frame of the story, which claims a frame rate so high that it is taken for a long video. */
async function chosen(keyEvery: string, frameRate: number) {
  const clip = path(`story-${keyEvery}.mp4`)
  const video = barsTrack({ paint: story, frames: 30, options: { preset: 'ultrafast', g: keyEvery } })
  await encodeMedia(clip, { muxer: 'mp4', video })
  await using container = await openContainer(clip, formats.mp4)
  using reader = await VideoReader.open(container, container.streams[0]!)
  using kept = new KeptFrame()
  const shape = { width: 128, height: 64, duration: 3, frameRate }
  const choice = await chooseFrame(container.av, reader, shape, kept, () => {})
  assert.ok(kept.frame)
  return choice!
}

test('a long video is looked at by its key frames, without decoding what lies between', async () => {
  const { at, candidates } = await chosen('2', 1e6)
  assert.ok(at >= 1.6 && at < 2.2, `${at}`)
  assert.ok(candidates.length >= 6 && candidates.every((candidate) => Math.round(candidate.at * 10) % 2 === 0))
})

test('where key frames are far apart the frames between are decoded, as long as that is cheap', async () => {
  const { at, candidates } = await chosen('30', 25_000)
  assert.ok(at >= 1.6 && at < 2.2, `${at}`)
  assert.ok(candidates.length >= 5)
  assert.equal((await chosen('30', 1e6)).candidates.length, 1)
})

test('candidates are the beginning and ten moments between 5 % and 85 % of the duration', () => {
  const times = candidateTimes(100)
  assert.equal(times.length, 11)
  assert.equal(times[0], 0)
  assert.ok(Math.abs(times[1]! - 5) < 1e-9 && Math.abs(times.at(-1)! - 85) < 1e-9)
})

test('candidates come in order, whether the duration is known or not', () => {
  fc.assert(
    fc.property(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }), (duration) => {
      const times = candidateTimes(duration)
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      )
      assert.equal(times[0], 0)
    }),
  )
})
