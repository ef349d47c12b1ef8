import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scratch } from '../pcm/testing/make-pcm.ts'
import { matched, quantity } from './testing/matching.ts'
import { song, toPeak, wav } from './testing/recordings.ts'

const path = scratch()

const power = (samples: Float32Array): number => samples.reduce((sum, value) => sum + value * value, 0)
/** dB of the side over the mid. */
const widthOf = ([left, right]: readonly Float32Array[]): number =>
  10 *
  Math.log10(
    power(left!.map((value, i) => (value - right![i]!) / 2)) / power(left!.map((value, i) => (value + right![i]!) / 2)),
  )

test('width is an amplitude: sides of double the size are raised by 6 dB and not by 12', async () => {
  const narrow = song(1, { seconds: 3, side: 0.2 })
  const wide = song(1, { seconds: 3, side: 0.4 })
  assert.ok(Math.abs(widthOf(wide) - widthOf(narrow) - 6.02) < 0.01)
  const result = await matched(path, wav(path('narrow.wav'), narrow), wav(path('wide.wav'), wide))
  assert.ok(Math.abs(result.preset.width!.side - 6.02) < 0.2, `the side is raised by ${result.preset.width!.side} dB`)
  assert.ok(Math.abs(widthOf(result.samples) - widthOf(wide)) < 0.2, `${widthOf(result.samples)} dB`)
  const said = quantity(result, 'width')
  assert.ok(said.ok && Math.abs(said.after! - widthOf(result.samples)) < 0.3)
})

test('sides that are silent are not raised, and that is said', async () => {
  const [left] = song(2, { seconds: 3, side: 0 })
  const target = wav(path('twice.wav'), [left, left])
  const reference = wav(path('wider.wav'), song(3, { seconds: 3, side: 0.9 }))
  const result = await matched(path, target, reference, { kind: 'music' })
  // But for what 32-bit floats let through from the mid.
  assert.ok(result.samples[0]!.every((value, i) => Math.abs(value - result.samples[1]![i]!) <= 1e-6))
  const limit = result.measured.limits.find(({ stage }) => stage === 'width')
  assert.match(`${limit?.what} ${limit?.why}`, /nothing in them/)
})

test('a mono recording stays mono beside a stereo reference, and the other way round', async () => {
  const mono = [song(4, { seconds: 3, tilt: 4 })[0]]
  const stereo = song(5, { seconds: 3, tilt: -4, peak: 0.9 })
  const [one, two] = [wav(path('mono.wav'), mono), wav(path('stereo.wav'), stereo)]
  const narrow = await matched(path, one, two, { kind: 'music' })
  assert.deepEqual([narrow.pcm.channels, narrow.pcm.layout, narrow.pcm.length], [1, 'mono', 132_300])
  const wide = await matched(path, two, one, { kind: 'music' })
  assert.deepEqual([wide.pcm.channels, wide.pcm.layout, wide.pcm.length], [2, 'stereo', 132_300])
  for (const result of [narrow, wide]) {
    const { before, after } = quantity(result, 'spectrumMid')
    assert.ok(after! < before! / 2, `spectra are ${before} dB apart before and ${after} dB after`)
    assert.ok(quantity(result, 'integratedLoudness').ok)
    assert.ok(result.measured.limits.some(({ stage, why }) => stage === 'width' && /is mono$/.test(why)))
  }
  // A width that is not asked for is not changed.
  assert.ok(Math.abs(widthOf(wide.samples) - widthOf(stereo)) < 1.5)
})

test('surround sound keeps its channels, and what is for the subwoofer alone is not filtered', async () => {
  const [front, back] = [song(6, { seconds: 3 }), song(7, { seconds: 3, peak: 0.2 })]
  const centre = song(8, { seconds: 3, side: 0 })[0]
  const low = front[0].map((_, i) => 0.3 * Math.sin((2 * Math.PI * 40 * i) / 44_100))
  const channels = toPeak([front[0], front[1], centre, low, back[0], back[1]], 0.4)
  const target = wav(path('surround.wav'), channels)
  const result = await matched(path, target, wav(path('bright.wav'), song(9, { seconds: 3, tilt: 12, peak: 0.9 })), {
    without: ['dynamics'],
  })
  assert.deepEqual([result.pcm.channels, result.pcm.layout.replace('(side)', '')], [6, '5.1'])
  assert.ok(quantity(result, 'integratedLoudness').ok)
  assert.ok(result.loudness.truePeak! <= -1)
  const gain = (channel: number) => 10 * Math.log10(power(result.samples[channel]!) / power(channels[channel]!))
  assert.ok(Math.abs(gain(0) - gain(1)) < 1.5)
  // The gain of all channels, and no filter.
  const shape = result.samples[3]!.slice(44_100, 88_200)
  const share = shape.reduce((sum, value, i) => sum + value * Math.sin((2 * Math.PI * 40 * i) / 44_100), 0)
  assert.ok((2 * share * share) / shape.length / power(shape) > 0.98)
})
