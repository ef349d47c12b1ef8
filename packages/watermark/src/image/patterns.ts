import type { MarkKey } from '../payload/secret-key.ts'
import { TilePattern } from './tile.ts'

const patterns = new WeakMap<MarkKey, TilePattern>()

/** The pattern of a key, made once. */
export function patternOf(key: MarkKey): TilePattern {
  let pattern = patterns.get(key)
  if (!pattern) {
    pattern = new TilePattern(key)
    patterns.set(key, pattern)
  }
  return pattern
}
