import { z } from 'zod'

const decibels = z.number()

const stream = z.object({
  index: z.int(),
  kind: z.string(),
  codec: z.string(),
})

/** What `tone.render` tells. */
export const renderReport = z.object({
  container: z.string(),
  codec: z.string().describe('Of the sound'),
  sampleRate: z.number().describe('Hz'),
  layout: z.string(),
  duration: z.number().describe('seconds'),
  loudness: decibels.nullable().describe('LUFS, integrated, as computed from the gain; null for silence'),
  range: z.number().describe('LU'),
  crest: decibels.describe('dB: median over 3 s of peak over mean level'),
  truePeak: decibels.nullable().describe('dBTP, measured on the result before it is encoded; null for silence'),
  drive: decibels.describe('dB of gain into the limiter'),
  limiter: z
    .object({
      mean: z.number().describe('dB, mean over the time in which it works'),
      most: z.number().describe('dB'),
      share: z.number().min(0).max(1).describe('Part of the time in which it takes more than 0.1 dB'),
      heavy: z.boolean().describe('Takes more than 8 dB somewhere, which is heard'),
    })
    .describe('How hard the limiter works'),
  corrections: z.int().describe('Places where the gain was lowered once more to hold the ceiling'),
  copied: z.array(stream).describe('Streams of the recording that were taken along as they are'),
  left: z.array(stream.extend({ why: z.string() })).describe('Streams that the file could not take'),
})

export type RenderReport = z.infer<typeof renderReport>
