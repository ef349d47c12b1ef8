import { json, op } from '@colophon/core'
import { media } from '@colophon/media'
import { z } from 'zod'
import { soundFormats, videoFormats } from './match/params.ts'
import { preset } from './preset/preset.ts'
import { recorded } from './recorded.ts'
import { type RenderReport, renderReport } from './render/render-report.ts'

/** Params of `tone.render`. */
export const renderParams = z.object({
  fit: z
    .boolean()
    .default(false)
    .describe('Choose the gain anew, so that the result has the loudness that the preset aims at'),
  track: z.int().min(0).optional().describe('Index of the audio stream, as in "media probe"; without it the main one'),
  format: z
    .enum([...soundFormats, ...videoFormats])
    .optional()
    .describe("File format of the result; without it the recording's own, or WAV where that cannot be written")
    .meta({ fromOutput: true }),
  float: z.boolean().default(false).describe('Write 32-bit floats instead of 24 bits, into WAV and CAF'),
})

export type RenderParams = z.output<typeof renderParams>

/** One line that says what came out. */
export function renderSummary({ loudness, truePeak, limiter, codec, duration }: RenderReport): string {
  const parts = [
    `${duration.toFixed(2)} s ${codec}`,
    loudness === null ? 'silent' : `${loudness.toFixed(1)} LUFS`,
    truePeak !== null && `peak ${truePeak.toFixed(2)} dBTP`,
    limiter.most >= 0.05 && `limited by up to ${limiter.most.toFixed(1)} dB`,
  ]
  return parts.filter(Boolean).join(', ')
}

/**
 * Treats a recording as a preset says: noise reduction, equaliser, width, reverberation, dynamics, room tone, gain and limiter. The same
 * recording and preset give the same samples, and those of `tone.match` that made the preset. Of a video the chosen audio track is
 * replaced and everything else is copied. The result has the rate, the channels, and to the sample the length of the recording.
 *
 * A call that was interrupted goes on where it was when it is made again.
 *
 * @example
 * const { media } = await render({ recording: file('episode-2.mkv'), preset: JSON.parse(await readFile('dub.json', 'utf8')), fit: true })
 * await media.saveTo('episode-2.treated.mkv')
 * @throws ColophonError TONE_NOT_FINITE, TONE_TOO_SHORT, MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_NOT_WRITTEN
 */
export const render = op({
  name: 'tone.render',
  version: 1,
  summary: 'Treat a recording as a preset says',
  description:
    'Runs the stages of a preset over a recording: noise reduction, equaliser, width, reverberation, dynamics, room tone, gain and a true-peak limiter. Of a video the chosen audio track is replaced and everything else is copied.',
  inputs: { recording: recorded(), preset: json(preset, { name: 'tone preset', extension: '.json' }) },
  params: renderParams,
  outputs: { media: media(), report: json(renderReport, { name: 'render report' }) },
  metrics: {
    lufs: { unit: 'LUFS', from: ({ report }) => report.loudness ?? undefined },
    truePeak: { unit: 'dBTP', from: ({ report }) => report.truePeak ?? undefined },
    reduction: { unit: 'dB', from: ({ report }) => report.limiter.most },
  },
  needs: { cpu: 2, memory: '384MiB' },
  cost: ({ recording }) => ({ cpuSeconds: 0.5 + Number(recording.facts.duration ?? 0) * 0.015 }),
  outcome: ({ report }) => ({ summary: renderSummary(report) }),
  examples: [
    'colophon tone render song.wav master.json -o master.wav',
    'colophon tone render episode-2.mkv dub.json --fit -o episode-2.treated.mkv',
    'colophon tone render mix.wav master.json --float -o master.wav',
  ],
  async run({ recording, preset, ...params }, context) {
    const { renderMedia } = await import('./render/render-media.ts')
    return renderMedia(recording, preset, params, context)
  },
})
