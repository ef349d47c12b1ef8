import type { Band } from '../../preset/preset.ts'
import type { PlotData } from '../plot-data.ts'
import { quantityOf } from '../quantities.ts'
import type { MatchReport } from '../report.ts'
import type { SpectrogramImage } from '../spectrogram-image.ts'
import { decimate } from '../track.ts'

/** A report with something in every part. @param name of the recording and of its reference */
export const sampleReport = (name = 'take 7.wav'): MatchReport => ({
  colophon: 'tone-match-report',
  version: 1,
  mode: 'style',
  kind: { value: 'music', confidence: 0.9 },
  target: { name, duration: 75.5, sampleRate: 44100, layout: 'stereo' },
  references: [
    { name: `reference of ${name}`, duration: 200, sampleRate: 48000, layout: 'stereo', weight: 2 },
    { name: 'another', duration: 30, sampleRate: 48000, layout: 'mono', weight: 1 },
  ],
  quantities: [
    quantityOf('integratedLoudness', { before: -23.1, after: -14.02, wanted: -14 }),
    quantityOf('truePeak', { before: -6, after: -1.04, wanted: -1 }),
    quantityOf('spectrumMid', { before: 5.2, after: 2.4, wanted: 0 }),
    quantityOf('noiseFloor', { before: Number.NEGATIVE_INFINITY, after: null, wanted: null }),
  ],
  limits: [{ stage: 'eq', what: `Above 9 kHz ${name} would need 20 dB.`, why: 'No more than 12 dB are used.' }],
  confidence: [{ stage: 'eq', value: 0.8, why: `${name} has little above 12 kHz.` }],
  gainReduction: {
    limiter: { most: 4.1, mean: 0.3, usual: 1.2, overOne: 0.07, overThree: 0.01, overSix: 0 },
    dynamics: null,
  },
  stages: [
    { stage: 'eq', on: true, numbers: [{ label: 'Most gain', unit: 'dB', value: 12 }] },
    { stage: 'reverb', on: false, numbers: [] },
    { stage: 'limiter', on: true, numbers: [{ label: 'Ceiling', unit: 'dBTP', value: null }] },
  ],
  warnings: [`Loudness range is unstable under 60 s: ${name}`],
})

const bands: Band[] = [
  { type: 'lowShelf', frequency: 90, gain: -3, q: 0.7 },
  { type: 'peak', frequency: 1200, gain: 4.5, q: 1.4 },
  { type: 'highShelf', frequency: 30_000, gain: 80, q: 0.7 },
]

/** Plots with something in each. @param seconds of the recording */
export function samplePlots(seconds = 75.5): PlotData {
  const frequency = Array.from({ length: 240 }, (_, i) => 20 * 2 ** (i / 24))
  const wave = (offset: number) => frequency.map((_, i) => -30 + 8 * Math.sin(i / 20 + offset) - i / 10)
  const compared = (offset: number) => ({ before: wave(offset), after: wave(offset + 1), wanted: wave(offset + 1.1) })
  const track = (offset: number) => {
    const count = Math.min(4000, Math.max(1, Math.round(seconds * 10)))
    return decimate(
      Array.from({ length: count }, (_, i) => -20 + 3 * Math.sin(i / 9 + offset)),
      count / seconds,
    )
  }
  const quantiles = (offset: number) => Array.from({ length: 101 }, (_, i) => -40 + offset + 25 * (i / 100) ** 0.5)
  const all = { before: quantiles(0), after: quantiles(6), wanted: quantiles(7) }
  return {
    spectrum: { frequency, mid: compared(0), side: compared(2) },
    eq: {
      mid: { frequency, exact: wave(0).map((level) => level + 40), ofBands: wave(3).map((level) => level + 40), bands },
      side: { frequency, exact: wave(2).map((level) => level + 40), ofBands: null, bands: bands.slice(0, 1) },
    },
    loudness: { before: track(0), after: track(2), reference: track(3), target: -14 },
    gain: { limiter: decimate([0, -1, -4, 0], 4 / seconds), dynamics: decimate([0, 2, -2, 1], 4 / seconds) },
    spectrograms: { before: image(seconds, 1), after: image(seconds, 2), reference: image(seconds, 3) },
    levels: [3, 0.4, 0.05].map((window) => ({ window, quantiles: all })),
  }
}

export const image = (seconds: number, factor: number): SpectrogramImage => ({
  columns: 40,
  rows: 12,
  low: 30,
  high: 18_000,
  seconds,
  levels: Uint8Array.from({ length: 480 }, (_, i) => (i * factor) % 256),
})
