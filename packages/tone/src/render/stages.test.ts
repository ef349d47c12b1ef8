import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RealFft } from '@colophon/media'
import { bandsResponse } from '../design/bands.ts'
import { curveAt } from '../design/curves.ts'
import type { Preset } from '../preset/preset.ts'
import { reverbResponse } from '../room/reverb-response.ts'
import type { SampleReader } from './linear-filter.ts'
import { ChainStages, planStages } from './stages.ts'
import { bentEq, noise, presetWith } from './testing/sounds.ts'

const length = 32_768
const at = 16_384

/** Reads an impulse, of so much in each channel. */
const impulse = (...heights: number[]): SampleReader => ({
  read: (from, to) =>
    heights.map((height) => Float32Array.from({ length: to - from }, (_, i) => (from + i === at ? height : 0))),
})

const stereo = { sampleRate: 44_100, layout: 'stereo', channels: 2 }
const fft = new RealFft(length)

/** dB at each bin. */
function gainOf(samples: ArrayLike<number>): Float64Array {
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)]
  fft.forward(Float64Array.from(samples as ArrayLike<number>), re, im)
  return re.map((value, k) => 10 * Math.log10(value * value + im[k]! * im[k]!))
}

const frequencies = Float64Array.from({ length: fft.bins }, (_, k) => (k * 44_100) / length)

function largestError(gain: Float64Array, wanted: Float64Array, low: number, high: number): number {
  let most = 0
  for (const [k, f] of frequencies.entries())
    if (f >= low && f <= high) most = Math.max(most, Math.abs(gain[k]! - wanted[k]!))
  return most
}

const through = (preset: Preset, reader: SampleReader, format = stereo) =>
  new ChainStages(planStages(preset, format)).process(reader, 0, length)

const mix = (a: Float32Array, b: Float32Array, sign: number) => a.map((value, i) => (value + sign * b[i]!) / 2)

describe('the stages before the gain', () => {
  for (const phase of ['minimum', 'linear'] as const)
    it(`give mid and side the gain of their curves, with ${phase} phase`, () => {
      const eq = bentEq(phase)
      const [left, right] = through(presetWith({ eq }), impulse(1, 1)) as [Float32Array, Float32Array]
      assert.ok(largestError(gainOf(mix(left, right, 1)), curveAt(eq.mid.curve, frequencies), 50, 16_000) < 0.15)
      const [a, b] = through(presetWith({ eq }), impulse(1, -1)) as [Float32Array, Float32Array]
      assert.ok(largestError(gainOf(mix(a, b, -1)), curveAt(eq.side!.curve, frequencies), 50, 16_000) < 0.15)
      // Nothing comes late: the largest sample is where the impulse was.
      const highest = left.reduce((best, value, i) => (Math.abs(value) > Math.abs(left[best]!) ? i : best), 0)
      assert.equal(highest, at)
    })

  it('use bands where the preset says so', () => {
    const bands = [
      { type: 'peak', frequency: 1000, gain: -8, q: 2 },
      { type: 'highShelf', frequency: 6000, gain: 5, q: 0.7 },
    ] as const
    const eq = { ...bentEq(), use: 'bands' as const, mid: { ...bentEq().mid, bands: [...bands] }, side: null }
    const [left, right] = through(presetWith({ eq }), impulse(1, 0)) as [Float32Array, Float32Array]
    assert.ok(largestError(gainOf(left), bandsResponse(bands, frequencies, 44_100), 40, 18_000) < 0.15)
    assert.ok(right.every((value) => Math.abs(value) < 1e-7))
  })

  it('make wider, and leave the sides out below a frequency', () => {
    const wide = presetWith({ width: { on: true, side: 6, monoBelow: 0 } })
    const [left] = through(wide, impulse(1, -1)) as [Float32Array]
    assert.ok(Math.abs(left[at]! - 10 ** (6 / 20)) < 1e-5)
    const mono = presetWith({ width: { on: true, side: 0, monoBelow: 120 } })
    const [a, b] = through(mono, impulse(1, -1)) as [Float32Array, Float32Array]
    const side = gainOf(mix(a, b, -1))
    const levelAt = (f: number) => side[Math.round((f * length) / 44_100)]!
    assert.ok(Math.abs(levelAt(120) + 3) < 0.5)
    assert.ok(levelAt(60) < -22)
    assert.ok(Math.abs(levelAt(1000)) < 0.1)
    const [c, d] = through(mono, impulse(1, 1)) as [Float32Array, Float32Array]
    assert.ok(largestError(gainOf(mix(c, d, 1)), new Float64Array(fft.bins), 20, 20_000) < 0.01)
  })

  it('add reverberation to each channel, after everything else', () => {
    const reverb = {
      on: true,
      wet: -6,
      preDelay: 0.01,
      frequency: [500, 2000],
      decay: [0.3, 0.2],
      tone: [0, -3],
      seed: 7,
    }
    const [response] = reverbResponse(reverb, 44_100, 2) as [Float32Array]
    const [left] = through(presetWith({ reverb }), impulse(1, 0)) as [Float32Array]
    assert.ok(Math.abs(left[at]! - 1 - response[0]!) < 1e-5)
    for (const n of [500, 1000, 5000]) assert.ok(Math.abs(left[at + n]! - response[n]!) < 1e-5)
    const eq = bentEq()
    const [both] = through(presetWith({ eq, reverb }), impulse(1, 1)) as [Float32Array]
    const [dry] = through(presetWith({ eq }), impulse(1, 1)) as [Float32Array]
    let expected = dry[at + 600]!
    for (let k = 0; k < 600; k++) expected += dry[at + k]! * response[600 - k]!
    assert.ok(Math.abs(both[at + 600]! - expected) < 1e-5)
  })

  it('give every channel but that of low effects the curve of the mid', () => {
    const eq = bentEq('linear')
    const format = { sampleRate: 44_100, layout: '5.1(side)', channels: 6 }
    const out = through(
      presetWith({ eq, width: { on: true, side: 9, monoBelow: 200 } }),
      impulse(1, 1, 1, 1, 1, 1),
      format,
    )
    for (const [channel, samples] of out.entries()) {
      const wanted = channel === 3 ? new Float64Array(fft.bins) : curveAt(eq.mid.curve, frequencies)
      assert.ok(largestError(gainOf(samples), wanted, 50, 16_000) < 0.15)
    }
    assert.ok(Math.abs(out[3]![at]! - 1) < 1e-5)
  })

  it('that change nothing pass on what they read', () => {
    const flat = { curve: { frequency: [100, 1000], level: [0, 0] }, bands: [], residual: 0 }
    const samples = [noise(1000, 1), noise(1000, 2)]
    const reader = { read: () => samples }
    for (const parts of [
      {},
      { eq: { on: true, phase: 'linear', use: 'curve', mid: flat, side: null } },
      { eq: { ...bentEq(), on: false }, width: { on: false, side: 3, monoBelow: 100 } },
      { width: { on: true, side: 0, monoBelow: 0 } },
    ] as const) {
      const stages = new ChainStages(planStages(presetWith(parts), stereo))
      assert.ok(stages.isIdentity)
      assert.equal(stages.process(reader, 0, 1000), samples)
    }
    // Of one channel there is no side.
    const one = { sampleRate: 44_100, layout: 'mono', channels: 1 }
    assert.ok(new ChainStages(planStages(presetWith({ width: { on: true, side: 6, monoBelow: 100 } }), one)).isIdentity)
  })
})
