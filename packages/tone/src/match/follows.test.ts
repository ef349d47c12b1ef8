import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { file } from '@colophon/core'
import { match } from '../match.ts'
import { loudnessOfPcm } from '../measure/loudness-of-pcm.ts'
import { scratch } from '../pcm/testing/make-pcm.ts'
import { preset as presetDocument } from '../preset/preset.ts'
import { render } from '../render.ts'
import type { QuantityName } from '../report/quantities.ts'
import { decoded, eqOf, matched, quantity, type Result } from './testing/matching.ts'
import { song, wav } from './testing/recordings.ts'

const path = scratch()
const [target, bright, dark] = [path('target.wav'), path('bright.wav'), path('dark.wav')]
let [towardsBright, towardsDark]: Result[] = []

before(async () => {
  wav(target, song(1, { peak: 0.3 }))
  wav(bright, song(2, { tilt: 12, side: 0.8, peak: 0.9 }))
  wav(dark, song(3, { tilt: -12, side: 0.2, peak: 0.3 }))
  towardsBright = await matched(path, target, bright)
  towardsDark = await matched(path, target, dark)
})

/** dB of the EQ of a result from 1.6 to 12.8 kHz over that from 50 to 400 Hz, each in the mean. */
function slope(result: Result): number {
  const mean = (levels: Float64Array) => levels.reduce((sum, level) => sum + level, 0) / levels.length
  const levels = eqOf(result)
  return mean(levels.subarray(-19)) - mean(levels.subarray(0, 19))
}

test('the equaliser follows the recordings and not chance', async () => {
  const [up, down] = [towardsBright!, towardsDark!]
  assert.ok(slope(up) > 4, `${slope(up)} dB towards what is brighter`)
  assert.ok(slope(down) < -4, `${slope(down)} dB towards what is darker`)
  for (const result of [up, down]) {
    const { before, after } = quantity(result, 'spectrumMid')
    assert.ok(after! < before! / 2, `spectra are ${before} dB apart before and ${after} dB after`)
  }
})

test('the same recordings give the same bytes of sound, preset and report', async () => {
  const again = await matched(path, target, bright)
  assert.equal(again.media.hash, towardsBright!.media.hash)
  assert.deepEqual(again.preset, towardsBright!.preset)
  assert.equal(JSON.stringify(again.preset), JSON.stringify(towardsBright!.preset))
  assert.equal(JSON.stringify(again.measured), JSON.stringify(towardsBright!.measured))
  assert.equal(again.page.hash, towardsBright!.page.hash)
})

test('a preset, written down and read again, makes the very bytes of the match', async () => {
  const preset = presetDocument.parse(JSON.parse(JSON.stringify(towardsBright!.preset)))
  const { media } = await render({ recording: file(target), preset })
  assert.equal(media.hash, towardsBright!.media.hash)
})

test('what a report says was measured on the result', () => {
  for (const result of [towardsBright!, towardsDark!]) {
    const near = (name: QuantityName, value: number, tolerance: number) =>
      assert.ok(Math.abs(quantity(result, name).after! - value) <= tolerance, `${name} is ${value}`)
    near('integratedLoudness', result.loudness.integrated!, 0.006)
    near('truePeak', result.loudness.truePeak!, 0.006)
    near('loudnessRange', result.loudness.range, 0.06)
  }
})

test('the loudness error is the distance from what was wanted, not from what there was', async () => {
  const { loudnessError } = match.declaration.metrics as Record<string, { from(outputs: object): number | undefined }>
  const wanted = await loudnessOfPcm(await decoded(path, bright))
  const before = await loudnessOfPcm(await decoded(path, target))
  const error = loudnessError!.from({ measured: towardsBright!.measured })!
  assert.ok(Math.abs(error - Math.abs(towardsBright!.loudness.integrated! - wanted.integrated!)) <= 0.011)
  assert.ok(error <= 0.1, `${error} LU`)
  assert.ok(Math.abs(before.integrated! - wanted.integrated!) > 3)
})
