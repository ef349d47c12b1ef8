import { powersPerSecond } from '../measure/k-power.ts'
import type { Transfer } from '../preset/preset.ts'
import { levelWindows, type Profile } from '../profile.ts'
import { rounded } from './curves.ts'
import { excerptsOf } from './excerpts.ts'
import { type Aim, LevelCurve } from './level-curve.ts'
import { type LevelSpread, levelGate, meanOf, quantilesAbove } from './level-spread.ts'
import { LevelTrack } from './level-track.ts'
import type { Steps } from './steps.ts'

/** What dynamics may do. */
export interface DynamicsOptions {
  /** dB that a curve may raise or lower at the most; default 12. */
  readonly most?: number
  /** dB that come out for each dB that goes in, of one curve: least (of the slowest 0), default 0.2, and most, default 3. */
  readonly slopes?: readonly [number, number]
  /**
   * dB below the mean down to which levels over 0.4 s and 0.05 s count, 0 to 30; what is deeper is no part of the sound and is not raised.
   * Default 30.
   */
  readonly depth?: number
  /** Rounds over all windows, of which each corrects what smoothing and the other windows left over; default 5. */
  readonly rounds?: number
  /** 0, nothing, to 1, all; default 1. */
  readonly strength?: number
}

/** Curves of dynamics, and what they are predicted to make. */
export interface DynamicsDesign {
  /** None where the levels are spread as they should be. */
  readonly curves: Transfer[]
  /** LU: range of the loudness before, after, and wanted. */
  readonly range: { readonly before: number; readonly after: number; readonly wanted: number }
  /** dB, mean over windows and quantiles 5 to 95 of the distance of levels, before and after. */
  readonly distance: { readonly before: number; readonly after: number }
  /** Whether gains or slopes were held back by the options. */
  readonly limited: boolean
}

/** Below this mean distance of levels, and of the range, a recording is as wanted: dB, LU. */
const [closeLevels, closeRange] = [0.1, 0.1]

/** Windows that a recording must be long for its levels over them to say something: 15 s for those of 3 s. */
const windowsLeast = 5

/** Minutes that are looked at. */
const mostMinutes = 60

/**
 * dB below the mean down to which levels of speech count. What is deeper is pauses, breath, the room: how much of it there is depends on
 * what is said, and raising it raises noise and draws out decays.
 */
export const speechDepth = 15

/** LU to which the range is brought. */
const rangeTolerance = 0.05

/**
 * Curves from level to gain that spread the levels of a recording as those of a reference, over 3 s, 0.4 s and 0.05 s: phrases, notes,
 * attacks. What is known of two recordings of unlike content is how often which level occurs, so levels of one quantile are mapped to
 * each other (histogram matching; R. C. Gonzalez, R. E. Woods, Digital Image Processing, section 3.3), relative to the mean level. It is
 * done in rounds, as each window's gain changes the spread over the others. At last the slowest curve is scaled so that the loudness
 * range (EBU Tech 3342) comes out as wanted. The mean power stays as it is.
 *
 * What lies deeper below the mean than `depth`, noise and silence, is never raised.
 *
 * Of more than an hour evenly spread minutes are looked at.
 *
 * @param whole K-weighted power per 10 ms of the recording, as the dynamics will meet it
 * @param levels of the reference
 * @param wholeRange LU, loudness range of the reference; null: not known
 */
export function designDynamics(
  whole: ArrayLike<number> | Steps,
  levels: Profile['levels'],
  wholeRange: number | null,
  options: DynamicsOptions = {},
): DynamicsDesign {
  const { most = 12, slopes = [0.2, 3], depth = levelGate, rounds = 5, strength = 1 } = options
  const track = new LevelTrack(excerptsOf(whole, mostMinutes))
  const before = track.range()
  // What is hardly longer than a window says nothing of how levels over it are spread, nor does its loudness range.
  // Over phrases, levels count as far down as they do for the loudness range.
  const depths = levelWindows.map((_, index) => (index === 0 ? levelGate : depth))
  const aims = levelWindows.map((window, index) =>
    track.length >= windowsLeast * window * powersPerSecond ? aimOf(levels, window, depths[index]!) : undefined,
  )
  const range = aims[0] ? wholeRange : null
  const wanted = range ?? before
  const [start, meanBefore] = [spreadsOf(track, depths), track.mean()]
  const distanceBefore = distanceOf(start, aims)
  const none: DynamicsDesign = {
    curves: [],
    range: { before, after: before, wanted },
    distance: { before: distanceBefore, after: distanceBefore },
    limited: false,
  }
  if (!(strength > 0) || track.length < 100) return none
  if (distanceBefore < closeLevels && Math.abs(before - wanted) < closeRange) return none

  let curves = start.map((spread, index) =>
    LevelCurve.flat(index, spread, { most, slopes: index === 0 ? [0, slopes[1]] : slopes }),
  )
  let best = { curves, cost: Number.POSITIVE_INFINITY }
  const keep = () => {
    track.apply(transfersOf(curves))
    const missed = range === null ? 0 : Math.abs(track.range() - range)
    const cost = distanceOf(spreadsOf(track, depths), aims) + missed
    if (cost < best.cost) best = { curves, cost }
  }
  for (let round = 0; round < rounds; round++) {
    // Towards the end the range is what the slowest curve is for.
    const first = range !== null && round >= rounds - 2 ? 1 : 0
    curves = correct(track, curves, aims, { first, part: round === 0 ? 1 : 0.6, depths })
    if (range !== null && round >= rounds - 3) curves = tiltToRange(track, curves, range)
    keep()
  }
  curves = best.curves
  track.apply(transfersOf(curves))
  curves[2] = curves[2]!.moved(-10 * Math.log10(track.mean() / meanBefore))
  const made = transfersOf(curves).map((transfer) => ({
    ...transfer,
    level: transfer.level.map((level) => rounded(level, 2)),
    gain: transfer.gain.map((gain) => rounded(gain * strength, 3)),
  }))
  track.apply(made)
  return {
    curves: made,
    range: { before, after: track.range(), wanted },
    distance: {
      before: distanceBefore,
      after: distanceOf(spreadsOf(track, depths), aims),
    },
    limited: curves.some((curve) => curve.limited),
  }
}

