import { blob, json, list, op } from '@colophon/core'
import { media } from '@colophon/media'
import { matchParams } from './match/params.ts'
import { preset } from './preset/preset.ts'
import { recorded } from './recorded.ts'
import { type MatchReport, matchReport } from './report/report.ts'

/** One line that says how near the result came. */
export function matchSummary(report: MatchReport): string {
  const shown = (name: string, digits: number, unit: string) => {
    const found = report.quantities.find((quantity) => quantity.name === name)
    if (!found || found.before === null || found.after === null) return undefined
    return `${found.label} ${found.before.toFixed(digits)} → ${found.after.toFixed(digits)} ${unit}`
  }
  const parts = [
    shown('integratedLoudness', 1, 'LUFS'),
    shown('spectrumMid', 1, 'dB'),
    shown('melDistance', 1, 'dB'),
    shown('truePeak', 2, 'dBTP'),
  ].filter((part) => part !== undefined)
  const limits = report.limits.length
  return [...parts, limits > 0 && `${limits} limit${limits === 1 ? '' : 's'} met`].filter(Boolean).join(', ')
}

/** Value of a quantity of the report after the match. */
const after =
  (name: string) =>
  ({ measured }: { measured: MatchReport }) =>
    measured.quantities.find((quantity) => quantity.name === name)?.after ?? undefined

const before =
  (name: string) =>
  ({ measured }: { measured: MatchReport }) =>
    measured.quantities.find((quantity) => quantity.name === name)?.before ?? undefined

/**
 * Makes a recording sound like one or several references: spectrum, loudness, dynamics, width, and for speech reverberation and room tone.
 * Of a video the chosen audio track is replaced and everything else is copied.
 *
 * @example
 * const { media, preset, report } = await match({ references: [file('dialogue.wav')], target: file('dub.mp4') })
 * await media.saveTo('dub.matched.mp4')
 * await report.saveTo('report.html')
 * @throws ColophonError TONE_SILENT, TONE_TOO_SHORT, TONE_NOT_FINITE, TONE_NOT_PAIRED, MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED,
 *   MEDIA_DAMAGED, MEDIA_NOT_WRITTEN
 */
export const match = op({
  name: 'tone.match',
  version: 1,
  summary: 'Make a recording sound like a reference',
  description:
    'Brings spectrum, loudness, dynamics, width, and for speech reverberation and room tone of the target to those of the reference. Gives the result, a preset that makes the same again without the reference, and a report that shows how near it came, with plots and excerpts to listen to.',
  inputs: { references: list(recorded()), target: recorded() },
  params: matchParams,
  outputs: {
    media: media(),
    report: blob({ name: 'report page', mediaTypes: ['text/html'], extensions: ['.html'] }),
    preset: json(preset, { name: 'tone preset', extension: '.json' }),
    measured: json(matchReport, { name: 'match report', extension: '.json' }),
  },
  metrics: {
    loudnessError: {
      unit: 'LU',
      from: ({ measured }) => {
        const found = measured.quantities.find(({ name }) => name === 'integratedLoudness')
        return found && found.after !== null && found.wanted !== null ? Math.abs(found.after - found.wanted) : undefined
      },
    },
    truePeak: { unit: 'dBTP', from: after('truePeak') },
    overloads: {
      unit: '1',
      from: ({ measured }) => Number(measured.quantities.some(({ name, ok }) => name === 'truePeak' && ok === false)),
    },
    melBefore: { unit: 'dB', from: before('melDistance') },
    melAfter: { unit: 'dB', from: after('melDistance') },
    mrstftBefore: { unit: 'dB', from: before('resolutions') },
    mrstftAfter: { unit: 'dB', from: after('resolutions') },
  },
  needs: { cpu: 2, memory: '512MiB' },
  cost: ({ target }) => ({ cpuSeconds: 0.5 + Number(target.facts.duration ?? 0) * 0.03 }),
  outcome: ({ measured }) => ({ summary: matchSummary(measured) }),
  examples: [
    'colophon tone match reference.wav song.wav -o matched.wav',
    'colophon tone match ref.wav dub.mp4 -o out.mp4 --report report.html --preset dub.json',
    'colophon tone match a.flac b.flac song.wav --weight 2 --weight 1 --amount 0.7 -o matched.flac',
    'colophon tone match mastered.wav mix.wav --mode paired -o matched.wav',
  ],
  async run({ references, target, ...params }, context) {
    const { matchMedia } = await import('./match/match-media.ts')
    return matchMedia(references, target, params, context)
  },
})
