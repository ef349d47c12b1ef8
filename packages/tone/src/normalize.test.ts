import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { ColophonError, file } from '@colophon/core'
import { createFrame, openMedia, writeMedia } from '@colophon/media'
import { loudnessOfPcm } from './measure/loudness-of-pcm.ts'
import { normalize } from './normalize.ts'
import { decodeToPcm } from './pcm/decode-to-pcm.ts'
import { blocksOf, noise, scratch, sound } from './pcm/testing/make-pcm.ts'

const path = scratch()

/** Noise with beats, which stand out by some decibels. */
function beats(seconds: number, level: number, beat: number): Float32Array {
  const next = noise(7)
  return sound(seconds, (time) => {
    const since = time % 0.5
    return level * next() * (1 + beat * Math.exp(-since / 0.01))
  })
}

const written = async (name: string, channels: readonly Float32Array[]) => {
  await writeMedia(path(name), { audio: { blocks: blocksOf(channels), encoding: { codec: 'pcm_s16le' } } })
  return file(path(name))
}

type Args = Omit<Parameters<typeof normalize>[0], 'recording'>

async function normalized(recording: ReturnType<typeof file>, to: string, args: Args) {
  const { media, report } = await normalize({ recording, ...args })
  await media.saveTo(path(to))
  return report.value()
}

const measured = async (name: string, stream?: number) =>
  loudnessOfPcm((await decodeToPcm(path(name), path(`${name}.pcm`), stream === undefined ? {} : { stream })).pcm)

const near = (value: number | null, wanted: number, tolerance: number) =>
  assert.ok(value !== null && Math.abs(value - wanted) <= tolerance, `${value}, not ${wanted}`)

test('a recording is turned up to its target, and the file that is given reads so', async () => {
  const recording = await written('quiet.wav', [beats(3, 0.02, 1), beats(3, 0.015, 1)])
  const report = await normalized(recording, 'r128.wav', { target: 'r128' })
  const { integrated, truePeak } = await measured('r128.wav')
  near(integrated, -23, 0.02)
  near(report.after.integrated, integrated!, 1e-3)
  near(report.after.truePeak, truePeak!, 1e-3)
  near(report.gain, report.after.integrated - report.before.integrated, 0.02)
  assert.equal(report.limiting, null)
  assert.ok(report.shortfall < 0.05)
  assert.deepEqual(report.target, { name: 'r128', loudness: -23, ceiling: -1, source: 'EBU R 128' })
})

test('peaks that would be too high are limited, and the report says where and how much', async () => {
  const recording = await written('peaky.wav', [beats(3, 0.1, 6)])
  const report = await normalized(recording, 'loud.wav', { target: 'streaming' })
  const { integrated, truePeak } = await measured('loud.wav')
  near(integrated, -14, 0.06)
  assert.ok(truePeak! <= -1 + 0.005, `${truePeak}`)
  const { most, at, share } = report.limiting!
  assert.ok(most > 1 && share > 0.01, JSON.stringify(report.limiting))
  assert.ok(at % 0.5 < 0.03 || at % 0.5 > 0.49, `at a beat: ${at}`)
  assert.match(report.remarks[0]!, /The limiter takes off up to/)
})

test('where limiting is not wanted, it becomes as loud as peaks allow and says what is missing', async () => {
  const recording = await written('again.wav', [beats(3, 0.1, 6)])
  const report = await normalized(recording, 'never.wav', { loudness: -12, ceiling: -2, limit: 'never' })
  const { integrated, truePeak } = await measured('never.wav')
  near(truePeak, -2, 0.01)
  near(report.shortfall, -12 - integrated!, 1e-3)
  assert.ok(report.shortfall > 1)
  assert.equal(report.limiting, null)
  assert.match(report.remarks.join(' '), /quieter than the target: its peaks/)
  assert.equal(report.target.name, 'custom')
})