/** One round over the windows from `first` on. */
function correct(
  track: LevelTrack,
  from: readonly LevelCurve[],
  aims: readonly (Aim | undefined)[],
  { first, part, depths }: { readonly first: number; readonly part: number; readonly depths: readonly number[] },
): LevelCurve[] {
  const curves = from.slice()
  for (const [index, aim] of aims.entries()) {
    if (!aim || index < first) continue
    track.apply(transfersOf(curves))
    const [window, depth] = [levelWindows[index]!, depths[index]!]
    const [own, out] = [track.spread(window, depth, index), track.spread(window, depth)]
    curves[index] = curves[index]!.corrected(own, out, aim, part)
  }
  return curves
}

const transfersOf = (curves: readonly LevelCurve[]): Transfer[] => curves.map((curve) => curve.transfer())

const aimOf = (levels: Profile['levels'], window: number, depth: number): Aim | undefined => {
  const found = levels.find((level) => Math.abs(level.window - window) < 1e-6)
  if (!found) return undefined
  const quantiles = quantilesAbove(found.quantiles, depth)
  return { quantiles, mean: meanOf(quantiles) }
}

const spreadsOf = (track: LevelTrack, depths: readonly number[]) =>
  levelWindows.map((window, index) => track.spread(window, depths[index]!))

/** dB: mean distance of levels relative to their means, over windows and quantiles. */
function distanceOf(spreads: readonly LevelSpread[], aims: readonly (Aim | undefined)[]): number {
  let [sum, count] = [0, 0]
  for (const [index, { quantiles, mean }] of spreads.entries()) {
    const aim = aims[index]
    if (!aim) continue
    for (let q = 5; q <= 95; q++) {
      sum += Math.abs(quantiles[q]! - mean - aim.quantiles[q]! + aim.mean)
      count++
    }
  }
  return count > 0 ? sum / count : 0
}

/**
 * Tilts the slowest curve about the mean level until the loudness range is as wanted: outwards until it is passed, then by false position.
 */
function tiltToRange(track: LevelTrack, curves: readonly LevelCurve[], wanted: number): LevelCurve[] {
  const [slow, ...fast] = curves
  const { mean } = track.spread(levelWindows[0], levelGate, 0)
  const faster = transfersOf(fast)
  let best = { curve: slow!, error: Number.POSITIVE_INFINITY }
  const errorAt = (tilt: number): number => {
    const curve = tilt === 0 ? slow! : slow!.tilted(mean, tilt)
    track.apply([curve.transfer(), ...faster])
    const error = track.range() - wanted
    if (Math.abs(error) < best.error - 1e-3) best = { curve, error: Math.abs(error) }
    return error
  }
  let [from, fromError] = [0, errorAt(0)]
  let [to, toError] = [0, fromError]
  for (let step = fromError > 0 ? -0.1 : 0.1; Math.abs(step) <= 1.6 && best.error > rangeTolerance; step *= 2) {
    ;[from, fromError] = [to, toError]
    to = step
    toError = errorAt(to)
    if (fromError > 0 !== toError > 0) break
  }
  for (let round = 0; round < 5 && best.error > rangeTolerance && fromError > 0 !== toError > 0; round++) {
    // Halfway between false position and the middle: neither end stays for ever.
    const part = 0.25 + (0.5 * fromError) / (fromError - toError)
    const at = from + (to - from) * part
    const error = errorAt(at)
    if (error > 0 === fromError > 0) [from, fromError] = [at, error]
    else [to, toError] = [at, error]
  }
  return [best.curve, ...fast]
}
