import { type Secret, secret } from '@colophon/core'
import { z } from 'zod'

/** File formats that marked pictures are written in. */
export const markedFormats = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const

export type MarkedFormat = (typeof markedFormats)[number]

/** Bits of an id; the fewer, the more a mark survives. */
export const idBits = [32, 64, 96, 128] as const

export type IdBits = (typeof idBits)[number]

/** Ratio of the picture's peak to what the mark changes, in dB, that is aimed at where nothing else is asked for. */
export const usualPsnr = 42

/** The param that says which key to mark or look with. Each op declares it with these words. */
export const keyParam = () =>
  secret({ generated: true })
    .default('watermark' as never)
    .describe('The secret that marks are made and found with, by its name') as unknown as z.ZodDefault<
    z.ZodType<Secret, string>
  >

/** What is hidden. */
export const payloadParams = {
  message: z
    .string()
    .min(1, 'it is empty')
    .optional()
    .describe('Text to hide; a long one is registered, and an id is hidden'),
  id: z
    .string()
    .min(1)
    .optional()
    .describe('Id to hide in place of a text, as a report or the registry writes it, or 0x and hexadecimal digits'),
  bits: z
    .literal([...idBits])
    .default(64)
    .describe('Size of an id, and of a text that is hidden itself: 32 bits survive most, 128 the least'),
  as: z
    .enum(['auto', 'text', 'id'])
    .default('auto')
    .describe('text: in the picture itself; id: registered; auto: in the picture where it is short enough'),
}

/** How the marked picture is to be. */
export const pictureParams = {
  psnr: z
    .number()
    .min(30)
    .max(60)
    .default(usualPsnr)
    .describe('How little the mark may change, in dB: lower survives more, higher is seen less'),
  format: z
    .enum(markedFormats)
    .optional()
    .describe("File format of the result; without it the picture's own")
    .meta({ fromOutput: true }),
  quality: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Of JPEG, WebP and AVIF; without it as the file was encoded, but not below 80'),
  residual: z.boolean().default(false).describe('Also make a picture of what the mark changed, amplified'),
}

/** Params of `watermark.image.embed`. */
export const embedParams = z.object({
  ...payloadParams,
  recipient: z.string().min(1).max(200).optional().describe('Who gets this copy: its id is theirs alone'),
  key: keyParam(),
  ...pictureParams,
})

export type EmbedParams = z.output<typeof embedParams>

/** Params of `watermark.image.extract`. */
export const extractParams = z.object({
  key: keyParam(),
  search: z
    .enum(['full', 'upright', 'parts'])
    .default('full')
    .describe(
      'upright: only copies that were neither turned, mirrored nor stretched, and faster; parts: also small copies in a large page, and slower',
    ),
})

export type ExtractParams = z.output<typeof extractParams>

/** Params of `watermark.capacity`. */
export const capacityParams = z.object({
  bits: payloadParams.bits,
  psnr: pictureParams.psnr,
  key: keyParam(),
})

export type CapacityParams = z.output<typeof capacityParams>
