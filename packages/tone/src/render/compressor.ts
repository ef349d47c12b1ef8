import type { Preset } from '../preset/preset.ts'

export type Compressor = NonNullable<NonNullable<Preset['dynamics']>['compressor']>

/**
 * Gain of a compressor for each 10 ms: feed-forward, with a soft knee; the gain in dB follows what the static curve asks for, fast where it
 * falls (attack) and slowly where it rises (release): the smooth branching detector in the log domain of D. Giannoulis, M. Massberg, J. D.
 * Reiss, Digital Dynamic Range Compressor Design, JAES 60(6), 2012, sections 2.2 and 2.3. A ratio below 1 makes loud sounds louder; what
 * is attack then is how fast the gain rises.
 *
 * @param power K-weighted power per 10 ms
 * @returns dB for each step
 */
export function compressorGain(power: ArrayLike<number>, compressor: Compressor): Float32Array {
  const { attack, release, makeUp } = compressor
  const [fast, slow] = [attack, release].map((seconds) => Math.exp(-0.01 / Math.max(seconds, 1e-6))) as [number, number]
  const gain = new Float32Array(power.length)
  let state = 0
  for (let i = 0; i < gain.length; i++) {
    const level = power[i]! > 1e-12 ? -0.691 + 10 * Math.log10(power[i]!) : -120
    const asked = staticGain(level, compressor)
    const keep = Math.abs(asked) > Math.abs(state) ? fast : slow
    state = asked + (state - asked) * keep
    gain[i] = state + makeUp
  }
  return gain
}

/** dB of gain at a level, without the make-up: Giannoulis et al., equation 4. */
export function staticGain(level: number, { threshold, ratio, knee }: Compressor): number {
  const over = level - threshold
  const slope = 1 / ratio - 1
  if (2 * over <= -knee) return 0
  if (2 * over >= knee) return slope * over
  return (slope * (over + knee / 2) ** 2) / (2 * knee)
}
