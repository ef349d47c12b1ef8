import { json, op } from '@colophon/core'
import { media } from '@colophon/media'
import { normalizeSummary } from './normalize/remarks.ts'
import { normalizeParams, normalizeReport } from './normalize/report.ts'
import { recorded } from './recorded.ts'

/**
 * Brings a recording to a loudness, with its true peak under a ceiling. It is turned up or down as a whole; peaks that would be above the
 * ceiling are limited, and the report says where and how much. Of a video the chosen audio track is replaced and everything else is
 * copied. What has its loudness already is passed on as it is.
 *
 * Targets by name stand in `loudnessTargets`, with who asks for them: EBU R 128, ATSC A/85, ARIB TR-B32, AES TD1004 and TD1008, streaming
 * services.
 *
 * @example
 * const { media, report } = await normalize({ recording: file('episode.wav'), target: 'podcast' })
 * await media.saveTo('episode.podcast.wav')
 * console.log((await report.value()).remarks)
 * @throws ColophonError TONE_SILENT, TONE_TOO_SHORT, TONE_NOT_FINITE, MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED,
 *   MEDIA_NOT_WRITTEN
 */
export const normalize = op({
  name: 'tone.normalize',
  version: 1,
  summary: 'Bring a recording to a loudness',
  description:
    'Measures loudness and true peak as EBU R 128 wants it, and turns the recording up or down to the loudness of a standard or a service. Peaks that would be above the ceiling are limited, and the report says where and by how much; nothing else about the sound changes.',
  inputs: { recording: recorded() },
  params: normalizeParams,
  outputs: { media: media(), report: json(normalizeReport, { name: 'loudness report', extension: '.json' }) },
  metrics: {
    loudness: { unit: 'LUFS', from: ({ report }) => report.after.integrated },
    truePeak: { unit: 'dBTP', from: ({ report }) => report.after.truePeak },
    gain: { unit: 'dB', from: ({ report }) => report.gain },
    limiting: { unit: 'dB', from: ({ report }) => report.limiting?.most ?? 0 },
    shortfall: { unit: 'LU', from: ({ report }) => report.shortfall },
  },
  needs: { cpu: 2, memory: '512MiB' },
  cost: ({ recording }) => ({ cpuSeconds: 0.5 + Number(recording.facts.duration ?? 0) * 0.015 }),
  outcome: ({ report }) => ({ summary: normalizeSummary(report) }),
  examples: [
    'colophon tone normalize episode.wav --target podcast -o episode.normalized.wav',
    'colophon tone normalize programme.mp4 --target r128 -o programme.r128.mp4 --report loudness.json',
    'colophon tone normalize song.flac --loudness -12 --ceiling -1.5 --limit never -o song.louder.flac',
  ],
  async run({ recording, ...params }, context) {
    const { normalizeMedia } = await import('./normalize/normalize-media.ts')
    return normalizeMedia(recording, params, context)
  },
})
