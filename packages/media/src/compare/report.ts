import { z } from 'zod'

const likeness = z.number().optional()

const scores = z.object({
  psnr: z.number().nullable().describe('dB; null where no sample differs'),
  ssim: likeness.describe('Wang 2004: Gaussian window of 11x11; not of planes below that'),
  msSsim: likeness.describe('Wang 2003: five scales; not of planes below 161x161'),
  blockSsim: likeness.describe('as the filter "ssim" of FFmpeg has it; not of planes below 8x8'),
})

const picture = z.object({
  width: z.number().int(),
  height: z.number().int(),
  format: z.string().describe('samples that were compared, e.g. yuv420p, or rgb, 8 bit'),
  frames: z.number().int().describe('frames that were compared; 1 for a still picture'),
  left: z.number().int().describe('frames at the end of the reference that the test does not have'),
  right: z.number().int().describe('frames at the end of the test that the reference does not have'),
  all: scores.describe('of all planes, each by its share of the pixels'),
  planes: z.array(scores.extend({ plane: z.enum(['y', 'u', 'v', 'r', 'g', 'b', 'a']) })),
  worst: scores
    .extend({ frame: z.number().int().describe('from 0'), time: z.number().describe('seconds') })
    .optional()
    .describe('the frame of a video that is the least like its reference'),
})

const ratio = z
  .number()
  .nullable()
  .describe(
    'signal-to-noise ratio in dB, of all channels or of one; null where no sample differs, or the reference is silent',
  )
const distance = z
  .number()
  .nullable()
  .describe('log-spectral distance in dB, of one channel or the mean of all; null for less than 2048 samples')

const sound = z.object({
  sampleRate: z.number().int().describe('Hz'),
  seconds: z.number().describe('how much was compared'),
  left: z.number().describe('seconds at the end of the reference that the test does not have'),
  right: z.number().describe('seconds at the end of the test that the reference does not have'),
  snr: ratio,
  lsd: distance,
  channels: z.array(z.object({ snr: ratio, lsd: distance })),
})

/** What `media.compare` tells. */
export const compareReport = z.object({
  kind: z.enum(['image', 'video', 'audio']),
  identical: z.boolean().describe('every sample is the same, and there is nothing that only one of them has'),
  picture: picture.optional(),
  sound: sound.optional(),
  notes: z.array(z.string()).describe('what was converted before it was compared, or not compared'),
})

/** Params of `media.compare`. */
export const compareParams = z.object({
  quick: z
    .boolean()
    .default(false)
    .describe('Leave out SSIM with a Gaussian window and MS-SSIM, which take most of the time'),
})

export type CompareReport = z.infer<typeof compareReport>
export type CompareParams = z.infer<typeof compareParams>
export type PictureComparison = z.infer<typeof picture>
export type SoundComparison = z.infer<typeof sound>
export type Scores = z.infer<typeof scores>
