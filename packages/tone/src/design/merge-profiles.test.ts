import assert from 'node:assert/strict'
import test from 'node:test'
import type { Profile } from '../profile.ts'
import { mergeProfiles } from './merge-profiles.ts'

const frequency = Array.from({ length: 240 }, (_, i) => 20 * 2 ** (i / 24))

const made = (loudness: number, level: number, more: Partial<Profile> = {}): Profile => ({
  colophon: 'tone-profile',
  version: 1,
  kind: 'music',
  kindConfidence: 1,
  sampleRate: 44100,
  layout: 'stereo',
  channels: 2,
  duration: 60,
  loudness: {
    integrated: loudness,
    range: 5,
    maxMomentary: loudness + 5,
    maxShortTerm: loudness + 3,
    truePeak: -1,
    samplePeak: -1.5,
    speech: null,
  },
  spectrum: {
    frequency,
    mid: frequency.map(() => level),
    side: frequency.map(() => level - 10),
    noise: frequency.map(() => -90),
    bandwidth: 20000,
  },
  levels: [3, 0.4, 0.05].map((window) => ({
    window,
    quantiles: Array.from({ length: 101 }, (_, q) => loudness - 10 + q / 10),
  })),
  mel: { bands: 2, quantiles: Array.from({ length: 5 }, () => [level, level]) },
  crest: 12,
  width: -10,
  correlation: 0.6,
  noiseFloor: -60,
  decay: null,
  ...more,
})

test('one profile, or the same twice, is as it was', () => {
  const one = made(-20, -40)
  assert.deepEqual(mergeProfiles([one], [3]), one)
  const twice = mergeProfiles([one, one], [1, 2])
  assert.deepEqual(twice.spectrum.mid, one.spectrum.mid)
  assert.deepEqual(
    twice.levels.map(({ quantiles }) => quantiles.map((level) => level.toFixed(9))),
    one.levels.map(({ quantiles }) => quantiles.map((level) => level.toFixed(9))),
  )
})

test('spectra are averaged at equal loudness, by weight', () => {
  // 10 dB louder with the same tone is the same sound; 6 dB more in the spectrum beyond that is not.
  const merged = mergeProfiles([made(-20, -40), made(-10, -24)], [2, 1])
  assert.ok(Math.abs(merged.loudness.integrated! - -20 - 10 / 3) < 1e-9)
  const relative = merged.spectrum.mid[100]! - merged.loudness.integrated!
  assert.ok(Math.abs(relative - (-20 * 2 + -14) / 3) < 1e-9)
})

test('a weight of 0 leaves a profile out, and order makes no difference', () => {
  const [a, b, c] = [made(-20, -40), made(-14, -30), made(-30, -60)]
  assert.deepEqual(mergeProfiles([a, c], [1, 0]), a)
  const [one, other] = [mergeProfiles([a, b, c], [3, 2, 1]), mergeProfiles([c, b, a], [1, 2, 3])]
  assert.deepEqual(one, other)
})

test('above its bandwidth a profile has no say, and of the width none that is mono', () => {
  const narrow = made(-20, -40)
  const dull = made(-20, -60, {
    spectrum: { ...narrow.spectrum, mid: frequency.map(() => -60), side: null, bandwidth: 4000 },
    width: null,
    correlation: null,
  })
  const merged = mergeProfiles([narrow, dull], [1, 1])
  assert.ok(Math.abs(merged.spectrum.mid[frequency.findIndex((f) => f > 500)]! + 50) < 1e-9)
  assert.ok(Math.abs(merged.spectrum.mid[frequency.findIndex((f) => f > 8000)]! + 40) < 1e-9)
  assert.deepEqual(merged.spectrum.side, narrow.spectrum.side)
  assert.equal(merged.width, -10)
})

test('weights that are none are refused', () => {
  assert.throws(() => mergeProfiles([], []), RangeError)
  assert.throws(() => mergeProfiles([made(-20, -40)], [0]), RangeError)
  assert.throws(() => mergeProfiles([made(-20, -40), made(-20, -40)], [1, -1]), RangeError)
  assert.throws(() => mergeProfiles([made(-20, -40)], [1, 1]), RangeError)
})
