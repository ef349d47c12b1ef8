import type { Preset } from '../preset/preset.ts'
import { levelOf } from './transfers.ts'

/** A compressor, as presets have it. */
export type Compressor = NonNullable<NonNullable<Preset['dynamics']>['compressor']>

/** Seconds of the running mean of power that the level is taken from: long enough for the swing of 100 Hz, short beside any attack. */
const detector = 0.01

/** Where a compressor is, from one stretch to the next. */
export interface CompressorState {
  /** Mean power. */
  power: number
  /** dB of gain beside the make-up. */
  gain: number
}

/** A compressor that has met silence. */
export const compressorState = (): CompressorState => ({ power: 0, gain: 0 })

/**
 * Gain at a steady level, without make-up, dB. Below the threshold 0; above it the level rises by 1 / ratio dB for each dB; within the knee a
 * parabola leads over. D. Giannoulis, M. Massberg, J. D. Reiss, Digital dynamic range compressor design, J. Audio Eng. Soc. 60 (2012),
 * equation 4.
 *
 * @param level LUFS
 */
export function staticGain(
  level: number,
  { threshold, ratio, knee }: Pick<Compressor, 'threshold' | 'ratio' | 'knee'>,
): number {
  return (1 / ratio - 1) * kneeOf(level - threshold, knee)
}

/** dB by which a level counts as over the threshold, with a knee so many dB wide. */
export const kneeOf = (over: number, knee: number): number =>
  2 * over <= -knee ? 0 : 2 * over < knee ? (over + knee / 2) ** 2 / (2 * knee) : over

/**
 * Gain of a compressor for each block of a recording: feed-forward, with attack and release acting on the gain in dB (Giannoulis et al.,
 * section 2.3: the smooth branching detector), `attack` while it moves away from 0 and `release` while it comes back, as time constants.
 *
 * @param power K-weighted, channel-weighted power of each block
 * @param rate blocks a second
 * @param state where the stretch before left off; changed to where this one does
 * @returns dB for each block, make-up included
 */
export function compressorGain(
  power: ArrayLike<number>,
  rate: number,
  compressor: Compressor,
  state: CompressorState = compressorState(),
): Float32Array {
  const { attack, release, makeUp } = compressor
  const [mean, rise, fall] = [detector, attack, release].map((seconds) =>
    seconds > 0 ? Math.exp(-1 / (seconds * rate)) : 0,
  ) as [number, number, number]
  const out = new Float32Array(power.length)
  let { power: average, gain } = state
  for (let i = 0; i < out.length; i++) {
    average = mean * average + (1 - mean) * power[i]!
    const wanted = staticGain(levelOf(average), compressor)
    const part = Math.abs(wanted) > Math.abs(gain) ? rise : fall
    gain = part * gain + (1 - part) * wanted
    out[i] = gain + makeUp
  }
  state.power = average
  state.gain = gain
  return out
}
