import { applyTransfers, transferReach } from '../design/transfers.ts'
import { hopStart, powersPerSecond } from '../measure/k-power.ts'
import type { Preset } from '../preset/preset.ts'
import { compressorGain } from './compressor.ts'
import { ControlReader, type ControlTrack, controlValues, pageBlocks } from './control-track.ts'

/** Power of a recording per 10 ms, the last of which may be shorter. */
export interface Levels {
  /** K-weighted, channels weighted and added up. */
  readonly loudness: Float32Array
  /** Mean square over samples and channels. */
  readonly plain: Float32Array
}

/** Steps of 10 ms that cover a recording. */
export function stepsIn({ length, sampleRate }: Pick<ControlTrack, 'length' | 'sampleRate'>): number {
  let steps = Math.max(0, Math.ceil((length * powersPerSecond) / sampleRate) - 1)
  while (hopStart(steps, sampleRate) < length) steps++
  return steps
}

/** Powers of a control track per 10 ms: what of a block lies in two steps is shared out by time. */
export function levelsOf(track: ControlTrack): Levels {
  const { sampleRate, length, block: size } = track
  const steps = stepsIn(track)
  const [loudness, plain] = [new Float32Array(steps), new Float32Array(steps)]
  using reader = new ControlReader(track)
  let [step, from, until] = [0, 0, stepEnd(0, track)]
  let [energy, plainEnergy] = [0, 0]
  for (let first = 0; first < track.blocks; first += pageBlocks) {
    const last = Math.min(first + pageBlocks, track.blocks)
    const values = reader.read(first, last)
    for (let block = first, place = 0; block < last; block++, place += controlValues) {
      const end = Math.min((block + 1) * size, length)
      for (let at = block * size; at < end; ) {
        const now = end < until ? end : until
        energy += values[place + 1]! * (now - at)
        plainEnergy += values[place + 2]! * (now - at)
        at = now
        if (at < until) continue
        loudness[step] = energy / (until - from)
        plain[step] = plainEnergy / (until - from)
        energy = 0
        plainEnergy = 0
        from = hopStart(++step, sampleRate)
        until = stepEnd(step, track)
      }
    }
  }
  return { loudness, plain }
}

/** The sample at which a step ends. */
export const stepEnd = (step: number, { sampleRate, length }: Pick<ControlTrack, 'length' | 'sampleRate'>): number =>
  Math.min(hopStart(step + 1, sampleRate), length)

/** Steps whose gain is computed at a time. */
const pageSteps = 2 ** 16

/**
 * Gain of the dynamics, by their curves or their compressor, in the middle of each 10 ms; linear. Undefined where there are none.
 *
 * @param power K-weighted power per 10 ms
 */
export function dynamicsGain(power: Float32Array, { dynamics }: Preset): Float32Array | undefined {
  if (!dynamics?.on) return undefined
  if (dynamics.use === 'compressor')
    return (
      dynamics.compressor &&
      compressorGain(power, dynamics.compressor, 1 / powersPerSecond).map((gain) => 10 ** (gain / 20))
    )
  const { curves } = dynamics
  if (curves.length === 0) return undefined
  // Pages give the same numbers as the whole; so the memory that is taken does not grow.
  const reach = Math.ceil(transferReach(curves) * powersPerSecond) + 1
  const out = new Float32Array(power.length)
  for (let first = 0; first < power.length; first += pageSteps) {
    const last = Math.min(power.length, first + pageSteps)
    const from = Math.max(0, first - reach)
    const gains = applyTransfers(power.subarray(from, Math.min(power.length, last + reach)), curves)
    for (let step = first; step < last; step++) out[step] = 10 ** (gains[step - from]! / 20)
  }
  return out
}

/** Root mean square over 3 s about each step, after a gain. */
export function slowLevels(plain: Float32Array, gain: Float32Array | undefined): Float32Array {
  const half = Math.round(1.5 * powersPerSecond)
  const { length } = plain
  const out = new Float32Array(length)
  const powers = Float32Array.from(plain, (value, i) => (gain ? value * gain[i]! * gain[i]! : value))
  let sum = 0
  for (let i = 0; i < Math.min(half, length); i++) sum += powers[i]!
  for (let i = 0; i < length; i++) {
    if (i + half < length) sum += powers[i + half]!
    if (i - half - 1 >= 0) sum -= powers[i - half - 1]!
    const count = Math.min(length, i + half + 1) - Math.max(0, i - half)
    out[i] = Math.sqrt(Math.max(0, sum) / count)
  }
  return out
}
