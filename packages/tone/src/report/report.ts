import { z } from 'zod'

/** What a match consists of, in the order in which a recording goes through it. */
export const stageNames = [
  'alignment',
  'denoise',
  'eq',
  'width',
  'reverb',
  'dynamics',
  'roomTone',
  'loudness',
  'limiter',
] as const
export type StageName = (typeof stageNames)[number]

const stage = z.enum(stageNames)
const share = z.number().min(0).max(1)
const measured = z.number().nullable()

const recording = z.object({
  name: z.string().describe('As the caller calls it: the name of a file, mostly'),
  duration: z.number().nonnegative().describe('seconds'),
  sampleRate: z.number().positive().describe('Hz'),
  layout: z.string().describe('of channels, e.g. stereo'),
})

const quantity = z.object({
  name: z.string().describe('for programs, e.g. integratedLoudness'),
  label: z.string().describe('in English'),
  unit: z.string().describe('LUFS, LU, dB, dBTP, s; empty for a mere number'),
  before: measured.describe('of the recording as it came; null where it cannot be told'),
  after: measured.describe('of the result'),
  wanted: measured.describe('as the reference has it, or was asked for; null where nothing is wanted'),
  aim: z.enum(['near', 'atMost', 'atLeast']).describe('what "wanted" means'),
  tolerance: z.number().nonnegative().nullable().describe('how far from what is wanted the result may be'),
  ok: z.boolean().nullable().describe('whether it is within the tolerance; null where there is nothing to hold it to'),
})

/** One line of what was measured: before, after, wanted. */
export type Quantity = z.infer<typeof quantity>

const reduction = z.object({
  most: z.number().nonnegative().describe('dB'),
  mean: z.number().nonnegative().describe('dB, over the whole recording'),
  usual: z.number().nonnegative().describe('dB that 95 % of the time stays below'),
  overOne: share.describe('share of the time with more than 1 dB'),
  overThree: share.describe('share of the time with more than 3 dB'),
  overSix: share.describe('share of the time with more than 6 dB'),
})

/** How much a gain takes away. */
export type GainReduction = z.infer<typeof reduction>

/** What `tone.match` tells beside the sound and the preset. The same inputs give the same report, to the byte. */
export const matchReport = z.object({
  colophon: z.literal('tone-match-report'),
  version: z.literal(1),
  mode: z.enum(['style', 'paired']),
  kind: z.object({
    value: z.enum(['speech', 'music']),
    confidence: z.number().min(0.5).max(1).describe('0.5: a guess; 1: sure, or said by the caller'),
  }),
  target: recording.describe('what was treated'),
  references: z
    .array(recording.extend({ weight: z.number().nonnegative() }))
    .describe('what it should sound like; several count by their weights'),
  quantities: z.array(quantity),
  limits: z
    .array(z.object({ stage, what: z.string().describe('one sentence'), why: z.string().describe('one sentence') }))
    .describe('where a limit kept the result from the reference'),
  confidence: z.array(z.object({ stage, value: share, why: z.string().describe('one sentence') })),
  gainReduction: z.object({
    limiter: reduction.nullable().describe('null where the limiter is off'),
    dynamics: reduction.nullable().describe('null where dynamics are left alone'),
  }),
  stages: z
    .array(
      z.object({
        stage,
        on: z.boolean(),
        numbers: z.array(z.object({ label: z.string(), unit: z.string(), value: measured })),
      }),
    )
    .describe('what each stage was set to'),
  warnings: z.array(z.string()).describe('what to bear in mind when reading the numbers'),
})

/** What `tone.match` tells beside the sound and the preset. */
export type MatchReport = z.infer<typeof matchReport>
