import type { Profile } from '../profile.ts'
import { curveAt } from './curves.ts'

/** dB: power of a sixth of an octave below which there is nothing but rounding, however quiet the recording. */
const nothing = -100

/** dB below the strongest band where a band no longer counts. */
const belowStrongest = 80

/** dB below the mean loudness where the quietest frames must lie to be taken for noise and not for quiet music. */
const pause = 20

/** dB over the noise from where a band counts a little, and from where it counts fully. */
const [some, all] = [2, 11]

/**
 * How far each band of a spectrum can be trusted to hold sound, 0 to 1: nothing above the bandwidth, in the noise floor or in the rounding of
 * samples says how a recording sounds, and a gain computed from it would be any.
 *
 * @param of `mid` or `side`; the noise of the side is taken to be no stronger than that of the mid
 * @returns a weight for each frequency
 */
export function contentOf(
  profile: Pick<Profile, 'spectrum' | 'noiseFloor' | 'loudness'>,
  of: 'mid' | 'side',
  frequency: readonly number[],
): Float64Array {
  const { spectrum, noiseFloor, loudness } = profile
  const spectrumLevel = spectrum[of]
  if (!spectrumLevel) return new Float64Array(frequency.length)
  const level = curveAt({ frequency: spectrum.frequency, level: spectrumLevel }, frequency)
  const noise = curveAt({ frequency: spectrum.frequency, level: spectrum.noise }, frequency)
  const hasPauses = noiseFloor !== null && noiseFloor < (loudness.integrated ?? -70) - pause
  const strongest = Math.max(...spectrum.mid)
  // A sixth of an octave reaches a twelfth to either side.
  const [lowest, highest] = [spectrum.frequency[0]!, spectrum.bandwidth * 2 ** (-1 / 12)]
  return level.map((value, i) => {
    if (frequency[i]! > highest || frequency[i]! < lowest * 0.999) return 0
    const floor = Math.max(nothing, strongest - belowStrongest, hasPauses ? noise[i]! : nothing)
    return Math.min(1, Math.max(0, (value - floor - some) / (all - some)))
  })
}
