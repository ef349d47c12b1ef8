import { json, op } from '@colophon/core'
import { z } from 'zod'
import { type Profile, profile } from './profile.ts'
import { recorded } from './recorded.ts'

/** Params of `tone.analyze`. */
export const analyzeParams = z.object({
  kind: z.enum(['auto', 'speech', 'music']).default('auto').describe('What the recording is taken for'),
  track: z.int().min(0).optional().describe('Index of the audio stream, as in "media probe"; without it the main one'),
})

export type AnalyzeParams = z.output<typeof analyzeParams>

const { kind, kindConfidence, sampleRate, layout, duration, loudness, crest, width, correlation, noiseFloor } =
  profile.shape

/** The numbers of a profile that people look at. */
export const measuredSound = z.object({
  ...{ kind, kindConfidence, sampleRate, layout, duration, loudness, crest, width, correlation, noiseFloor },
  bandwidth: profile.shape.spectrum.shape.bandwidth,
})

/** The numbers of a profile that people look at. */
export type MeasuredSound = z.infer<typeof measuredSound>

/** One line that says how a recording sounds. */
export function profileSummary({ kind, duration, layout, loudness, width, crest, spectrum }: Profile): string {
  const { integrated, range, truePeak } = loudness
  // Rounded to nothing, a number has no sign.
  const shown = (value: number, digits: number) => value.toFixed(digits).replace(/^-(?=0\.0*$)/, '')
  const parts = [
    `${kind}, ${duration.toFixed(2)} s ${layout}`,
    integrated === null ? 'silent' : `${shown(integrated, 1)} LUFS`,
    integrated !== null && `range ${shown(range, 1)} LU`,
    truePeak !== null && `peak ${shown(truePeak, 2)} dBTP`,
    integrated !== null && `crest ${shown(crest, 1)} dB`,
    width !== null && `width ${shown(width, 1)} dB`,
    integrated !== null && `up to ${shown(spectrum.bandwidth / 1000, 1)} kHz`,
  ]
  return parts.filter(Boolean).join(', ')
}

/**
 * Measures how a recording sounds: loudness as EBU R 128 has it, peaks, long-term spectra of mid and side, levels of phrases, syllables and
 * attacks, width, background noise, decay, bandwidth, and whether it is speech or music. The profile has all of it, the measured numbers are what
 * people look at.
 *
 * @example
 * const { profile } = await analyze({ recording: file('reference.wav') })
 * console.log((await profile.value()).loudness.integrated)
 * @throws ColophonError TONE_NOT_FINITE, TONE_TOO_SHORT, MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED
 */
export const analyze = op({
  name: 'tone.analyze',
  version: 1,
  summary: 'Measure how a recording sounds',
  description:
    'Loudness as EBU R 128 has it, peaks, long-term spectra of mid and side, levels of phrases, syllables and attacks, width, background noise, decay, bandwidth, and whether it is speech or music. The profile has all of it.',
  inputs: { recording: recorded() },
  params: analyzeParams,
  outputs: {
    measured: json(measuredSound, { name: 'measured sound' }),
    profile: json(profile, { name: 'tone profile', extension: '.json' }),
  },
  metrics: {
    lufs: { unit: 'LUFS', from: ({ profile }) => profile.loudness.integrated ?? undefined },
    lra: { unit: 'LU', from: ({ profile }) => profile.loudness.range },
    truePeak: { unit: 'dBTP', from: ({ profile }) => profile.loudness.truePeak ?? undefined },
    crest: { unit: 'dB', from: ({ profile }) => profile.crest },
    width: { unit: 'dB', from: ({ profile }) => profile.width ?? undefined },
  },
  needs: { cpu: 2, memory: '384MiB' },
  cost: ({ recording }) => ({ cpuSeconds: 0.3 + Number(recording.facts.duration ?? 0) * 0.008 }),
  outcome: ({ profile }) => ({ summary: profileSummary(profile) }),
  examples: [
    'colophon tone analyze reference.wav',
    'colophon tone analyze dialogue.wav --kind speech --profile dialogue.profile.json',
    'colophon tone analyze episode.mkv --track 2 --json',
  ],
  async run({ recording, ...params }, context) {
    const { analyzeMedia } = await import('./analysis/analyze-media.ts')
    const found = await analyzeMedia(recording, params, context)
    return { measured: measuredSound.parse({ ...found, bandwidth: found.spectrum.bandwidth }), profile: found }
  },
})
