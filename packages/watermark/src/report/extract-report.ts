import { z } from 'zod'
import { oneIn, payloadReport, pictureReport } from './payload-report.ts'

/** How the copy lies over the picture that was marked. */
export const geometryReport = z.object({
  rotation: z.number().describe('degrees clockwise that the copy was turned by, 0 to 360, after any mirroring'),
  flipped: z.boolean().describe('whether the copy is mirrored, left to right'),
  scaleX: z.number().describe('size of the copy against the canonical one, along the marked picture’s rows'),
  scaleY: z.number().describe('the same along its columns'),
})

/** What `watermark.image.extract` tells. */
export const extractReport = z.object({
  state: z
    .enum(['found', 'unreadable', 'none'])
    .describe('unreadable: a mark of this key is there, and too little of it is left to be read'),
  found: z.boolean().describe('whether a payload was read'),
  message: z.string().nullable().describe('The text that was hidden itself; that of an id is in the registry'),
  payload: payloadReport.nullable(),
  pValue: z
    .number()
    .describe('Probability that a picture without a mark of this key looks like this, the search included'),
  z: z.number().describe('How far the best place stands out, in standard deviations of chance'),
  bitErrors: z.int().nullable().describe('Code bits that came out wrong and were corrected; null where none was read'),
  codeBits: z.int().nullable(),
  geometry: geometryReport.nullable().describe('null where no mark was found'),
  part: z
    .object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
    .optional()
    .describe('The part of the picture that it was found in, where parts were searched and the whole gave nothing'),
  searched: z.enum(['upright', 'full']).describe('How far the search had to go'),
  fingerprint: z
    .string()
    .nullable()
    .describe('How the picture looks, to be looked up where it has no mark; null where it is too flat'),
  key: z.string().describe('Name and version of the key that was looked for'),
  picture: pictureReport,
})

export type ExtractReport = z.infer<typeof extractReport>

/** Code bits as they came out of the picture, for a look-up of the nearest registered payload. */
export const softBitsReport = z.object({
  bits: z
    .array(z.number())
    .describe(
      'One a code bit of the payload that was read, or of one of 64 bits: above 0 speaks for 1, and the more the farther from 0',
    ),
})

export type SoftBitsReport = z.infer<typeof softBitsReport>

/** One line that says what was found. */
export function extractSummary({ state, payload, pValue, bitErrors, codeBits, key }: ExtractReport): string {
  if (state === 'none') return `no mark of the key ${key} was found`
  const chance = `by chance ${oneIn(pValue)}`
  if (state === 'unreadable') return `there is a mark of the key ${key}, too damaged to be read (${chance})`
  const found = payload?.kind === 'text' ? `"${payload.text}"` : `id ${payload?.id}`
  return `found ${found}, ${bitErrors} of ${codeBits} code bits wrong, ${chance}`
}

/** What the command line makes of a report: nothing that can be read is "not found". */
export const extractOutcome = (report: ExtractReport) => ({
  ...(report.found ? {} : { exitCode: 4 as const }),
  summary: extractSummary(report),
})
