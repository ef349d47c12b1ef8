import type { Preset } from '../preset/preset.ts'

export type Compressor = NonNullable<NonNullable<Preset['dynamics']>['compressor']>

/**
 * Gain of a compressor, step by step: feed-forward, with a soft knee; the gain in dB follows what the static curve asks for, with the attack
 * where it goes away from rest and the release where it comes back: the smooth branching detector in the log domain of D. Giannoulis, M.
 * Massberg, J. D. Reiss, Digital Dynamic Range Compressor Design, JAES 60(6), 2012, equations 4 and 17.
 *
 * @param power K-weighted power of each step; every `stride`-th number from `offset` on
 * @param seconds of a step
 * @returns dB for each step, with the make-up
 */
export function compressorGain(
  power: Float32Array,
  compressor: Compressor,
  seconds: number,
  [offset, stride] = [0, 1],
): Float32Array {
  const keep = (time: number): number => (time > 0 ? Math.exp(-seconds / time) : 0)
  const [attack, release] = [keep(compressor.attack), keep(compressor.release)]
  const gain = new Float32Array(Math.ceil((power.length - offset) / stride))
  let state = 0
  for (let i = 0; i < gain.length; i++) {
    const asked = staticGain(-0.691 + 10 * Math.log10(power[offset + i * stride]! + 1e-12), compressor)
    const kept = Math.abs(asked) > Math.abs(state) ? attack : release
    state = asked + (state - asked) * kept
    gain[i] = state + compressor.makeUp
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
