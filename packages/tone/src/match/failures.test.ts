import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type ErrorCode, file } from '@colophon/core'
import { createFrame, writeMedia } from '@colophon/media'
import { match } from '../match.ts'
import { scratch } from '../pcm/testing/make-pcm.ts'
import type { MatchParams } from './params.ts'
import { byGain, song, tone, wav } from './testing/recordings.ts'

const path = scratch()
const good = wav(path('good.wav'), song(1, { seconds: 2 }))
const other = wav(path('other.wav'), song(2, { seconds: 2 }))

/** Expects that a match fails, and says what of. */
async function refused(
  code: ErrorCode,
  says: RegExp,
  target: string,
  references: readonly string[] = [other],
  params: Partial<MatchParams> = {},
): Promise<void> {
  const call = match({ target: file(target), references: references.map((each) => file(each)), ...params })
  await assert.rejects(call, (error: { code?: string; message: string }) => {
    assert.equal(error.code, code, error.message)
    assert.match(error.message, says)
    return true
  })
}

test('a missing file is an error, never a made-up tone', async () => {
  await refused('FILE_NOT_FOUND', /nowhere\.wav/, path('nowhere.wav'))
  await refused('FILE_NOT_FOUND', /nowhere\.wav/, good, [path('nowhere.wav')])
  await refused('FILE_NOT_FOUND', /nowhere\.wav/, good, [other, path('nowhere.wav')])
})

test('what holds no sound is refused by what it is', async () => {
  writeFileSync(path('nothing.wav'), '')
  writeFileSync(path('text.wav'), 'These are words and not sound. '.repeat(100))
  wav(path('no-samples.wav'), [new Float32Array(0)])
  await writeMedia(path('mute.mkv'), { video: { frames: frames(5) } })
  writeFileSync(path('picture.png'), pixel)
  await refused('FILE_EMPTY', /nothing\.wav/, path('nothing.wav'))
  await refused('MEDIA_NOT_RECOGNISED', /text\.wav/, path('text.wav'))
  await refused('TONE_TOO_SHORT', /no-samples\.wav .*0\.00 s/, path('no-samples.wav'))
  await refused('MEDIA_WRONG_KIND', /mute\.mkv/, path('mute.mkv'))
  await refused('MEDIA_WRONG_KIND', /mute\.mkv/, good, [path('mute.mkv')])
  await refused('MEDIA_WRONG_KIND', /picture\.png/, path('picture.png'))
})

/** A PNG of one pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

async function* frames(count: number) {
  for (let i = 0; i < count; i++) {
    using frame = await createFrame({ width: 64, height: 64, format: 'yuv420p', time: i / 25 })
    for (const { data } of frame.planes) data.fill(90)
    yield frame
  }
}

test('what is too short or too soft to measure is refused, whichever of the recordings it is', async () => {
  const short = wav(path('short.wav'), song(3, { seconds: 0.3 }))
  const silent = wav(path('silent.wav'), [new Float32Array(88_200), new Float32Array(88_200)])
  const soft = wav(path('soft.wav'), byGain(song(4, { seconds: 2 }), -80))
  await refused('TONE_TOO_SHORT', /short\.wav is 0\.30 s long, and at least 0\.4 s/, short)
  await refused('TONE_TOO_SHORT', /short\.wav/, good, [short])
  await refused('TONE_SILENT', /silent\.wav/, silent)
  await refused('TONE_SILENT', /silent\.wav/, good, [other, silent])
  await refused('TONE_SILENT', /soft\.wav/, soft)
})

test('samples that are not numbers are refused, with their time', async () => {
  const [left, right] = song(5, { seconds: 2 })
  right[44_100] = Number.NaN
  await refused('TONE_NOT_FINITE', /nan\.wav .* 1\.000 s/, wav(path('nan.wav'), [left, right]))
  left[22_050] = Number.NEGATIVE_INFINITY
  await refused('TONE_NOT_FINITE', /endless\.wav .* 0\.500 s/, good, [wav(path('endless.wav'), [left, right])])
})

test('references and weights that do not go together are refused', async () => {
  const wrong = (says: RegExp, references: string[], params: Partial<MatchParams>) =>
    refused('TONE_REFERENCES_WRONG', says, good, references, params)
  await wrong(/there is none/, [], {})
  await wrong(/2 weights for 1/, [other], { weight: [1, 2] })
  await wrong(/all have weight 0/, [other, good], { weight: [0, 0] })
  await wrong(/"paired" takes one, and there are 2/, [other, good], { mode: 'paired' })
})

test('params that make no sense are refused', async () => {
  for (const params of [
    { amount: 1.5 },
    { amount: Number.NaN },
    { eqCap: -1 },
    { ceiling: 1 },
    { loudness: 3 },
    { weight: [-1] },
    { weight: [Number.POSITIVE_INFINITY] },
    { eqFrom: 5000, eqTo: 100 },
    { strength: { eq: 3 } },
    { strength: { colour: 1 } as object },
    { without: ['everything' as never] },
    { track: -1 },
    { format: 'exe' as never },
  ] satisfies Partial<MatchParams>[])
    await assert.rejects(
      match({ target: file(good), references: [file(other)], ...params }),
      (error: { code?: string; message: string }) => {
        assert.equal(error.code, 'CALL_PARAM_INVALID', `${JSON.stringify(params)}: ${error.message}`)
        return true
      },
    )
})

test('unrelated recordings are no pair', async () => {
  await refused('TONE_NOT_PAIRED', /good\.wav.*not two versions of one recording/s, good, [other], { mode: 'paired' })
  const hum = wav(path('hum.wav'), [tone(2, (time) => 0.3 * Math.sin(2 * Math.PI * 100 * time))])
  await refused('TONE_NOT_PAIRED', /hum\.wav/, good, [hum], { mode: 'paired' })
})
