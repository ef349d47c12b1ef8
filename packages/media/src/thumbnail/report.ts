import { z } from 'zod'

const share = z.number().min(0).max(1)

const looks = z.object({
  brightness: share,
  contrast: share,
  detail: share,
  sharpness: share,
  colour: share,
  bars: share.describe('share of the picture that black bars take'),
  score: share.describe('how well the frame stands for the video'),
})

/** What `media.thumbnail` tells beside the picture. */
export const thumbnailReport = z.object({
  width: z.number().int(),
  height: z.number().int(),
  format: z.enum(['jpeg', 'png', 'webp']),
  source: z.object({
    kind: z.enum(['image', 'video', 'cover']),
    width: z.number().int().describe('as shown: square pixels, upright'),
    height: z.number().int(),
    duration: z.number().optional().describe('seconds, of a recording'),
  }),
  at: z.number().optional().describe('second of the video at which the frame stands'),
  chosen: z.boolean().describe('whether the frame was chosen among the candidates'),
  looks: looks.optional().describe('what was measured of the chosen frame'),
  candidates: z
    .array(z.object({ at: z.number(), score: share }))
    .describe(
      'the frames that were compared: the highest score wins, but the first frame only if it is better by a tenth',
    ),
})

export type ThumbnailReport = z.infer<typeof thumbnailReport>

/** Params of `media.thumbnail`. */
export const thumbnailParams = z.object({
  width: z.number().int().min(1).max(8192).default(320).describe('The thumbnail is at most this wide, in pixels'),
  height: z.number().int().min(1).max(8192).default(320).describe('The thumbnail is at most this high, in pixels'),
  enlarge: z.boolean().default(false).describe('Let a smaller source grow to that size'),
  format: z
    .enum(['jpeg', 'png', 'webp'])
    .default('jpeg')
    .describe('File format of the thumbnail')
    .meta({ fromOutput: true }),
  quality: z.number().int().min(1).max(100).default(80).describe('Of jpeg and webp: higher is better and larger'),
  at: z.number().min(0).optional().describe('Second of the video to show; without it a good frame is chosen'),
})

export type ThumbnailParams = z.infer<typeof thumbnailParams>
