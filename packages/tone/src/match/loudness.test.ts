import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loudnessOfPcm } from '../measure/loudness-of-pcm.ts'
import { truePeak } from '../measure/true-peak-meter.ts'
import { makePcm, scratch } from '../pcm/testing/make-pcm.ts'
import { decoded, matched, quantity } from './testing/matching.ts'
import { byGain, song, tone, wav } from './testing/recordings.ts'

const path = scratch()

/** dB of a mean square. */
const level = (samples: Float32Array, from = 0, to = samples.length): number => {
  let sum = 0
  for (let i = from; i < to; i++) sum += samples[i]! ** 2
  return 10 * Math.log10(sum / (to - from))
}

test('loudness is of all channels, and out of phase stereo has one', async () => {
  const [left] = song(1, { seconds: 3, side: 0 })
  const apart = [left, left.map((value) => -value)]
  const together = await loudnessOfPcm(makePcm(path('together.pcm'), [left, left]))
  const target = wav(path('apart.wav'), apart)
  const before = await loudnessOfPcm(await decoded(path, target))
  assert.ok(Math.abs(before.integrated! - together.integrated!) < 1e-6)
  const alone = await loudnessOfPcm(makePcm(path('alone.pcm'), [left]))
  assert.ok(Math.abs(before.integrated! - alone.integrated! - 10 * Math.log10(2)) < 1e-3)

  const result = await matched(path, target, wav(path('other.wav'), song(2, { seconds: 3 })), { loudness: -20 })
  assert.equal(quantity(result, 'integratedLoudness').before, Number(before.integrated!.toFixed(2)))
  assert.ok(Math.abs(result.loudness.integrated! + 20) < 0.1, `${result.loudness.integrated} LUFS`)
  for (const [i, value] of result.samples[0]!.entries())
    if (Math.abs(value + result.samples[1]![i]!) > 1e-4) assert.fail(`the middle is not silent at sample ${i}`)
})

test('a long programme keeps its macro-dynamics: nothing is normalised by slices', async () => {
  // A soft first half and a loud second, at 8 kHz so that there are several slices of every grid.
  const rate = 8000
  const seconds = 60
  const piece = song(3, { seconds: 12, rate, swing: 0 })
  const whole = piece.map((samples) => {
    const out = new Float32Array(seconds * rate)
    for (let i = 0; i < out.length; i++) {
      const time = i / rate
      out[i] = samples[i % samples.length]! * (time < seconds / 2 ? 0.1 : 0.5)
    }
    return out
  })
  const target = wav(path('long.wav'), whole, rate)
  const reference = wav(path('loud.wav'), song(4, { seconds: 12, rate, swing: 0, peak: 0.9 }), rate)
  const result = await matched(path, target, reference, { without: ['dynamics'] })
  const gains = [4, 12, 20, 34, 42, 50].map((second) => {
    const [from, to] = [second * rate, (second + 6) * rate]
    return level(result.samples[0]!, from, to) - level(whole[0]!, from, to)
  })
  const spread = Math.max(...gains) - Math.min(...gains)
  assert.ok(spread < 1.5, `the gain differs by ${spread.toFixed(2)} dB: ${gains.map((gain) => gain.toFixed(1))}`)
  assert.ok(Math.abs(result.loudness.integrated! - quantity(result, 'integratedLoudness').wanted!) < 0.1)
})

test('true peak is not the sample peak, and it is the true peak that stays under the ceiling', async () => {
  // A quarter of the rate, between the samples: each has 0.707 of the amplitude.
  const rate = 44_100
  const between = tone(3, (time) => 0.4 * Math.sin(2 * Math.PI * (rate / 4) * time + Math.PI / 4))
  const beats = tone(3, (time) => ((time * 3) % 1 < 0.4 ? 1 : 0.1))
  const one = between.map((value, i) => value * beats[i]!)
  const [left, right] = song(5, { seconds: 3, peak: 0.3 })
  const target = wav(path('between.wav'), [left.map((v, i) => v + one[i]!), right.map((v, i) => v + one[i]!)])
  const own = await loudnessOfPcm(await decoded(path, target))
  assert.ok(own.truePeak! > own.samplePeak! + 0.5, `${own.truePeak} and ${own.samplePeak}`)
  const reference = wav(path('dense.wav'), song(6, { seconds: 3, peak: 0.99, swing: 0 }))
  const ceiling = -2
  const without = ['eq', 'width', 'dynamics'] as const
  const result = await matched(path, target, reference, { ceiling, without: [...without], loudness: -5 })
  const reached = 20 * Math.log10(truePeak(result.samples, rate))
  assert.ok(reached <= ceiling, `${reached} dBTP`)
  // By their samples alone peaks would seem far from the ceiling.
  assert.ok(reached > ceiling - 0.5 && result.loudness.samplePeak! < ceiling - 1, `${reached} dBTP`)
  assert.ok(result.measured.gainReduction.limiter!.most > 1)
  const said = quantity(result, 'truePeak')
  assert.ok(Math.abs(said.after! - reached) < 0.03 && said.ok)
})

test('what is a soft copy of its reference comes up by a gain alone', async () => {
  const sounds = song(7, { seconds: 3, peak: 0.5 })
  const reference = wav(path('same.wav'), sounds)
  const result = await matched(path, wav(path('soft.wav'), byGain(sounds, -30)), reference)
  const wanted = (await loudnessOfPcm(await decoded(path, reference))).integrated!
  assert.ok(Math.abs(result.loudness.integrated! - wanted) < 0.05)
  assert.ok(Math.abs(result.preset.loudness.drive - 30) < 0.1, `${result.preset.loudness.drive} dB`)
  assert.ok(Math.max(...result.preset.eq!.mid.curve.level.map(Math.abs)) <= 0.1)
})
