import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { applyTransfers } from '../design/transfers.ts'
import type { Preset } from '../preset/preset.ts'
import { compressorGain, staticGain } from './compressor.ts'
import { type ControlTrack, controlValues } from './control-track.ts'
import { GainCurve } from './gain.ts'
import { levelsOf, stepsIn } from './levels.ts'
import { predict } from './predict.ts'
import { inFolder, limiterOn, presetWith } from './testing/sounds.ts'

const block = 64
const sampleRate = 48_000

/** A control track of blocks with such peaks; their power is that of so many dB below the peak. */
function trackOf(folder: string, peaks: ArrayLike<number>, below = 12): ControlTrack {
  const values = new Float32Array(peaks.length * controlValues)
  for (let b = 0; b < peaks.length; b++) {
    const power = peaks[b]! ** 2 * 10 ** (-below / 10)
    values.set([peaks[b]!, power, power, peaks[b]!], b * controlValues)
  }
  const path = join(folder, 'control')
  writeFileSync(path, values)
  return { path, block, blocks: peaks.length, sampleRate, layout: 'mono', channels: 1, length: peaks.length * block }
}

function gainOf(track: ControlTrack, preset: Preset): Float32Array {
  using curve = new GainCurve(track, preset)
  return [...curve.pages()][0]!.gain.slice()
}

const constant = (count: number, value: number): Float32Array => new Float32Array(count).fill(value)

describe('the gain of a recording', () => {
  it('is such that no block is above the ceiling, whatever comes before and after', () =>
    inFolder((folder) => {
      const peaks = fc.array(fc.float({ min: 0, max: 8, noNaN: true }), { minLength: 1, maxLength: 300 })
      fc.assert(
        fc.property(
          peaks,
          fc.double({ min: 0.0005, max: 0.02, noNaN: true }),
          fc.double({ min: -20, max: 0, noNaN: true }),
          (peaks, lookAhead, internal) => {
            const limiter = limiterOn({ lookAhead, internal, release: 0.02 })
            const gain = gainOf(
              trackOf(folder, peaks),
              presetWith({ limiter, loudness: { on: true, drive: 3, target: null } }),
            )
            const ceiling = 10 ** (internal / 20)
            for (const [b, peak] of peaks.entries())
              assert.ok(peak * Math.max(gain[b]!, gain[b + 1]!) <= ceiling * (1 + 1e-5))
          },
        ),
        { numRuns: 60 },
      )
    }))

  it('is one where nothing is to be done', () =>
    inFolder((folder) => {
      const gain = gainOf(trackOf(folder, constant(500, 0.5)), presetWith({ limiter: limiterOn() }))
      assert.ok(gain.every((value) => value === 1))
    }))

  it('is that of the dynamics curves', () =>
    inFolder((folder) => {
      const peaks = Float32Array.from({ length: 6000 }, (_, b) => 0.3 + 0.25 * Math.sin(b / 300))
      const track = trackOf(folder, peaks)
      const curves = [{ window: 0.4, smoothing: 0.15, level: [-40, -20, 0], gain: [6, 0, -6] }]
      const preset = presetWith({ dynamics: { on: true, use: 'curves', curves } })
      const wanted = applyTransfers(levelsOf(track).loudness, curves)
      using curve = new GainCurve(track, preset)
      const gain = [...curve.pages()][0]!.gain
      for (const step of [0, 100, 400, 799]) {
        // The middle of a step lies between two boundaries.
        const at = ((step + 0.5) * sampleRate) / 100 / block
        const found =
          gain[Math.floor(at)]! + (at - Math.floor(at)) * (gain[Math.floor(at) + 1]! - gain[Math.floor(at)]!)
        assert.ok(Math.abs(20 * Math.log10(found) - wanted[step]!) < 0.02)
      }
    }))

  it('brings peaks nearer to the level around them, or lets them stand out more', () =>
    inFolder((folder) => {
      const peaks = constant(4000, 0.1)
      for (let b = 100; b < 4000; b += 400) peaks[b] = 0.8
      const shaped = (ratio: number) =>
        gainOf(
          trackOf(folder, peaks),
          presetWith({ dynamics: { on: true, use: 'curves', curves: [], peaks: { above: 15, ratio } } }),
        )
      for (const ratio of [0.5, 2]) {
        const gain = shaped(ratio)
        const { plain } = levelsOf(trackOf(folder, peaks))
        const level = 10 * Math.log10(plain.reduce((sum, power) => sum + power, 0) / plain.length)
        const over = 20 * Math.log10(0.8) - level - 15
        assert.ok(over > 6)
        assert.ok(Math.abs(20 * Math.log10(gain[2101]!) - (ratio - 1) * over) < 0.6)
        assert.ok(Math.abs(gain[2080]! - 1) < 0.06)
      }
    }))

  it('is the same when the recording is longer, away from its end', () =>
    inFolder((folder) => {
      const peaks = Float32Array.from({ length: 40_000 }, (_, b) => 1 + Math.sin(b / 70) * Math.sin(b / 900))
      const preset = presetWith({ limiter: limiterOn({ release: 0.01 }) })
      const whole = gainOf(trackOf(folder, peaks), preset)
      const part = gainOf(trackOf(folder, peaks.subarray(0, 30_000)), preset)
      assert.deepEqual(part.subarray(0, 29_900), whole.subarray(0, 29_900))
    }))
})

