import type { Analysis } from '../analysis/analysis.ts'
import type { Profile } from '../profile.ts'
import { curveAt, decibelsOf } from './curves.ts'
import type { Predicted } from './predict.ts'

/** How much sides may be raised. */
export interface SideLimit {
  /** dB */
  readonly most: number
  readonly why: string
}

/** dB below the mid where a side is nothing but the rounding of codecs and dither; and below full scale. */
const [silentBelowMid, silentLevel] = [55, -90]

/** dB below the mid that the noise of the side may come up to. */
const noiseBelowMid = 45

/** dB that a side is raised at the most in any case. */
const mostEver = 30

/**
 * How much the sides of a recording can be raised: not at all where they are silent, and with noise in them only as far as that stays 45 dB
 * below the mid.
 */
export function sideLimit({ sketch, spectrum, profile }: Analysis): SideLimit {
  const [mid, side] = [decibelsOf(total(spectrum.mid)), decibelsOf(total(spectrum.side ?? spectrum.noise.map(() => 0)))]
  if (side < silentLevel || side < mid - silentBelowMid)
    return { most: 0, why: `there is nothing in them: ${(mid - side).toFixed(0)} dB below the middle` }
  const none = { most: mostEver, why: `${mostEver} dB is the most` }
  const { noiseFloor, loudness } = profile
  const quiet = noiseFloor !== null && noiseFloor < (loudness.integrated ?? -70) - 20
  if (!quiet || !sketch.side) return none
  // With pauses, what is in the side during the quietest tenth of the rows is its noise.
  const count = sketch.centres.length
  const levels = Array.from({ length: sketch.frames }, (_, row) => ({
    mid: total(sketch.mid.subarray(row * count, (row + 1) * count)),
    side: total(sketch.side!.subarray(row * count, (row + 1) * count)),
  }))
  levels.sort((a, b) => a.mid - b.mid)
  const quietest = levels.slice(0, Math.max(1, Math.floor(levels.length / 10)))
  const noise = decibelsOf(quietest.reduce((sum, level) => sum + level.side, 0) / quietest.length)
  const most = Math.max(0, mid - noiseBelowMid - noise)
  return most < mostEver ? { most, why: `their noise would come up to ${noiseBelowMid} dB below the middle` } : none
}

const total = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}

/** dB below the mid where the side of a reference counts as none. */
const monoLevel = 25

/** Hz between which sides may be left out below. */
const [lowest, highest] = [50, 300]

/**
 * Hz below which a reference has no sides while the result would have: 0 where there is no such range.
 *
 * @param predicted spectra of the result as far as EQ and width make it
 * @param middle dB of overall level that it lacks
 */
export function leftMono(
  reference: Profile,
  frequency: readonly number[],
  predicted: Predicted,
  middle: number,
): number {
  const { spectrum } = reference
  if (!spectrum.side || !predicted.side) return 0
  const mid = curveAt({ frequency: spectrum.frequency, level: spectrum.mid }, frequency)
  const side = curveAt({ frequency: spectrum.frequency, level: spectrum.side }, frequency)
  let below = 0
  let excess = 0
  let count = 0
  for (const [i, f] of frequency.entries()) {
    if (f > highest || side[i]! > mid[i]! - monoLevel) break
    below = f
    if (predicted.side[i]! > predicted.mid[i]! - monoLevel) excess += predicted.side[i]! + middle - side[i]!
    count++
  }
  return below >= lowest && excess / Math.max(1, count) > 3 ? Math.round(below) : 0
}
