import { z } from 'zod'
import { keyParam } from '../params.ts'
import { attackNames } from './attacks.ts'

const seedParam = z.string().default('').describe('What is left to chance follows it; another seed does it elsewhere')

/** Params of `watermark.attack`. */
export const attackParams = z.object({
  attack: z
    .array(z.enum(attackNames as [string, ...string[]]))
    .min(1)
    .describe('What to do to the picture; several are done one after the other'),
  seed: seedParam,
  format: z
    .enum(['png', 'jpeg', 'webp', 'avif', 'tiff'])
    .optional()
    .describe('File format of the copy; without it that of the last encoder, else PNG')
    .meta({ fromOutput: true }),
})

/** What `watermark.attack` tells. */
export const attackReport = z.object({
  attacks: z
    .array(z.object({ name: z.string(), summary: z.string() }))
    .describe('in the order in which they were done'),
  seed: z.string(),
  before: z.object({ width: z.int(), height: z.int() }),
  after: z.object({ width: z.int(), height: z.int(), format: z.string() }),
})

/** One line that says what was done. */
export const attackSummary = ({ attacks, after }: z.infer<typeof attackReport>): string =>
  `${attacks.map(({ summary }) => summary).join('; then ')}: ${after.width}x${after.height} ${after.format}`

/** Params of `watermark.test`. */
export const testParams = z.object({
  attacks: z
    .array(z.enum(attackNames as [string, ...string[]]))
    .min(1)
    .optional()
    .describe('Only these; without it the whole set'),
  seed: seedParam,
  key: keyParam(),
})

/** What `watermark.test` tells. */
export const testReport = z.object({
  marked: z.boolean().describe('whether the given picture itself carries a mark of the key'),
  message: z.string().nullable().describe('of the given picture, where the text itself is hidden'),
  id: z.string().nullable().describe('of the given picture, where an id is hidden'),
  key: z.string(),
  survived: z.int(),
  tried: z.int(),
  attacks: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      survived: z.boolean().describe('whether the same payload came back'),
      state: z.enum(['found', 'unreadable', 'none']).describe('what was found in the copy'),
      bitErrors: z.int().nullable(),
      codeBits: z.int().nullable(),
      pValue: z.number(),
    }),
  ),
})

/** Which attacks were too much, in a line. */
export function testSummary({ marked, key, survived, tried, attacks }: z.infer<typeof testReport>): string {
  if (!marked) return `no mark of the key ${key} was found, so there is nothing to test`
  const lost = attacks.filter((each) => !each.survived).map(({ name }) => name)
  return `survives ${survived} of ${tried} attacks${lost.length > 0 ? `; lost by ${lost.join(', ')}` : ''}`
}
