import assert from 'node:assert/strict'
import test from 'node:test'
import { makeRecording } from '../conformance/testing/recording.ts'
import { scratch } from '../testing/scratch.ts'
import { openMedia } from './open-media.ts'

const path = scratch()

const times = [0, 3, 4, 9, 10, 14, 15, 21, 22, 25]
const picture = { width: 64, height: 48, pixelFormat: 'yuv420p', timeBase: { num: 1, den: 20 }, times }

test('frames last until the next one, whatever the order of decoding and whether the codec tells durations', async () => {
  for (const [name, muxer, encoder, options] of [
    ['reordered.mp4', 'mp4', 'libx264', { preset: 'veryfast', bf: '2', 'x264-params': 'scenecut=0' }],
    ['untold.mp4', 'mp4', 'libvpx-vp9', { deadline: 'realtime', 'cpu-used': '8' }],
    ['told.mkv', 'matroska', 'libx264', { preset: 'veryfast', bf: '2' }],
  ] as const) {
    await makeRecording(path(name), { muxer, picture: { ...picture, encoder, options } })
    const seen: (number | undefined)[][] = []
    const media = await openMedia(path(name))
    for await (const { time, duration } of media.frames()) seen.push([time * 20, duration && duration * 20])
    const wanted = times.slice(0, -1).map((time, index) => [time, times[index + 1]! - time])
    // How long the last is shown is told by no other.
    assert.deepEqual(
      seen.slice(0, -1).map((frame) => frame.map((x) => x && Math.round(x * 100) / 100)),
      wanted.slice(0, -1),
      name,
    )
    for await (const { time } of media.frames({ from: 7 / 20 })) {
      assert.equal(Math.round(time * 20), 4, name)
      break
    }
  }
})
