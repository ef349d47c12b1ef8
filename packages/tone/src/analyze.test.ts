import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { ColophonError, file } from '@colophon/core'
import { writeMedia } from '@colophon/media'
import { analyze, profileSummary } from './analyze.ts'
import { blocksOf, noise, scratch, sound } from './pcm/testing/make-pcm.ts'
import { profile as schema } from './profile.ts'

const path = scratch()

test('a recording is told how it sounds', async () => {
  const next = noise(1)
  const channels = [sound(5, () => 0.25 * next()), sound(5, () => 0.25 * next())]
  await writeMedia(path('noise.flac'), { audio: { blocks: blocksOf(channels) } })
  const { profile } = await analyze({ recording: file(path('noise.flac')) })
  const found = schema.parse(await profile.value())
  assert.equal(found.sampleRate, 44_100)
  assert.ok(Math.abs(found.width!) < 0.2)
  assert.match(
    profileSummary(found),
    /^music, 5\.00 s stereo, -1\d\.\d LUFS, range \d\.\d LU, peak -\d+\.\d\d dBTP, crest \d\.\d dB, width -?0\.\d dB, up to 22\.\d kHz$/,
  )
})

test('silence is told as such', async () => {
  await writeMedia(path('silence.wav'), { audio: { blocks: blocksOf([new Float32Array(44_100)]) } })
  const { profile } = await analyze({ recording: file(path('silence.wav')), kind: 'speech' })
  assert.equal(profileSummary(await profile.value()), 'speech, 1.00 s mono, silent')
})

const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

test('what has no sound is refused by name', async () => {
  await writeFile(path('picture.png'), Buffer.from(onePixel, 'base64'))
  await assert.rejects(analyze({ recording: file(path('picture.png')) }), (error: ColophonError) => {
    assert.ok(error instanceof ColophonError, String(error))
    assert.match(error.message, /picture\.png is a picture/)
    return true
  })
  await writeMedia(path('nan.wav'), {
    audio: { blocks: blocksOf([sound(1, (time) => (time < 0.5 ? 0 : Number.NaN))]), encoding: { codec: 'pcm_f32le' } },
  })
  await assert.rejects(analyze({ recording: file(path('nan.wav')) }), (error: ColophonError) => {
    assert.equal(error.code, 'TONE_NOT_FINITE')
    assert.match(error.message, /nan\.wav .*0\.500 s/)
    return true
  })
})

const folder = join(import.meta.dirname, '../../../../shared/media')
const skip = existsSync(folder) ? false : `no recordings in ${folder}`

test('a real recording measures as with NumPy and SciPy', { skip }, async () => {
  const { profile } = await analyze({ recording: file(join(folder, 'audio/vibe-ace.ogg')) })
  const { loudness, crest, width } = await profile.value()
  const near = (found: number | null, expected: number, tolerance: number) =>
    assert.ok(found !== null && Math.abs(found - expected) <= tolerance, `${found} instead of ${expected}`)
  near(loudness.integrated, -17.206, 0.02)
  near(loudness.maxMomentary, -12.223, 0.02)
  near(loudness.maxShortTerm, -15.303, 0.02)
  // There without the silence that EBU Tech 3342 has behind the end.
  near(loudness.range, 4.19, 0.15)
  near(loudness.truePeak, -0.4345, 0.02)
  near(crest, 15.3132, 0.001)
  near(width, -4.9551, 0.001)
})

test('the sound of a video is measured', { skip }, async () => {
  const { profile } = await analyze({ recording: file(join(folder, 'video/car-detection.mp4')) })
  assert.equal((await profile.value()).loudness.integrated, null)
})
