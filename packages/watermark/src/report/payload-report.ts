import { z } from 'zod'

/** What is hidden in a medium. */
export const payloadReport = z.object({
  kind: z.enum(['id', 'text']),
  bits: z.int().describe('that the payload takes, without what protects it'),
  id: z.string().nullable().describe('of a registered message, as people write it; null for a text'),
  text: z.string().nullable().describe('that is hidden itself; null for an id'),
})

export type PayloadReport = z.infer<typeof payloadReport>

/** The picture that a report is about, as it is looked at. */
export const pictureReport = z.object({
  width: z.int(),
  height: z.int(),
  format: z.string(),
})

export type PictureReport = z.infer<typeof pictureReport>

/** One part in how many: a probability as a person reads it. */
export const oneIn = (probability: number): string =>
  probability > 0 ? `1 in ${(1 / probability).toExponential(0).replace('e+', 'e')}` : 'less than 1 in 1e300'
