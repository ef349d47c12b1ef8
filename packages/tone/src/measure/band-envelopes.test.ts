import assert from 'node:assert/strict'
import test from 'node:test'
import { noise, sound } from '../pcm/testing/make-pcm.ts'
import { BandEnvelopes } from './band-envelopes.ts'

test('parts in their order make the whole, wherever it is cut', () => {
  const random = noise(1)
  const samples = sound(1.3, random)
  const meter = new BandEnvelopes(44_100, samples.length)
  const whole = meter.measure(samples, 0, 0, samples.length)
  const cuts = [0, 1, 440, 441, 20_000, 20_011, samples.length]
  const parts = cuts.slice(1).map((to, i) => {
    const from = cuts[i]!
    return meter.measure(samples.slice(from, to + meter.reach), from, from, to)
  })
  const joined = meter.join(parts)
  assert.deepEqual(joined.values, whole)
  assert.equal(joined.steps, 130)
  assert.equal(joined.stretch, 0)
})

test('a tone is in its octave with its power', () => {
  for (const [rate, hertz, band] of [
    [44_100, 1000, 3],
    [48_000, 4000, 5],
    [16_000, 500, 2],
    [96_000, 8000, 6],
  ] as const) {
    const samples = sound(0.5, (time) => 0.5 * Math.sin(2 * Math.PI * hertz * time), rate)
    const meter = new BandEnvelopes(rate, samples.length)
    const { values, frequency } = meter.join([meter.measure(samples, 0, 0, samples.length)])
    const step = 20 * frequency.length
    assert.equal(frequency[band], hertz)
    assert.ok(Math.abs(10 * Math.log10(values[step + band]! / 0.125)) < 0.15, `${rate} Hz`)
    for (let b = 0; b < frequency.length; b++)
      if (Math.abs(b - band) > 1) assert.ok(values[step + b]! < 1e-5, `${frequency[b]} Hz of ${hertz} Hz`)
  }
})

test('bands reach as far as the sample rate allows', () => {
  assert.deepEqual(new BandEnvelopes(8000, 8000).frequency, [125, 250, 500, 1000, 2000])
  assert.deepEqual(new BandEnvelopes(16_000, 8000).frequency, [125, 250, 500, 1000, 2000, 4000])
  assert.equal(new BandEnvelopes(44_100, 8000).frequency.at(-1), 8000)
})

test('of ten hours no more than twenty minutes are kept', () => {
  const rate = 8000
  const meter = new BandEnvelopes(rate, 36_000 * rate)
  const silence = new Float32Array(0)
  let steps = 0
  // Where samples are missing they are 0: what is asked here is which steps are kept. Ten seconds of each five minutes are.
  for (let minute = 0; minute < 600; minute += 10)
    steps += meter.measure(silence, 0, minute * 60 * rate, (minute * 60 + 60) * rate).length / meter.frequency.length
  assert.equal(steps, 60 * 1000)
  assert.equal(meter.join([]).stretch, 1000)
})
