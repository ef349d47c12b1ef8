import assert from 'node:assert/strict'
import test from 'node:test'
import { RealFft } from '@colophon/media'
import { type ReverbStage, reverbColour, reverbResponse } from './reverb-response.ts'

const stage = (change: Partial<ReverbStage> = {}): ReverbStage => ({
  on: true,
  wet: -6,
  preDelay: 0.01,
  frequency: [125, 250, 500, 1000, 2000, 4000, 8000],
  decay: [0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4],
  tone: [0, 0, 0, 0, 0, 0, 0],
  seed: 7,
  ...change,
})

interface Transformed {
  readonly re: Float32Array
  readonly im: Float32Array
  readonly fft: RealFft
}

function transformed(response: Float32Array): Transformed {
  // In the middle of zeros: what filters ring before it does not come round to its end.
  const size = 2 * 2 ** Math.ceil(Math.log2(response.length))
  const fft = new RealFft(size, 'float32')
  const [re, im] = [new Float32Array(fft.bins), new Float32Array(fft.bins)]
  const padded = new Float32Array(size)
  padded.set(response, size / 4)
  fft.forward(padded, re, im)
  return { re, im, fft }
}

/** dB of the energy of an octave's middle over that of an impulse, mean of several responses. */
function octaveEnergy(responses: readonly Transformed[], centre: number, rate: number): number {
  let [sum, count] = [0, 0]
  for (const { re, im, fft } of responses)
    for (let k = Math.ceil((centre / 1.25 / rate) * fft.length); k < ((centre * 1.25) / rate) * fft.length; k++) {
      sum += re[k]! ** 2 + im[k]! ** 2
      count++
    }
  return 10 * Math.log10(sum / count)
}

/** Seconds to fall by 60 dB from the slope between -5 and -25 dB of the backward integral (ISO 3382-1), mean of several responses. */
function decayOf(responses: readonly Transformed[], centre: number, rate: number): number {
  let energy = new Float64Array(0)
  for (const { re, im, fft } of responses) {
    const size = fft.length
    const gain = (k: number) => Math.exp(-((Math.log2((Math.max(k, 0.5) * rate) / size / centre) / 0.35) ** 2))
    const band = new Float32Array(size)
    fft.inverse(
      re.map((value, k) => value * gain(k)),
      im.map((value, k) => value * gain(k)),
      band,
    )
    if (energy.length === 0) energy = new Float64Array(size + 1)
    let sum = 0
    for (let i = size - 1; i >= 0; i--) {
      sum += band[i]! ** 2
      energy[i] = energy[i]! + sum
    }
  }
  const reached = (level: number) => energy.findIndex((value) => value < energy[0]! * 10 ** (level / 10))
  return (3 * (reached(-25) - reached(-5))) / rate
}

test('each band has its energy and its decay', () => {
  const tone = [-3, -1, 0, 1, 2, 0, -2]
  for (const rate of [16_000, 22_050]) {
    const given = stage({ tone })
    const responses = reverbResponse(given, rate, 16).map(transformed)
    const usual = 10 * Math.log10(tone.reduce((sum, level) => sum + 10 ** (level / 10), 0) / tone.length)
    for (const [b, centre] of given.frequency.entries()) {
      // In the lowest there are too few waves for chance to even out.
      if (centre < 250 || centre * 1.3 > rate / 2) continue
      const energy = octaveEnergy(responses, centre, rate)
      assert.ok(Math.abs(energy - (given.wet + tone[b]! - usual)) < 0.7, `${centre} Hz: ${energy.toFixed(2)} dB`)
      const decay = decayOf(responses, centre, rate)
      assert.ok(Math.abs(decay / given.decay[b]! - 1) < 0.08, `${centre} Hz: ${decay.toFixed(3)} s`)
    }
  }
})

test('the energy of all bands together is that of `wet`, whatever the tone', () => {
  for (const change of [{}, { tone: [6, 6, 6, 6, 6, 6, 6] }, { wet: -20 }, { decay: [2, 2, 2, 2, 2, 2, 2] }]) {
    const given = stage(change)
    const responses = reverbResponse(given, 24_000, 3).map(transformed)
    const energies = given.frequency.map((centre) => 10 ** (octaveEnergy(responses, centre, 24_000) / 10))
    const mean = 10 * Math.log10(energies.reduce((sum, energy) => sum + energy, 0) / energies.length)
    assert.ok(Math.abs(mean - given.wet) < 0.5, `${mean.toFixed(2)} dB`)
  }
})

test('the same stage gives the same response, another seed another', () => {
  const [once, twice, other] = [stage(), stage(), stage({ seed: 8 })].map((one) => reverbResponse(one, 16_000, 2))
  assert.deepEqual(once, twice)
  assert.notDeepEqual(once, other)
  // What a channel gets does not depend on how many there are.
  assert.deepEqual(reverbResponse(stage(), 16_000, 6)[1], once![1])
})

test('channels are not alike', () => {
  const [left, right] = reverbResponse(stage(), 44_100, 2) as [Float32Array, Float32Array]
  let [both, first, second] = [0, 0, 0]
  for (let i = 0; i < left.length; i++) {
    both += left[i]! * right[i]!
    first += left[i]! ** 2
    second += right[i]! ** 2
  }
  assert.ok(Math.abs(both / Math.sqrt(first * second)) < 0.1)
})

test('nothing is heard before its delay, and at first there are few reflections', () => {
  const [response] = reverbResponse(stage({ preDelay: 0.02 }), 44_100, 1) as [Float32Array]
  assert.ok(response.subarray(0, 882).every((value) => value === 0))
  const loud = (from: number, to: number) => {
    const part = response.subarray(Math.round(from * 44_100), Math.round(to * 44_100))
    const square = part.reduce((sum, value) => sum + value * value, 0) / part.length
    return part.reduce((sum, value) => sum + value ** 4, 0) / part.length / square ** 2
  }
  assert.ok(loud(0.02, 0.04) > 1.5 * loud(0.12, 0.2), 'kurtosis falls')
})

test('every number is finite for extreme stages', () => {
  for (const change of [
    { decay: [0.001], frequency: [1000], tone: [0] },
    { wet: -200 },
    { frequency: [1000, 30_000], decay: [0.2, 0.1], tone: [0, 0] },
  ])
    for (const response of reverbResponse(stage(change), 8000, 1)) assert.ok(response.every(Number.isFinite))
})

test('a steady sound is raised by the energy that comes to it', () => {
  const { level } = reverbColour(stage({ wet: 0 }))
  for (const gain of level) assert.ok(Math.abs(gain - 3.01) < 0.01)
})
