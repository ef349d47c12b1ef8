import { z } from 'zod'
import { curve } from '../profile.ts'

const on = z.boolean().default(true).describe('Whether the stage is used')
const decibels = z.number()

/** A band of an equaliser, as most tools have it (R. Bristow-Johnson, Audio EQ Cookbook). */
export const band = z.object({
  type: z.enum(['peak', 'lowShelf', 'highShelf']),
  frequency: z.number().positive().describe('Hz'),
  gain: decibels.min(-60).max(60).describe('dB'),
  q: z.number().positive().max(40).describe('Quality; for shelves the slope as Q'),
})
export type Band = z.infer<typeof band>

const equaliser = z.object({
  curve: curve.describe('Gain over frequency'),
  bands: z.array(band).max(10).describe('The same, near enough, for hand and other tools'),
  residual: z.number().nonnegative().describe('dB rms from the curve to the bands, 40 Hz to 14 kHz'),
})

/** A curve from level to gain. */
const transfer = z.object({
  window: z.number().positive().describe('seconds over which the level is taken'),
  smoothing: z.number().positive().describe('seconds; standard deviation of the smoothing of the gain'),
  level: z.array(decibels).min(2).describe('K-weighted level, LUFS, rising'),
  gain: z.array(decibels).describe('dB at each level; held beyond the ends'),
})
export type Transfer = z.infer<typeof transfer>

/**
 * What makes the sound of a recording: everything that `tone.render` needs beside the recording. Stages run in the order in which they
 * stand here. A stage that is missing, or not `on`, passes the sound on.
 */
export const preset = z
  .strictObject({
    colophon: z.literal('tone-preset'),
    version: z.literal(1),
    name: z.string().optional(),
    mode: z.enum(['style', 'paired']),
    kind: z.enum(['speech', 'music']),
    denoise: z
      .object({
        on,
        floor: curve.describe('Noise in the recording: power of a sixth of an octave, dB'),
        most: decibels.min(0).max(12).describe('dB that noise is brought down at the most'),
      })
      .optional(),
    eq: z
      .object({
        on,
        phase: z.enum(['minimum', 'linear']),
        use: z.enum(['curve', 'bands']).default('curve'),
        mid: equaliser.describe('Of (L+R)/2; of every channel where there are one or more than two'),
        side: equaliser.nullable().describe('Of (L-R)/2 beyond its gain in `width`; null: as the mid'),
      })
      .optional(),
    width: z
      .object({
        on,
        side: decibels.min(-60).max(60).describe('dB of gain of the side'),
        monoBelow: z.number().min(0).max(500).describe('Hz below which the sides are left out; 0: nowhere'),
      })
      .optional(),
    reverb: z
      .object({
        on,
        wet: decibels.max(12).describe('dB of the energy of the reverberation over the direct sound'),
        preDelay: z.number().min(0).max(0.5).describe('seconds'),
        frequency: z.array(z.number().positive()).describe('Hz, rising: centres of bands'),
        decay: z.array(z.number().positive().max(20)).describe('seconds to fall by 60 dB, in each band'),
        tone: z.array(decibels).describe('dB of each band of the reverberation'),
        seed: z.int().describe('Of the noise that the reverberation is shaped from'),
        /** Measured from a pair of recordings. Where it is there, it is what is heard, and decay, tone, pre-delay and seed describe it. */
        response: z
          .object({
            sampleRate: z.number().positive().describe('Hz'),
            wet: decibels.describe(
              '`wet` as it was measured: the response is raised by as much as `wet` is above this',
            ),
            channels: z
              .array(z.base64())
              .min(1)
              .max(2)
              .describe('32-bit floats, little-endian: what follows the direct sound, left and right'),
          })
          .optional(),
      })
      .optional(),
    dynamics: z
      .object({
        on,
        use: z.enum(['curves', 'compressor']).default('curves'),
        curves: z.array(transfer).describe('One after the other, slow ones first'),
        compressor: z
          .object({
            threshold: decibels.describe('LUFS'),
            ratio: z.number().min(0.2).max(100),
            knee: z.number().min(0).max(40).describe('dB'),
            attack: z.number().min(0).max(1).describe('seconds'),
            release: z.number().min(0).max(10).describe('seconds'),
            makeUp: decibels.describe('dB'),
            residual: z.number().nonnegative().describe('dB rms from the curves to the compressor'),
          })
          .optional(),
        peaks: z
          .object({
            above: decibels.describe('dB over the level of 3 s, from where peaks are shaped'),
            ratio: z.number().min(0.1).max(4).describe('dB that come out for each dB above that'),
          })
          .optional()
          .describe('Shapes short peaks, so that the crest factor is as wanted'),
      })
      .optional(),
    roomTone: z
      .object({
        on,
        spectrum: curve.describe('Power of a sixth of an octave, dB'),
        seed: z.int(),
      })
      .optional(),
    loudness: z.object({
      on,
      drive: decibels.describe('dB of gain into the limiter'),
      target: decibels.nullable().describe('LUFS that the gain was chosen for'),
    }),
    limiter: z.object({
      on,
      ceiling: decibels.min(-20).max(0).describe('dBTP that is promised'),
      internal: decibels.min(-40).max(0).describe('dBTP that the gain is computed for; not above the ceiling'),
      lookAhead: z.number().min(0.0005).max(0.02).describe('seconds'),
      release: z.number().min(0.005).max(2).describe('seconds'),
    }),
  })
  .describe('How to treat a recording')

/** How to treat a recording, as a document that a person can read and change. */
export type Preset = z.infer<typeof preset>
