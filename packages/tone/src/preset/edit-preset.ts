import { checkPreset } from './check-preset.ts'
import type { Preset } from './preset.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON Merge Patch (RFC 7396): objects are merged, null takes away, anything else replaces. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else
      Object.defineProperty(result, name, {
        value: merged(result[name], value),
        enumerable: true,
        writable: true,
        configurable: true,
      })
  }
  return result
}

/**
 * A preset with changes. Bands that are changed are used from then on, and what the limiter aims at moves with the ceiling, unless the
 * changes say otherwise.
 *
 * @param changes a JSON Merge Patch (RFC 7396), e.g. `{ limiter: { ceiling: -2 }, width: null }`
 * @throws ColophonError TONE_PRESET_INVALID if the result is not a preset
 */
export function editPreset(preset: Preset, changes: unknown): Preset {
  const result = merged(preset, changes) as Record<string, unknown>
  const eq = isObject(changes) && isObject(changes.eq) ? changes.eq : {}
  const bandsChanged = [eq.mid, eq.side].some((part) => isObject(part) && 'bands' in part)
  const curveChanged = [eq.mid, eq.side].some((part) => isObject(part) && 'curve' in part)
  if (bandsChanged && !curveChanged && !('use' in eq) && isObject(result.eq)) result.eq = { ...result.eq, use: 'bands' }
  const limiter = isObject(changes) && isObject(changes.limiter) ? changes.limiter : {}
  if (typeof limiter.ceiling === 'number' && !('internal' in limiter) && isObject(result.limiter)) {
    const { ceiling, internal } = preset.limiter
    result.limiter = { ...result.limiter, internal: limiter.ceiling + internal - ceiling }
  }
  return checkPreset(result, 'The edited preset')
}
