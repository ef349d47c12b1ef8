import assert from 'node:assert/strict'
import test from 'node:test'
import { channelWeights } from './channel-weights.ts'
import { KPower } from './k-power.ts'
import { loudnessOf, lufsOf, momentaryWindow, shortTermWindow, windowPowers } from './loudness.ts'
import { type EbuSignal, loudnessSignals, peakSignals, rangeSignals } from './testing/ebu-signals.ts'
import { truePeak } from './true-peak-meter.ts'

const powerOf = ({ channels, layout }: EbuSignal, rate: number) =>
  new KPower(rate, channelWeights(layout, channels.length)).push(channels)

/** All that a signal must read as what is expected: most have one reading, steady ones many. */
function readings(signal: EbuSignal, rate: number): (number | null)[] {
  if (signal.reading === 'peak') return [20 * Math.log10(truePeak(signal.channels, rate))]
  const power = powerOf(signal, rate)
  // What a meter shows once its window is filled: of the short-term one after 3 s, of the momentary one after 1 s.
  if (signal.reading === 'steadyShortTerm') return [...windowPowers(power, shortTermWindow, 1)].map(lufsOf)
  if (signal.reading === 'steadyMomentary') return [...windowPowers(power, momentaryWindow, 1).subarray(60)].map(lufsOf)
  const { integrated, range, maxMomentary, maxShortTerm } = loudnessOf(power)
  if (signal.reading === 'levels') return [integrated, maxMomentary, maxShortTerm]
  return [{ integrated, range, momentary: maxMomentary, shortTerm: maxShortTerm }[signal.reading]]
}

function within({ expected, tolerance: [below, above] }: EbuSignal, value: number | null): boolean {
  return value !== null && value >= expected - below - 1e-9 && value <= expected + above + 1e-9
}

/** How many signals there were; each must read right. */
function check(signals: Iterable<EbuSignal>, rate: number): number {
  let count = 0
  for (const signal of signals) {
    const read = readings(signal, rate)
    assert.ok(read.length > 0)
    for (const value of read) assert.ok(within(signal, value), `${signal.name} at ${rate} Hz reads ${value}`)
    count++
  }
  return count
}

for (const rate of [44100, 48000, 96000]) {
  test(`all signals of EBU Tech 3341 for loudness read right at ${rate} Hz`, () => {
    assert.equal(check(loudnessSignals(rate), rate), 88)
  })
  test(`all signals of EBU Tech 3341 for true peak read right at ${rate} Hz`, () => {
    assert.equal(check(peakSignals(rate), rate), 9)
  })
  test(`all signals of EBU Tech 3342 read right at ${rate} Hz`, () => {
    assert.equal(check(rangeSignals(rate), rate), 4)
  })
}

test('sines of EBU Tech 3341 read as their true peak within 0.02 dB', () => {
  const truth = [0.5, 0.5, 0.5, 0.5, 1.41].map((amplitude) => 20 * Math.log10(amplitude))
  for (const rate of [44100, 96000]) {
    const signals = [...peakSignals(rate)].slice(0, 5)
    for (const [i, signal] of signals.entries()) {
      const [value] = readings(signal, rate)
      assert.ok(Math.abs(value! - truth[i]!) < 0.02, `${signal.name} at ${rate} Hz reads ${value}`)
    }
  }
})

test('maxima over windows that move by 100 ms would miss most of the short events', () => {
  const short = [...loudnessSignals(48000)].filter(({ reading }) => reading === 'momentary')
  const missed = short.filter((signal) => {
    const coarse = windowPowers(powerOf(signal, 48000), momentaryWindow, 10)
    return !within(signal, lufsOf(Math.max(...coarse)))
  })
  assert.equal(short.length, 40)
  assert.ok(missed.length >= 30, `${missed.length} missed`)
})

test('a signal that is repeated has the same loudness range', () => {
  const [first] = rangeSignals(44100)
  const once = powerOf(first!, 44100)
  const twice = Float64Array.from([...once, ...once])
  assert.ok(Math.abs(loudnessOf(twice).range - loudnessOf(once).range) < 0.5)
})
