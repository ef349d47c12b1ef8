import type { LoudnessAndPeaks } from '../measure/loudness-meter.ts'
import type { Preset } from '../preset/preset.ts'
import type { LoudnessTarget } from './targets.ts'

/** What has to be done to a recording. */
export interface NormalizePlan {
  /** dB */
  readonly gain: number
  /** Whether peaks would be above the ceiling with that gain, so that it takes a limiter. */
  readonly limits: boolean
}

/** How far from its target a recording may be, in LU, to be passed on as it is. */
export const nearEnough = 0.1

/**
 * Gain that brings a recording to a loudness. It is the whole story where peaks stay under the ceiling; where they would not, either a
 * limiter has to work, or (`never`) the gain is lower.
 */
export function planOf(
  measured: LoudnessAndPeaks & { readonly integrated: number },
  { loudness, ceiling }: LoudnessTarget,
  limit: 'auto' | 'never',
): NormalizePlan {
  const wanted = loudness - measured.integrated
  const most = ceiling - (measured.truePeak ?? Number.NEGATIVE_INFINITY)
  if (wanted <= most) return { gain: wanted, limits: false }
  return limit === 'never' ? { gain: most, limits: false } : { gain: wanted, limits: true }
}

/**
 * Whether there is nothing to do, because it is as loud as it should be, or as loud as its peaks allow: another pass through a coder would
 * cost quality for nothing.
 */
export function isThere(
  measured: LoudnessAndPeaks & { readonly integrated: number },
  target: LoudnessTarget,
  limit: 'auto' | 'never',
): boolean {
  if (measured.truePeak !== null && measured.truePeak > target.ceiling) return false
  if (Math.abs(measured.integrated - target.loudness) <= nearEnough) return true
  return limit === 'never' && Math.abs(planOf(measured, target, limit).gain) <= nearEnough
}

/** Seconds by which the limiter looks ahead, and in which it lets go: those of a limiter that should not be heard. */
const [lookAhead, release] = [0.0015, 0.06]

/** The plan as a preset: loudness and limiter alone. */
export function presetOf({ gain, limits }: NormalizePlan, target: LoudnessTarget, internal: number): Preset {
  return {
    colophon: 'tone-preset',
    version: 1,
    mode: 'style',
    // Nothing in it depends on the kind.
    kind: 'music',
    loudness: { on: true, drive: gain, target: target.loudness },
    limiter: { on: limits, ceiling: target.ceiling, internal, lookAhead, release },
  }
}
