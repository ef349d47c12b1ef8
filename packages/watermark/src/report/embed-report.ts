import { z } from 'zod'
import { payloadReport, pictureReport } from './payload-report.ts'

/** What `watermark.image.embed` tells beside the picture. */
export const embedReport = z.object({
  message: z.string().nullable().describe('The text that the mark stands for; null where an id was given'),
  recipient: z.string().nullable(),
  payload: payloadReport,
  registered: z.boolean().describe('Whether the message can be had through the registry alone'),
  key: z.string().describe('Name and version of the key'),
  picture: pictureReport,
  quality: z.object({
    psnr: z.number().nullable().describe('dB, of all channels, before the file is encoded; null where nothing changed'),
    ssim: z.number().nullable().describe('of luma; null where the picture is smaller than 11x11'),
    filePsnr: z.number().nullable().describe('dB, with what encoding the file changed; null where nothing changed'),
  }),
  check: z
    .object({
      bitErrors: z.int().describe('Code bits that came out wrong and were corrected'),
      codeBits: z.int(),
      accuracy: z.number().min(0).max(1).describe('Share of code bits that came out right'),
      pValue: z.number().describe('Probability that a picture without a mark looks like this'),
    })
    .describe('The file that was written, read again and looked through'),
  fingerprint: z
    .string()
    .nullable()
    .describe('How the picture looks, by which it may be known without its mark; null where it is too flat'),
  residual: z
    .object({ amplification: z.number().describe('by which the changes are multiplied; grey stays') })
    .nullable()
    .describe('The picture of what was changed, if it was asked for'),
  lost: z.array(z.string()).describe('What lay beside the pixels and the file format cannot hold'),
  remarks: z.array(z.string()).describe('What should be known, in words'),
})

export type EmbedReport = z.infer<typeof embedReport>

/** One line that says what was hidden and how well. */
export function embedSummary({ message, payload, recipient, quality, check }: EmbedReport): string {
  const hidden = payload.kind === 'text' ? `"${payload.text}"` : `id ${payload.id}`
  const stands = payload.kind === 'id' && message ? ' of the message' : ''
  const whose = recipient === null ? '' : ` for ${recipient}`
  const psnr = quality.psnr === null ? '' : `, ${quality.psnr.toFixed(1)} dB`
  return `hid ${hidden}${stands}${whose}${psnr}; read back with ${check.bitErrors} of ${check.codeBits} code bits wrong`
}
