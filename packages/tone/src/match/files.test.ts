import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMedia, rewriteMedia } from '@colophon/media'
import { curveAt } from '../design/curves.ts'
import { scratch } from '../pcm/testing/make-pcm.ts'
import { matched, quantity, type Result } from './testing/matching.ts'
import { greyPicture, matroska } from './testing/matroska.ts'
import { song, talk, toPeak, wav } from './testing/recordings.ts'

const path = scratch()

/** What holds of every match that was not asked for the impossible. */
function assertMatched(result: Result, share = 0.7): void {
  const integrated = quantity(result, 'integratedLoudness')
  assert.ok(Math.abs(result.loudness.integrated! - integrated.wanted!) < 0.1, `${result.loudness.integrated} LUFS`)
  assert.ok(result.loudness.truePeak! <= -1, `${result.loudness.truePeak} dBTP`)
  const { before, after } = quantity(result, 'spectrumMid')
  assert.ok(after! < share * before!, `spectra are ${before} dB apart before and ${after} dB after`)
  assert.ok(result.samples.every((samples) => samples.every(Number.isFinite)))
}

test('a recording of any rate is matched to one of any other, a short one too, and keeps its own', async () => {
  for (const [from, to, seconds, other] of [
    [8000, 48_000, 8, 0.8],
    [96_000, 22_050, 2, 3],
  ] as const) {
    const target = wav(path(`${from}.wav`), song(1, { seconds, rate: from }), from)
    const reference = wav(path(`of-${to}.wav`), song(2, { seconds: other, rate: to, tilt: 6, peak: 0.8 }), to)
    const result = await matched(path, target, reference)
    assert.deepEqual([result.pcm.sampleRate, result.pcm.length], [from, seconds * from])
    assertMatched(result)
  }
})

test('speech of a telephone is not raised where it has nothing', async () => {
  const target = wav(path('telephone.wav'), [talk(1, { seconds: 4, rate: 8000 })], 8000)
  const studio = wav(path('studio.wav'), [talk(2, { seconds: 4, rate: 48_000, peak: 0.8 })], 48_000)
  const up = await matched(path, studio, target, { kind: 'speech' })
  const { curve } = up.preset.eq!.mid
  const [edge] = curveAt(curve, [4000])
  const beyond = curveAt(curve, [4500, 5600, 8000, 11_000, 14_000, 18_000])
  for (const level of beyond)
    assert.ok(level > Math.min(0, edge!) - 0.1 && level < Math.max(0, edge!) + 0.1, `${beyond} dB beyond ${edge} dB`)
  assert.ok(quantity(up, 'integratedLoudness').ok)
})

test('music that is clipped is matched, without being louder than its reference', async () => {
  const clipped = toPeak(
    song(5, { seconds: 3 }).map((samples) => samples.map((value) => Math.max(-0.06, Math.min(0.06, value)))),
    1,
  )
  const target = wav(path('clipped.wav'), clipped)
  const reference = wav(path('open.wav'), song(6, { seconds: 3, tilt: 5, peak: 0.5 }))
  assertMatched(await matched(path, target, reference))
})

test('a constant under the sound is not heard, and alone it becomes nothing else', async () => {
  const sounds = song(9, { seconds: 3, peak: 0.4 })
  const reference = wav(path('plain.wav'), sounds)
  const shifted = sounds.map((samples) => samples.map((value) => value + 0.02))
  const result = await matched(path, wav(path('shifted.wav'), shifted), reference)
  for (const level of curveAt(result.preset.eq!.mid.curve, [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800]))
    assert.ok(Math.abs(level) < 0.5, `the EQ has ${level} dB`)
  assert.ok(Math.abs(result.preset.loudness.drive) < 0.2)

  // All that is heard of it is the click at its beginning, and the report says what could not be.
  const alone = await matched(path, wav(path('constant.wav'), [new Float32Array(88_200).fill(0.5)]), reference)
  assert.ok(alone.loudness.truePeak! <= -1 && alone.samples[0]!.every(Number.isFinite))
  assert.equal(quantity(alone, 'integratedLoudness').ok, false)
  assert.ok(alone.measured.limits.some(({ stage }) => stage === 'loudness'))
})

test('of a video the chosen track is replaced, and every packet of the others stays', async () => {
  const seconds = 3
  const [spoken, played] = [[talk(3, { seconds })], song(7, { seconds, peak: 0.2 })]
  const video = matroska(path('film.mkv'), seconds, [
    { kind: 'pictures', picture: greyPicture, perSecond: 25 },
    { kind: 'sound', channels: spoken, rate: 44_100 },
    { kind: 'sound', channels: played, rate: 44_100, main: false },
    { kind: 'words', lines: ['One.', 'Two.', 'Three.'] },
  ])
  const kinds = ['video', 'audio', 'audio', 'subtitle']
  assert.deepEqual(
    (await openMedia(video)).report.streams.map(({ kind }) => kind),
    kinds,
  )
  const result = await matched(path, video, wav(path('music.wav'), song(8, { seconds, tilt: 6, peak: 0.8 })), {
    track: 2,
  })
  const file = await result.media.path()
  const digests = async (path: string) =>
    (await rewriteMedia(path, { write: () => {} }, { container: 'matroska' })).copied.map(({ sha256 }) => sha256)
  const [before, after] = [await digests(video), await digests(file)]
  assert.deepEqual([after[0], after[1], after[3]], [before[0], before[1], before[3]])
  assert.notEqual(after[2], before[2])
  const { streams } = (await openMedia(file)).report
  assert.deepEqual(
    streams.map(({ kind }) => kind),
    kinds,
  )
  assert.equal(result.pcm.length, seconds * 44_100)
  assertMatched(result)
})
