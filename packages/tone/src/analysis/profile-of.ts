import { bandwidthOf } from '../measure/bandwidth.ts'
import { decayStatistics } from '../measure/decay.ts'
import { profileFrequencies, sixthOctaves } from '../measure/frequency-bands.ts'
import { classify } from '../measure/kind.ts'
import { levelQuantiles } from '../measure/levels.ts'
import { loudnessOf } from '../measure/loudness.ts'
import { melBands, melQuantiles } from '../measure/mel.ts'
import { isBackground, noiseFloorOf } from '../measure/noise-floor.ts'
import { activeSpeech } from '../measure/speech-activity.ts'
import { correlationOf, widthOf } from '../measure/width.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { levelWindows, type Profile } from '../profile.ts'
import type { Spectrum } from './analysis.ts'
import type { Gate } from './gate.ts'
import { quietFrame } from './gate.ts'
import { gridOf } from './grid.ts'
import type { Merge } from './merge.ts'

/** The numbers of a profile have this many digits after the point: more are not heard, and documents are read by people. */
const digits = 4

/** The profile of a recording that has been measured. */
export function profileOf(pcm: Pcm, merge: Merge, gate: Gate, kind: 'auto' | 'speech' | 'music'): Profile {
  const { sampleRate, layout, channels, length } = pcm
  const { power, harmonicity, envelopes, spectrum } = merge
  const { hop } = gridOf(sampleRate, length)
  const isPair = channels === 2
  const width = isPair ? widthOf(merge.pair) : null
  const found = classify({ power, harmonicity, envelopes, width })
  const chosen = kind === 'auto' ? found.kind : kind
  const quiet = gate.counts.map((count) => count & quietFrame)
  const loudness = loudnessOf(power)
  const quietest = noiseFloorOf(power, quiet, hop, sampleRate)
  const isNoise =
    chosen === 'speech' || isBackground(quietest ?? -200, loudness.integrated ?? -70, { power, quiet, hop, sampleRate })
  const peak = (value: number) => (value > 0 ? 20 * Math.log10(value) : null)
  return rounded({
    colophon: 'tone-profile',
    version: 1,
    kind: chosen,
    kindConfidence: kind === 'auto' ? found.confidence : 1,
    sampleRate,
    layout,
    channels,
    duration: length / sampleRate,
    loudness: {
      ...loudness,
      truePeak: peak(Math.max(merge.truePeak, merge.samplePeak)),
      samplePeak: peak(merge.samplePeak),
      speech: chosen === 'speech' ? activeSpeech(power, harmonicity).loudness : null,
    },
    spectrum: spectrumOf(spectrum, sampleRate),
    levels: levelWindows.map((window) => ({ window, quantiles: levelQuantiles(power, window) })),
    mel: { bands: melBands, quantiles: melQuantiles(merge.mel) },
    crest: merge.crest.median,
    width,
    correlation: isPair ? correlationOf(merge.pair) : null,
    noiseFloor: isNoise ? quietest : null,
    decay: decayStatistics(envelopes),
  })
}

function spectrumOf({ mid, side, noise }: Spectrum, sampleRate: number): Profile['spectrum'] {
  const frequency = profileFrequencies(sampleRate)
  const levels = (spectrum: Float64Array) => Array.from(sixthOctaves(spectrum, sampleRate, frequency))
  const both = side ? mid.map((power, bin) => power + side[bin]!) : mid
  return {
    frequency: Array.from(frequency),
    mid: levels(mid),
    side: side && levels(side),
    noise: levels(noise),
    bandwidth: bandwidthOf(both, sampleRate),
  }
}

function rounded<T>(value: T): T {
  if (typeof value === 'number') return (Number.isInteger(value) ? value : Number(value.toFixed(digits)) + 0) as T
  if (Array.isArray(value)) return value.map(rounded) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rounded(inner)])) as T
}
