import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkPreset } from './check-preset.ts'
import { editPreset } from './edit-preset.ts'
import { invertPreset } from './invert-preset.ts'
import { mergePresets } from './merge-presets.ts'
import { withStrengths } from './strength.ts'
import { samplePreset } from './testing/sample-preset.ts'

const near = (found: number, wanted: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(found - wanted) <= tolerance, `${found} is not ${wanted}`)

describe('a preset', () => {
  test('comes back from JSON as it was', () => {
    assert.deepEqual(checkPreset(JSON.parse(JSON.stringify(samplePreset())), 'x'), samplePreset())
  })

  test('that is none is refused with the part that is wrong', () => {
    const wrong = (change: (preset: ReturnType<typeof samplePreset>) => unknown, why: RegExp) => {
      const preset = samplePreset()
      const value = change(preset) ?? preset
      assert.throws(() => checkPreset(value, 'my.json'), { code: 'TONE_PRESET_INVALID', message: why })
    }
    wrong(() => 'text', /^my\.json is not a preset: expected object/)
    wrong((p) => ({ ...p, limiter: { ...p.limiter, ceiling: 3 } }), /limiter\.ceiling: /)
    wrong((p) => ({ ...p, limiter: { ...p.limiter, internal: -0.5 } }), /internal is above the ceiling/)
    wrong((p) => void Object.assign(p.eq!.mid.bands[0]!, { gain: 1000 }), /eq\.mid\.bands\[0\]\.gain/)
    wrong((p) => void p.eq!.mid.curve.level.pop(), /eq\.mid\.curve: frequency and level are not of one length/)
    wrong((p) => void p.eq!.mid.curve.frequency.reverse(), /eq\.mid\.curve: frequency does not rise/)
    wrong((p) => void p.dynamics!.curves[0]!.level.reverse(), /dynamics\.curves\[0\]: level does not rise/)
    wrong((p) => void p.reverb!.tone.pop(), /reverb: tone and decay/)
    wrong((p) => ({ ...p, equalizer: 1 }), /equalizer/)
  })
})

describe('editing', () => {
  test('merges changes in, and null takes away', () => {
    const edited = editPreset(samplePreset(), { limiter: { ceiling: -2, internal: -2.1 }, width: null, name: 'mine' })
    assert.equal(edited.limiter.ceiling, -2)
    assert.equal(edited.limiter.release, 0.06)
    assert.equal(edited.width, undefined)
    assert.equal(edited.name, 'mine')
  })

  test('of the ceiling moves what the limiter aims at', () => {
    const { limiter } = editPreset(samplePreset(), { limiter: { ceiling: -2 } })
    near(limiter.internal, -2.05)
    assert.equal(editPreset(samplePreset(), { limiter: { ceiling: -2, internal: -3 } }).limiter.internal, -3)
  })

  test('of bands makes them heard', () => {
    const bands = [{ type: 'peak', frequency: 3000, gain: -4, q: 2 }]
    assert.equal(editPreset(samplePreset(), { eq: { mid: { bands } } }).eq!.use, 'bands')
    assert.equal(editPreset(samplePreset(), { eq: { use: 'curve', mid: { bands } } }).eq!.use, 'curve')
  })

  test('that makes no preset is refused', () => {
    assert.throws(() => editPreset(samplePreset(), { mode: 'magic' }), { code: 'TONE_PRESET_INVALID' })
    assert.throws(() => editPreset(samplePreset(), { loudness: null }), { code: 'TONE_PRESET_INVALID' })
    assert.throws(() => editPreset(samplePreset(), 5), { code: 'TONE_PRESET_INVALID' })
    assert.throws(() => editPreset(samplePreset(), JSON.parse('{"__proto__": {"on": true}}')), {
      code: 'TONE_PRESET_INVALID',
    })
  })
})

describe('strengths', () => {
  test('multiply what a stage does, and 0 leaves it out', () => {
    const half = withStrengths(samplePreset(), { eq: 0.5, dynamics: 0.5, width: 0, reverb: 0.5 })
    assert.deepEqual(half.eq!.mid.curve.level, [1.5, 0.5, 0, -1, -2])
    assert.equal(half.eq!.mid.bands[0]!.gain, 1.5)
    assert.deepEqual(half.dynamics!.curves[0]!.gain, [1.5, 1, 0, -1])
    near(half.dynamics!.peaks!.ratio, Math.sqrt(0.8))
    assert.equal(half.width, undefined)
    near(half.reverb!.wet, -10 - 6.0206, 1e-4)
    assert.deepEqual(half.roomTone, samplePreset().roomTone)
  })

  test('of 1 change nothing', () => {
    const all = { denoise: 1, eq: 1, width: 1, reverb: 1, dynamics: 1, roomTone: 1 }
    assert.deepEqual(withStrengths(samplePreset(), all), samplePreset())
  })
})

