import { json, list, op } from '@colophon/core'
import { z } from 'zod'
import { preset } from './preset/preset.ts'
import { strengthStages } from './preset/strength.ts'

const presetDocument = json(preset, { name: 'tone preset', extension: '.json' })

const strengths = z.object(
  Object.fromEntries(strengthStages.map((stage) => [stage, z.number().min(0).max(2).optional()])) as Record<
    (typeof strengthStages)[number],
    z.ZodOptional<z.ZodNumber>
  >,
)

/** Params of `tone.preset`. */
export const editParams = z.object({
  weight: z
    .array(z.number().min(0))
    .default([])
    .describe('Weight of each preset when several are merged; 1 where none is given'),
  invert: z.boolean().default(false).describe('Turn the preset round, so that it undoes what it did'),
  strength: strengths
    .default({})
    .describe('How much of a stage is wanted, 0 to 2, e.g. {"eq": 0.5}; at 0 it is left out'),
  edit: z
    .record(z.string(), z.json())
    .default({})
    .describe('Changes as a JSON Merge Patch (RFC 7396), e.g. {"limiter": {"ceiling": -2}}'),
  name: z.string().max(200).optional().describe('Name of the result'),
})

/**
 * Changes presets: merges several by weight, turns one round, makes stages weaker or stronger, and edits any number in it, in that order.
 *
 * @example
 * const { preset } = await editPresets({ presets: [mine, theirs], weight: [2, 1], strength: { dynamics: 0.5 } })
 * @throws ColophonError TONE_PRESET_INVALID
 */
export const editPresets = op({
  name: 'tone.preset',
  version: 1,
  summary: 'Merge, invert, weaken or edit presets',
  description:
    'Several presets are merged by weight (gains in decibels); one is turned round, stages are made weaker or stronger, and any number in it is changed.',
  inputs: { presets: list(presetDocument) },
  params: editParams,
  outputs: {
    preset: presetDocument,
    left: json(z.array(z.object({ stage: z.string(), why: z.string() })), { name: 'what could not be inverted' }),
  },
  outcome: ({ preset, left }) => ({
    summary: [
      `preset${preset.name ? ` "${preset.name}"` : ''} for ${preset.kind}`,
      ...left.map(({ stage, why }) => `${stage}: ${why}`),
    ].join('; '),
  }),
  examples: [
    'colophon tone preset film.json -o softer.json --strength \'{"eq": 0.5}\'',
    'colophon tone preset a.json b.json --weight 2 --weight 1 -o merged.json',
    'colophon tone preset film.json --edit \'{"limiter": {"ceiling": -2}}\' -o quieter.json',
    'colophon tone preset film.json --invert -o back.json',
  ],
  async run({ presets, weight, invert, strength, edit, name }) {
    const { changePresets } = await import('./preset/change-presets.ts')
    return changePresets(presets, { weight, invert, strength, edit, name })
  },
})