test('what has its loudness already is passed on as it is, unless another format is asked for', async () => {
  await normalized(await written('some.wav', [beats(3, 0.05, 1)]), 'ready.wav', { target: 'podcast' })
  const report = await normalized(file(path('ready.wav')), 'same.wav', { target: 'podcast' })
  assert.equal(report.untouched, true)
  assert.deepEqual(await readFile(path('same.wav')), await readFile(path('ready.wav')))
  const other = await normalized(file(path('ready.wav')), 'other.flac', { target: 'podcast', format: 'flac' })
  assert.equal(other.untouched, false)
  near((await measured('other.flac')).integrated, -16, 0.05)
})

test('a codec with loss does not lift the peaks of the result above the ceiling', async () => {
  const recording = await written('coded.wav', [beats(3, 0.1, 5), beats(3, 0.1, 5)])
  for (const format of ['mp3', 'opus'] as const) {
    const report = await normalized(recording, `coded.${format}`, { target: 'streaming', format })
    const { integrated, truePeak } = await measured(`coded.${format}`)
    assert.ok(truePeak! <= -1 + 0.005, `${format}: ${truePeak}`)
    near(integrated, -14, 0.1)
    near(report.after.truePeak, truePeak!, 1e-3)
  }
})

test('the same recording and params give the same bytes', async () => {
  const recording = await written('twice.wav', [beats(3, 0.1, 6)])
  await normalized(recording, 'one.flac', { target: 'streaming', format: 'flac' })
  await normalized(recording, 'two.flac', { target: 'streaming', format: 'flac' })
  assert.deepEqual(await readFile(path('one.flac')), await readFile(path('two.flac')))
})

test('of a video the sound alone becomes another', async () => {
  async function* frames() {
    for (let index = 0; index < 50; index++) {
      using frame = await createFrame({ width: 64, height: 48, format: 'yuv420p', time: index / 25, duration: 1 / 25 })
      for (const plane of frame.planes) plane.data.fill(index * 4)
      yield frame
    }
  }
  await writeMedia(path('clip.mkv'), {
    video: { frames: frames() },
    audio: { blocks: blocksOf([beats(2, 0.05, 1)]), encoding: { codec: 'flac' } },
  })
  const report = await normalized(file(path('clip.mkv')), 'clip.r128.mkv', { target: 'r128' })
  near((await measured('clip.r128.mkv')).integrated, -23, 0.05)
  near(report.after.integrated, -23, 0.05)
  const media = await openMedia(path('clip.r128.mkv'))
  const wav = await normalized(file(path('clip.mkv')), 'clip.wav', { target: 'r128', format: 'wav' })
  assert.deepEqual(
    wav.left.map(({ kind }) => kind),
    ['video'],
  )
  assert.deepEqual(
    media.report.streams.map(({ kind, codec }) => [kind, codec]),
    [
      ['video', 'h264'],
      ['audio', 'flac'],
    ],
  )
})

const refused = (recording: ReturnType<typeof file>, code: string, words: RegExp) =>
  assert.rejects(normalize({ recording }), (error: ColophonError) => {
    assert.ok(error instanceof ColophonError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, words)
    return true
  })

const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

test('silence, what is shorter than 0.4 s, and pictures are refused by name', async () => {
  await refused(await written('silence.wav', [new Float32Array(88200)]), 'TONE_SILENT', /silence\.wav is silent/)
  await refused(await written('short.wav', [beats(0.3, 0.1, 1)]), 'TONE_TOO_SHORT', /short\.wav is 0\.30 s long/)
  await writeFile(path('picture.png'), Buffer.from(onePixel, 'base64'))
  await assert.rejects(normalize({ recording: file(path('picture.png')) }), /picture\.png is a picture/)
})

const folder = join(import.meta.dirname, '../../../../shared/media/audio')
const skip = existsSync(folder) ? false : `no recordings in ${folder}`

test('real recordings reach the targets of broadcast and streaming', { skip }, async () => {
  for (const [name, target, loudness, ceiling] of [
    ['break12.wav', 'atsc', -24, -2],
    ['break12.wav', 'streaming', -14, -1],
  ] as const) {
    const report = await normalized(file(join(folder, name)), `${target}.flac`, { target, format: 'flac' })
    near(report.after.integrated, loudness, 0.06)
    assert.ok(report.after.truePeak <= ceiling + 0.005)
  }
})
