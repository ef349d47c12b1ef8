import { z } from 'zod'
import { soundFormats, videoFormats } from '../match/params.ts'
import { loudnessTargetNames } from './targets.ts'

/** Params of `tone.normalize`. */
export const normalizeParams = z.object({
  target: z
    .enum(loudnessTargetNames)
    .default('streaming')
    .describe(
      'Whose loudness and ceiling: r128 -23 LUFS, atsc, arib and op59 -24, streaming -14, apple, podcast, mobile and music -16, speech and replaygain -18',
    ),
  loudness: z.number().min(-60).max(0).optional().describe("LUFS to bring it to, instead of the target's"),
  ceiling: z.number().min(-20).max(0).optional().describe("dBTP that it stays under, instead of the target's"),
  limit: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe('auto: peaks that would be above the ceiling are limited; never: it becomes only as loud as peaks allow'),
  track: z.int().min(0).optional().describe('Index of the audio stream, as in "media probe"; without it the main one'),
  format: z
    .enum([...soundFormats, ...videoFormats])
    .optional()
    .describe("File format of the result; without it the recording's own, or WAV where that cannot be written")
    .meta({ fromOutput: true }),
})

export type NormalizeParams = z.output<typeof normalizeParams>

const decibels = z.number()

const measured = z.object({
  integrated: decibels.describe('LUFS, ITU-R BS.1770-5'),
  range: z.number().describe('LU, EBU Tech 3342; says little of what is shorter than a minute'),
  maxMomentary: decibels.nullable().describe('LUFS, 0.4 s'),
  maxShortTerm: decibels.nullable().describe('LUFS, 3 s; null for what is shorter'),
  truePeak: decibels.describe('dBTP'),
  samplePeak: decibels.describe('dBFS'),
})

/** What `tone.normalize` tells beside the recording. */
export const normalizeReport = z.object({
  target: z.object({
    name: z.enum([...loudnessTargetNames, 'custom']),
    loudness: decibels.describe('LUFS'),
    ceiling: decibels.describe('dBTP'),
    source: z.string().describe('Who asks for it'),
  }),
  recording: z.object({
    duration: z.number().describe('seconds'),
    sampleRate: z.number().describe('Hz'),
    layout: z.string(),
    channels: z.int(),
  }),
  before: measured,
  after: measured.describe('Measured in the file that was written, decoded again'),
  gain: decibels.describe('dB, before the limiter'),
  limiting: z
    .object({
      most: decibels.describe('dB that the limiter takes off at the most'),
      at: z.number().describe('second at which it does'),
      share: z.number().min(0).max(1).describe('Part of the time in which it takes off more than 0.1 dB'),
      mean: decibels.describe('dB that it takes off in that time, in the mean'),
    })
    .nullable()
    .describe('null where the limiter had nothing to do'),
  shortfall: z.number().nonnegative().describe('LU that the result is quieter than the target'),
  untouched: z.boolean().describe('Whether the recording had that loudness already and is passed on as it was'),
  left: z
    .array(z.object({ index: z.int(), kind: z.string(), codec: z.string(), why: z.string() }))
    .describe('Streams that the file cannot hold'),
  remarks: z.array(z.string()).describe('What should be known, in words'),
})

export type NormalizeReport = z.infer<typeof normalizeReport>
export type NormalizeMeasured = z.infer<typeof measured>
