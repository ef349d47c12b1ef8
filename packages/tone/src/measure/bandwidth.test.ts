import assert from 'node:assert/strict'
import test from 'node:test'
import { bandwidthOf } from './bandwidth.ts'

const bins = 4097
const spectrum = (level: (frequency: number) => number, sampleRate = 44_100) =>
  Float64Array.from({ length: bins }, (_, bin) => 10 ** (level((bin / (bins - 1)) * (sampleRate / 2)) / 10))

/** Falls as music does, and ripples a little. */
const music = (frequency: number) =>
  -50 - 12 * Math.log2(Math.max(frequency, 100) / 1000) + 3 * Math.sin(frequency / 90)

const near = (found: number, expected: number, part = 0.03) =>
  assert.ok(Math.abs(found / expected - 1) < part, `${found} instead of ${expected}`)

test('sound up to half the sample rate has all of it', () => {
  near(bandwidthOf(spectrum(music), 44_100), 22_050, 0.001)
  near(bandwidthOf(spectrum(music, 8000), 8000), 4000, 0.001)
  near(
    bandwidthOf(
      spectrum((f) => (f < 3000 ? -40 : -60)),
      44_100,
    ),
    22_050,
    0.001,
  )
})

test('the shelf of a lossy codec is found', () => {
  for (const edge of [11_000, 16_000, 18_000, 19_500])
    for (const floor of [-200, -130])
      near(
        bandwidthOf(
          spectrum((f) => (f < edge ? music(f) : floor)),
          44_100,
        ),
        edge,
      )
})

test('an edge with a slope is found where it begins', () => {
  const sloped = (f: number) => music(f) - Math.max(0, (f - 15_500) / 1000) * 70
  near(bandwidthOf(spectrum(sloped), 44_100), 15_700, 0.04)
})

test('speech that was once sampled at 8 kHz is found in a recording of 48 kHz', () => {
  const speech = (f: number) => (f < 3800 ? music(f) : -125)
  near(bandwidthOf(spectrum(speech, 48_000), 48_000), 3800)
})

test('a hum far above is sound too', () => {
  const hum = (f: number) => (f < 8000 || (f > 15_000 && f < 15_700) ? music(f) : -150)
  near(bandwidthOf(spectrum(hum), 44_100), 15_700)
})

test('silence is as wide as it can be', () => {
  assert.equal(bandwidthOf(new Float64Array(1025), 8000), 4000)
})
