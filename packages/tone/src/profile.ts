import { z } from 'zod'

const decibels = z.number()
/** A curve over frequency: rising frequencies in hertz, and a value at each. */
const curve = z.object({
  frequency: z.array(z.number().positive()).describe('Hz, rising'),
  level: z.array(decibels).describe('dB'),
})

/** Windows, in seconds, over which levels are taken: phrases, syllables or notes, attacks. */
export const levelWindows = [3, 0.4, 0.05] as const

/** How a recording's sound is, in numbers: all that matching needs to know of a reference. Levels are dB re full scale. */
export const profile = z.object({
  colophon: z.literal('tone-profile'),
  version: z.literal(1),
  kind: z.enum(['speech', 'music']).describe('What the recording is taken for, or was said to be'),
  /** How sure that is, 0.5 (a guess) to 1. */
  kindConfidence: z.number().min(0).max(1),
  sampleRate: z.number().positive().describe('Hz'),
  layout: z.string(),
  channels: z.int().positive(),
  duration: z.number().nonnegative().describe('seconds'),
  loudness: z.object({
    integrated: decibels.nullable().describe('LUFS, BS.1770-5; null where all is below the gate'),
    range: z.number().describe('LU, EBU Tech 3342'),
    maxMomentary: decibels.nullable().describe('LUFS, 400 ms'),
    maxShortTerm: decibels.nullable().describe('LUFS, 3 s'),
    truePeak: decibels.nullable().describe('dBTP; null for silence'),
    samplePeak: decibels.nullable().describe('dBFS; null for silence'),
    /** Of speech: loudness of the stretches where someone speaks. */
    speech: decibels.nullable().describe('LUFS over active speech; null for music or where nobody speaks'),
  }),
  spectrum: z
    .object({
      frequency: z.array(z.number().positive()).describe('Hz, rising, 24 to the octave'),
      mid: z.array(decibels).describe('Power of a sixth of an octave of (L+R)/2'),
      side: z.array(decibels).nullable().describe('The same of (L-R)/2; null for mono'),
      /** Of the quietest tenth of the recording: what lies below it is not wanted from it. */
      noise: z.array(decibels).describe('Power of a sixth of an octave of (L+R)/2 in the quietest frames'),
      /** The highest frequency with anything in it: 8 kHz speech, 16 kHz of lossy codecs. */
      bandwidth: z.number().positive().describe('Hz'),
    })
    .describe('Mean power over the frames within 20 dB of the mean; -140 dB for nothing'),
  levels: z
    .array(
      z.object({
        window: z.number().positive().describe('seconds'),
        quantiles: z.array(decibels).length(101).describe('K-weighted level, LUFS, at 0, 1, … 100 %'),
      }),
    )
    .describe('Over what is within 30 dB of the mean'),
  mel: z
    .object({
      bands: z.int().describe('Mel bands from 20 Hz to 20 kHz or half the sample rate'),
      quantiles: z.array(z.array(decibels)).length(5).describe('Power of each band at 5, 25, 50, 75, 95 %'),
    })
    .describe('Levels of the mid in 64 bands, order of time left out'),
  crest: z.number().describe('dB: median over 3 s of peak over mean level'),
  width: decibels.nullable().describe('dB: power of side over mid, -100 to 100; null for mono and silence'),
  correlation: z
    .number()
    .min(-1)
    .max(1)
    .nullable()
    .describe('Of left and right; null for mono, or where one is silent'),
  noiseFloor: decibels
    .nullable()
    .describe('LUFS of the background between sounds; null for digital silence, and for music without one'),
  decay: z
    .object({
      frequency: z.array(z.number()).describe('Hz, centres of octave bands'),
      statistics: z
        .array(z.array(z.number()))
        .describe('For each band: how fast its envelope falls (dB), see measure/decay.ts'),
    })
    .nullable()
    .describe('null where there is too little to tell'),
})

/** How a recording's sound is, in numbers. */
export type Profile = z.infer<typeof profile>
export type Curve = z.infer<typeof curve>
export { curve }
