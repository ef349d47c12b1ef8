import { z } from 'zod'
import { pictureReport } from './payload-report.ts'

/** What `watermark.capacity` tells. */
export const capacityReport = z.object({
  carries: z.boolean().describe('whether the payload can be hidden so that it is read again'),
  why: z.string().nullable().describe('why it cannot'),
  accuracy: z
    .number()
    .nullable()
    .describe(
      'share of code bits that are right before anything happens to the picture; null where it carries nothing',
    ),
  bits: z.int().describe('of the payload that was asked about'),
  psnr: z.number().describe('dB that were asked for'),
  picture: pictureReport,
})

export type CapacityReport = z.infer<typeof capacityReport>

/** One line that says whether. */
export const capacitySummary = ({ carries, why, bits, accuracy }: CapacityReport): string =>
  carries
    ? `carries ${bits} bits, ${(100 * accuracy!).toFixed(1)} % of the code bits right before anything happens to it`
    : `does not carry ${bits} bits: ${why}`
