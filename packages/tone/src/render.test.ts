import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createStore, file } from '@colophon/core'
import { decodeToPcm } from './pcm/decode-to-pcm.ts'
import { bentEq, inFolder, limiterOn, presetWith, recordingOf, samplesOf, strokes } from './render/testing/sounds.ts'
import { writeSound } from './render/write-sound.ts'
import { render, renderSummary } from './render.ts'

/** A WAV file. */
async function recording(folder: string): Promise<string> {
  const path = join(folder, 'song.wav')
  const sounds = [strokes(200_000, 44_100, 1), strokes(200_000, 44_100, 2)]
  await writeSound(recordingOf(join(folder, 'song.pcm'), sounds), { target: path })
  return path
}

const preset = presetWith({
  eq: bentEq(),
  loudness: { on: true, drive: 3, target: -16 },
  limiter: limiterOn(),
})

describe('tone.render', () => {
  it('gives a recording of the same length, its report, and the same bytes once more', () =>
    inFolder(async (folder) => {
      const path = await recording(folder)
      const { media, report } = await render({ recording: file(path), preset })
      const told = await report.value()
      assert.deepEqual(
        [told.container, told.codec, told.sampleRate, told.layout, told.drive, told.duration],
        ['wav', 'pcm_s24le', 44_100, 'stereo', 3, 200_000 / 44_100],
      )
      assert.ok(told.truePeak! <= -1)
      const { pcm } = await decodeToPcm(await media.path(), join(folder, 'out.pcm'))
      assert.equal(pcm.length, 200_000)
      const again = await render({ recording: file(path), preset })
      assert.equal(again.media.hash, media.hash)
      assert.match(renderSummary(told), /^4\.54 s pcm_s24le, -\d\d\.\d LUFS, peak -\d\.\d\d dBTP/)
    }))

  it('chooses the gain anew when it is asked to', () =>
    inFolder(async (folder) => {
      const { report } = await render({ recording: file(await recording(folder)), preset, fit: true, format: 'flac' })
      const { loudness, drive, container } = await report.value()
      assert.ok(Math.abs(loudness! + 16) < 0.02)
      assert.notEqual(drive, 3)
      assert.equal(container, 'flac')
    }))

  it('with a preset that changes nothing gives back the samples', () =>
    inFolder(async (folder) => {
      const path = await recording(folder)
      const { media } = await render({ recording: file(path), preset: presetWith() })
      const before = await decodeToPcm(path, join(folder, 'a.pcm'))
      const after = await decodeToPcm(await media.path(), join(folder, 'b.pcm'))
      assert.deepEqual(samplesOf(after.pcm), samplesOf(before.pcm))
    }))

  it('leaves no scratch behind in a store', () =>
    inFolder(async (folder) => {
      const path = await recording(folder)
      const store = await createStore(join(folder, 'store'))
      await store.run(async () => (await render({ recording: file(path), preset })).report.value())
      await store.close()
      const left = readdirSync(join(folder, 'store/work'), { recursive: true }).filter((name) =>
        String(name).includes('~'),
      )
      assert.deepEqual([left, readdirSync(join(folder, 'store/scratch'))], [[], []])
    }))
})
