import type { Preset } from '@colophon/tone'
import { type Chain, gainAt } from './chain.ts'
import type { Heard } from './heard.ts'

/** How near a preset comes to the chain that made the reference. */
export interface NearTruth {
  /** dB rms between the curves of the equalisers, 40 Hz to 14 kHz, 24 to the octave; their mean level does not count. */
  readonly eqRms?: number
  /** dB between the thresholds of the compressors, each over the loudness of what it hears. */
  readonly threshold?: number
  /** Ratio found over ratio of the chain. */
  readonly ratio?: number
}

/** @param heard how loud the target is where the compressors stand, where both have one */
export function nearTruth({ eq, dynamics }: Preset, chain: Chain, sampleRate: number, heard?: Heard): NearTruth {
  const curve = eq?.on === false ? undefined : eq?.mid.curve
  const apart = Array.from({ length: Math.floor(24 * Math.log2(14_000 / 40)) + 1 }, (_, i) => {
    const frequency = 40 * 2 ** (i / 24)
    const found = curve ? interpolated(curve.frequency, curve.level, frequency) : 0
    return found - gainAt(chain, frequency, sampleRate)
  })
  const offset = apart.reduce((sum, value) => sum + value, 0) / apart.length
  const eqRms = Math.sqrt(apart.reduce((sum, value) => sum + (value - offset) ** 2, 0) / apart.length)
  const compressor = dynamics?.on === false ? undefined : dynamics?.compressor
  if (!chain.compressor || !compressor || !heard) return { eqRms }
  const threshold = Math.abs(compressor.threshold - heard.preset - (chain.compressor.threshold - heard.chain))
  return { eqRms, threshold, ratio: compressor.ratio / chain.compressor.ratio }
}

/** Straight lines over the logarithm of frequency; held beyond the ends. */
function interpolated(frequencies: readonly number[], levels: readonly number[], frequency: number): number {
  const above = frequencies.findIndex((each) => each >= frequency)
  if (above <= 0) return levels.at(above === 0 ? 0 : -1)!
  const [from, to] = [Math.log(frequencies[above - 1]!), Math.log(frequencies[above]!)]
  const part = (Math.log(frequency) - from) / (to - from)
  return levels[above - 1]! * (1 - part) + levels[above]! * part
}
