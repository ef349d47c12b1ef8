import type { Preset } from '../preset.ts'

/** A preset with every stage, for tests. */
export const samplePreset = (): Preset => structuredClone(sample)

const frequency = [50, 200, 1000, 5000, 12_000]

const sample: Preset = {
  colophon: 'tone-preset',
  version: 1,
  mode: 'style',
  kind: 'music',
  denoise: { on: true, floor: { frequency, level: [-70, -75, -80, -85, -90] }, most: 6 },
  eq: {
    on: true,
    phase: 'minimum',
    use: 'curve',
    mid: {
      curve: { frequency, level: [3, 1, 0, -2, -4] },
      bands: [{ type: 'lowShelf', frequency: 100, gain: 3, q: 0.7 }],
      residual: 0.8,
    },
    side: { curve: { frequency, level: [0, 0, 1, 2, 3] }, bands: [], residual: 1.5 },
  },
  width: { on: true, side: 2, monoBelow: 0 },
  reverb: {
    on: true,
    wet: -10,
    preDelay: 0.01,
    frequency: [250, 1000, 4000],
    decay: [0.8, 0.6, 0.4],
    tone: [0, 0, -3],
    seed: 7,
  },
  dynamics: {
    on: true,
    use: 'curves',
    curves: [
      { window: 3, smoothing: 0.8, level: [-40, -30, -20, -10], gain: [3, 2, 0, -2] },
      { window: 0.05, smoothing: 0.03, level: [-30, -10], gain: [1, -1] },
    ],
    peaks: { above: 8, ratio: 0.8 },
  },
  roomTone: { on: true, spectrum: { frequency, level: [-70, -72, -74, -76, -78] }, seed: 3 },
  loudness: { on: true, drive: 3, target: -14 },
  limiter: { on: true, ceiling: -1, internal: -1.05, lookAhead: 0.0015, release: 0.06 },
}
