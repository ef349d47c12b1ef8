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
  const asked = askedGain(power, compressor, [offset, stride])
  return followGain(asked, compressor, seconds, asked)
}

/** dB that a compressor would give each step if it were without attack and release, without the make-up. */
export function askedGain(
  power: Float32Array,
  compressor: Pick<Compressor, 'threshold' | 'ratio' | 'knee'>,
  [offset, stride]: readonly [number, number] = [0, 1],
): Float32Array {
  const asked = new Float32Array(Math.ceil((power.length - offset) / stride))
  for (let i = 0; i < asked.length; i++)
    asked[i] = staticGain(-0.691 + 10 * Math.log10(power[offset + i * stride]! + 1e-12), compressor)
  return asked
}

/** What becomes of a gain that is asked for, by attack, release and make-up; `out` may be the same array. */
export function followGain(
  asked: Float32Array,
  compressor: Pick<Compressor, 'attack' | 'release' | 'makeUp'>,
  seconds: number,
  out: Float32Array,
): Float32Array {
  const keep = (time: number): number => (time > 0 ? Math.exp(-seconds / time) : 0)
  const [attack, release, { makeUp }] = [keep(compressor.attack), keep(compressor.release), compressor]
  let state = 0
  for (let i = 0; i < asked.length; i++) {
    const aim = asked[i]!
    const kept = Math.abs(aim) > Math.abs(state) ? attack : release
    state = aim + (state - aim) * kept
    out[i] = state + makeUp
  }
  return out
}

/** dB of gain at a level, without the make-up: Giannoulis et al., equation 4. */
export function staticGain(
  level: number,
  { threshold, ratio, knee }: Pick<Compressor, 'threshold' | 'ratio' | 'knee'>,
): number {
  const over = level - threshold
  const slope = 1 / ratio - 1
  if (2 * over <= -knee) return 0
  if (2 * over >= knee) return slope * over
  return (slope * (over + knee / 2) ** 2) / (2 * knee)
}
