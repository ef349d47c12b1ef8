import { ColophonError } from '@colophon/core'
import { checkPreset } from './check-preset.ts'
import { editPreset } from './edit-preset.ts'
import { type Inverted, invertPreset } from './invert-preset.ts'
import { mergePresets } from './merge-presets.ts'
import type { Preset } from './preset.ts'
import { type Strengths, withStrengths } from './strength.ts'

/** What is to become of presets, in the order in which it is done. */
export interface Changes {
  /** Of each preset; 1 where none is given. */
  readonly weight: readonly number[]
  readonly invert: boolean
  readonly strength: Strengths
  /** A JSON Merge Patch. */
  readonly edit: unknown
  readonly name: string | undefined
}

/**
 * Merges presets and changes the result.
 *
 * @throws ColophonError TONE_PRESET_INVALID
 */
export function changePresets(presets: readonly Preset[], changes: Changes): Inverted {
  const checked = presets.map((each, at) => checkPreset(each, presets.length === 1 ? 'The preset' : `Preset ${at + 1}`))
  const { weight, invert, strength, edit, name } = changes
  const weights = checked.map((_, at) => weight[at] ?? 1)
  if (checked.length === 0 || weight.length > checked.length || weights.every((each) => each === 0)) {
    const why = `there are ${checked.length} presets for ${weight.length} weights, and one of them must be above 0`
    throw new ColophonError('TONE_PRESET_INVALID', { name: 'The list of presets', why })
  }
  const one =
    checked.length === 1 ? checked[0]! : mergePresets(checked.map((preset, at) => ({ preset, weight: weights[at]! })))
  const { preset, left } = invert ? invertPreset(one) : { preset: one, left: [] }
  const edited = editPreset(withStrengths(preset, strength), edit)
  return { preset: name === undefined ? edited : { ...edited, name }, left }
}
