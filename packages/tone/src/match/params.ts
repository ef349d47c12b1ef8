import { z } from 'zod'
import { strengthStages } from '../preset/strength.ts'

/** The stages of a match that can be left out. */
export const matchStages = [...strengthStages, 'loudness'] as const

/** File formats that a sound recording can be written in. */
export const soundFormats = ['wav', 'flac', 'mp3', 'm4a', 'ogg', 'opus', 'mka', 'aiff', 'caf'] as const
/** File formats that a video can be written in. */
export const videoFormats = ['mp4', 'mov', 'mkv', 'webm'] as const

const strengths = z
  .object(
    Object.fromEntries(strengthStages.map((stage) => [stage, z.number().min(0).max(2).optional()])) as Record<
      (typeof strengthStages)[number],
      z.ZodOptional<z.ZodNumber>
    >,
  )
  .strict()

/** Params of `tone.match`. */
export const matchParams = z
  .object({
    mode: z
      .enum(['style', 'paired'])
      .default('style')
      .describe('style: unrelated recordings; paired: the reference is a processed version of the target'),
    kind: z
      .enum(['auto', 'speech', 'music'])
      .default('auto')
      .describe('What the recordings are; auto: found out, of each'),
    weight: z
      .array(z.number().min(0))
      .default([])
      .describe('Weight of each reference when there are several; 1 where none is given'),
    amount: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('How far to go towards the reference, in all stages but loudness'),
    strength: strengths.default({}).describe('How much of a stage is wanted, 0 to 2, e.g. {"eq": 0.5, "dynamics": 0}'),
    without: z.array(z.enum(matchStages)).default([]).describe('A stage to leave out'),
    eqCap: z
      .number()
      .min(0)
      .max(44)
      .optional()
      .describe('dB that the shape of the EQ may raise or lower at the most; without it 12, and 24 in mode paired'),
    eqFrom: z.number().min(20).max(20_000).default(20).describe('Hz below which the EQ changes nothing'),
    eqTo: z.number().min(20).max(24_000).default(20_000).describe('Hz above which the EQ changes nothing'),
    phase: z
      .enum(['minimum', 'linear'])
      .default('minimum')
      .describe('minimum: no pre-ringing; linear: no change of phase'),
    use: z
      .enum(['curve', 'bands'])
      .default('curve')
      .describe('EQ as the exact curve, or as the ten bands that can be edited'),
    loudness: z
      .number()
      .min(-60)
      .max(0)
      .optional()
      .describe('LUFS to bring the result to; without it the loudness of the reference'),
    ceiling: z.number().min(-20).max(0).default(-1).describe('True peak that the result stays under, dBTP'),
    track: z
      .int()
      .min(0)
      .optional()
      .describe('Index of the audio stream of the target, as in "media probe"; without it the main one'),
    format: z
      .enum([...soundFormats, ...videoFormats])
      .optional()
      .describe("File format of the result; without it the target's own, or WAV where that cannot be written")
      .meta({ fromOutput: true }),
    title: z.string().max(200).default('Matched recording').describe('Heading of the report'),
    language: z.enum(['en', 'zh-CN']).default('en').describe('Language of the report'),
    players: z.boolean().default(true).describe('Put excerpts to listen to into the report'),
  })
  .refine(({ eqFrom, eqTo }) => eqFrom < eqTo, {
    path: ['eqTo'],
    message: 'must be above "eqFrom", or nothing is left between them',
  })

export type MatchParams = z.output<typeof matchParams>