describe('a compressor', () => {
  const compressor = { threshold: -20, ratio: 4, knee: 6, attack: 0.01, release: 0.1, makeUp: 2, residual: 0 }

  it('has the static curve of Giannoulis et al., equation 4', () => {
    assert.equal(staticGain(-40, compressor), 0)
    assert.equal(staticGain(-8, compressor), -9)
    assert.equal(staticGain(-20, compressor), (-0.75 * 9) / 12)
    assert.equal(staticGain(-23, compressor), 0)
    assert.equal(staticGain(-17, compressor), -0.75 * 3)
  })

  it('reaches what is asked for in its attack, and lets go of it in its release', () => {
    const power = new Float32Array(2000).fill(10 ** ((-8 + 0.691) / 10), 0, 1000)
    const gain = compressorGain(power, compressor, 0.001)
    assert.ok(Math.abs(gain[9]! - 2 + 9 * (1 - Math.exp(-1))) < 1e-3)
    assert.ok(Math.abs(gain[900]! + 7) < 1e-3)
    assert.ok(Math.abs(gain[1099]! - 2 + 9 * Math.exp(-1)) < 0.01)
  })

  it('is used where the preset says so', () =>
    inFolder((folder) => {
      const preset = presetWith({ dynamics: { on: true, use: 'compressor', curves: [], compressor } })
      // 12 dB below the peak, and that is 8 dB below full scale in LUFS.
      const peak = 10 ** ((-8 + 0.691 + 12) / 20)
      const gain = gainOf(trackOf(folder, constant(3000, peak)), preset)
      assert.ok(Math.abs(20 * Math.log10(gain[2900]!) + 7) < 0.01)
    }))
})

describe('a prediction', () => {
  it('has loudness, crest and true peak after the gain, and how hard the limiter works', () =>
    inFolder((folder) => {
      const peaks = constant(750 * 8, 0.1)
      for (let b = 375; b < peaks.length; b += 750) peaks[b] = 1
      const track = trackOf(folder, peaks, 10)
      const drive = 6
      const ask = (preset: Preset) => {
        using curve = new GainCurve(track, preset)
        return predict(curve)
      }
      const free = ask(presetWith({ loudness: { on: true, drive, target: null } }))
      const mean = (749 * 0.01 + 1) / 750 / 10
      assert.ok(Math.abs(free.integrated! - (-0.691 + 10 * Math.log10(mean) + drive)) < 0.2)
      assert.ok(Math.abs(free.crest + 10 * Math.log10(mean)) < 0.05)
      assert.ok(Math.abs(free.truePeak! - drive) < 1e-5)
      assert.deepEqual(free.limiter, { mean: 0, most: 0, share: 0 })
      const held = ask(
        presetWith({ loudness: { on: true, drive, target: null }, limiter: limiterOn({ internal: -2 }) }),
      )
      assert.ok(Math.abs(held.truePeak! + 2) < 1e-5)
      assert.ok(Math.abs(held.limiter.most - 8) < 1e-4)
      assert.ok(held.limiter.share > 0.01 && held.limiter.share < 0.5)
      assert.ok(held.limiter.mean > 0.1 && held.limiter.mean < 8)
    }))

  it('of silence is none', () =>
    inFolder((folder) => {
      using curve = new GainCurve(trackOf(folder, constant(3000, 0)), presetWith({ limiter: limiterOn() }))
      const { integrated, crest, truePeak, limiter } = predict(curve)
      assert.deepEqual(
        { integrated, crest, truePeak, limiter },
        { integrated: null, crest: 0, truePeak: null, limiter: { mean: 0, most: 0, share: 0 } },
      )
    }))
})

it('steps of 10 ms cover a recording', () => {
  assert.equal(stepsIn({ length: 441, sampleRate: 44_100 }), 1)
  assert.equal(stepsIn({ length: 442, sampleRate: 44_100 }), 2)
  assert.equal(stepsIn({ length: 0, sampleRate: 44_100 }), 0)
  assert.equal(stepsIn({ length: 48_001, sampleRate: 48_000 }), 101)
})
