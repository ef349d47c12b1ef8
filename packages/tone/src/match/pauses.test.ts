import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyse } from '../analysis/analyse.ts'
import { makePcm, scratch } from '../pcm/testing/make-pcm.ts'
import { Likeness } from './likeness.ts'
import { byGain, type Channels, song } from './testing/recordings.ts'

const path = scratch()
const analysisOf = (channels: Channels) => analyse(makePcm(path('sound.pcm'), channels), { kind: 'music' })

test('a recording is like itself, louder or with silence before and after it, and not like another', async () => {
  const sounds = song(1, { seconds: 4 })
  const own = await analysisOf(sounds)
  const distances = async (channels: Channels) => {
    const other = await analysisOf(channels)
    const likeness = new Likeness(own, other)
    return [likeness.spectrum(own, 'mid')!, likeness.spectrum(own, 'side')!]
  }
  for (const distance of await distances(byGain(sounds, -12))) assert.ok(distance < 0.01, `${distance} dB`)
  const between = sounds.map((samples) => {
    const longer = new Float32Array(3 * samples.length)
    longer.set(samples, samples.length)
    return longer
  })
  for (const distance of await distances(between)) assert.ok(distance < 0.3, `${distance} dB`)
  for (const distance of await distances(song(2, { seconds: 4, tilt: 6 }))) assert.ok(distance > 2, `${distance} dB`)
})
