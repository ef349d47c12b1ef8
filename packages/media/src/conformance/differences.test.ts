import assert from 'node:assert/strict'
import test from 'node:test'
import { scratch } from '../testing/scratch.ts'
import { differences } from './testing/differences.ts'
import { makeRecording, type PictureTrack, type SoundTrack } from './testing/recording.ts'
import { likeness, see, seeFrames } from './testing/seen.ts'
import { videoRows } from './testing/video-rows.ts'

const path = scratch()
const picture = videoRows[0]!.track
const sound: SoundTrack = {
  encoder: 'pcm_s16le',
  sampleRate: 8000,
  layout: 'mono',
  length: 8000,
  tags: { language: 'eng' },
}

async function file(name: string, changed: Partial<PictureTrack>, other: Partial<SoundTrack> = {}, title = 'One') {
  const [track, samples] = [
    { ...picture, ...changed },
    { ...sound, ...other },
  ]
  await makeRecording(path(name), { muxer: 'mov', picture: track, sounds: [samples], tags: { title } })
  return see(path(name))
}

test('whatever differs between two files is told', async () => {
  const first = await file('first.mov', {})
  assert.deepEqual(differences(first, await file('same.mov', {}), { encoded: [0] }), [])
  for (const [name, other, wanted] of [
    ['turned.mov', file('turned.mov', { turn: [0, 1, -1, 0] }), /^rotation: 0 became 90/],
    ['wide.mov', file('wide.mov', { sampleAspectRatio: { num: 4, den: 3 } }), /^shape of pixels: none became 4:3/],
    ['late.mov', file('late.mov', { times: picture.times.with(5, 2561) }), /^time of picture 5: /],
    ['colour.mov', file('colour.mov', { fullRange: true }), /colour range: limited became full/],
    ['tag.mov', file('tag.mov', {}, {}, 'Two'), /^tag title: One became Two/],
    ['language.mov', file('language.mov', {}, { tags: { language: 'fra' } }), /^audio tag language: eng became fra/],
    ['sound.mov', file('sound.mov', {}, { length: 7000 }), /^copied audio: .*packet/],
    ['rate.mov', file('rate.mov', {}, { sampleRate: 16_000 }), /^sample rate: 8000 became 16000/],
  ] as const)
    assert.match(differences(first, await other, { encoded: [0] }).join('\n'), new RegExp(wanted, 'm'), name)
  assert.match(
    differences(first, await file('less.mov', { options: { ...picture.options, crf: '40' } }), { encoded: [] }).join(),
    /copied video: bytes of packet 0/,
  )
})

test('pictures of another quality are less alike', async () => {
  const [good, bad] = [
    await file('good.mov', {}),
    await file('bad.mov', { options: { ...picture.options, crf: '45' } }),
  ]
  const frames = await seeFrames(good.media)
  assert.equal(likeness(frames, frames), Number.POSITIVE_INFINITY)
  assert.ok(likeness(frames, await seeFrames(bad.media)) < 35)
})
