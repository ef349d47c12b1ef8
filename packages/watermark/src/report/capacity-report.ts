import { z } from 'zod'
import { pictureReport } from './payload-report.ts'

/** What `watermark.capacity` tells. */
export const capacityReport = z.object({
  carries: z.boolean().describe('whether the payload can be hidden so that it is read again'),
  why: z.string().nullable().describe('why it cannot, or how little it will survive'),
  bits: z.int().describe('of the payload that was asked about'),
  psnr: z.number().describe('dB that were asked for'),
  margin: z
    .number()
    .nullable()
    .describe('how far the weakest part of the mark is expected to stand above chance; 1 is just enough'),
  picture: pictureReport,
})

export type CapacityReport = z.infer<typeof capacityReport>

/** One line that says whether. */
export const capacitySummary = ({ carries, why, bits }: CapacityReport): string =>
  carries ? `carries ${bits} bits${why === null ? '' : `: ${why}`}` : `does not carry ${bits} bits: ${why}`
