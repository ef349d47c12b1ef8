import { z } from 'zod'
import { pictureReport } from './payload-report.ts'

/** What `watermark.capacity` tells. */
export const capacityReport = z.object({
  carries: z.boolean().describe('whether the payload can be hidden so that it is read again'),
  why: z.string().nullable().describe('why it cannot'),
  bits: z.int().describe('of the payload that was asked about'),
  psnr: z.number().describe('dB that were asked for'),
  picture: pictureReport,
})

export type CapacityReport = z.infer<typeof capacityReport>

/** One line that says whether. */
export const capacitySummary = ({ carries, why, bits }: CapacityReport): string =>
  carries ? `carries ${bits} bits` : `does not carry ${bits} bits: ${why}`