describe('merging', () => {
  test('of a preset with itself gives the same sound', () => {
    const merged = mergePresets([
      { preset: samplePreset(), weight: 1 },
      { preset: samplePreset(), weight: 3 },
    ])
    const { eq, dynamics, reverb, roomTone, ...rest } = samplePreset()
    const { eq: mergedEq, dynamics: mergedDynamics, reverb: mergedReverb, roomTone: mergedTone, ...mergedRest } = merged
    assert.deepEqual(mergedRest, rest)
    eq!.mid.curve.level.forEach((level, at) => {
      near(mergedEq!.mid.curve.level[at]!, level)
    })
    for (const [index, { gain }] of dynamics!.curves.entries())
      for (const [at, each] of gain.entries()) near(mergedDynamics!.curves[index]!.gain[at]!, each)
    near(mergedDynamics!.peaks!.ratio, dynamics!.peaks!.ratio)
    reverb!.decay.forEach((decay, at) => void near(mergedReverb!.decay[at]!, decay))
    roomTone!.spectrum.level.forEach((level, at) => void near(mergedTone!.spectrum.level[at]!, level))
  })

  test('weighs gains in decibels, and a stage that is missing does nothing', () => {
    const other = samplePreset()
    delete other.width
    other.eq!.mid.curve.level = [-3, -1, 0, 2, 4]
    other.loudness.drive = -1
    other.limiter.ceiling = -3
    const merged = mergePresets([
      { preset: samplePreset(), weight: 1 },
      { preset: other, weight: 1 },
    ])
    merged.eq!.mid.curve.level.forEach((level) => void near(level, 0))
    near(merged.width!.side, 1)
    near(merged.loudness.drive, 1)
    assert.equal(merged.limiter.ceiling, -3)
    checkPreset(merged, 'merged')
  })

  test('needs weights', () => {
    assert.throws(() => mergePresets([]), RangeError)
    assert.throws(() => mergePresets([{ preset: samplePreset(), weight: 0 }]), RangeError)
    assert.throws(() => mergePresets([{ preset: samplePreset(), weight: -1 }]), RangeError)
  })
})

describe('inverting', () => {
  test('turns gains round and says what it cannot undo', () => {
    const { preset, left } = invertPreset(samplePreset())
    checkPreset(preset, 'inverted')
    assert.deepEqual(preset.eq!.mid.curve.level, [-3, -1, 0, 2, 4])
    assert.equal(preset.width!.side, -2)
    assert.equal(preset.loudness.drive, -3)
    assert.deepEqual(
      left.map(({ stage }) => stage),
      ['denoise', 'reverb', 'roomTone'],
    )
    assert.deepEqual(
      preset.dynamics!.curves.map(({ window }) => window),
      [0.05, 3],
    )
  })

  test('takes a level back to where it was', () => {
    const level = fc.uniqueArray(fc.integer({ min: -60, max: 0 }), { minLength: 2, maxLength: 12 })
    fc.assert(
      fc.property(
        level,
        fc.array(fc.double({ min: -0.4, max: 0.4, noNaN: true }), { minLength: 12, maxLength: 12 }),
        (levels, slopes) => {
          levels.sort((a, b) => a - b)
          const gain: number[] = []
          for (const [at, each] of levels.entries())
            gain.push(at === 0 ? 0 : gain[at - 1]! + slopes[at]! * (each - levels[at - 1]!))
          const preset = samplePreset()
          preset.dynamics!.curves = [{ window: 0.4, smoothing: 0.15, level: levels, gain }]
          const [back] = invertPreset(preset).preset.dynamics!.curves
          levels.forEach((each, at) => {
            const out = back!.level.findIndex((found) => Math.abs(found - (each + gain[at]!)) < 1e-9)
            near(each + gain[at]! + back!.gain[out]!, each)
          })
        },
      ),
    )
  })
})
