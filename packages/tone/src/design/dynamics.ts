import { loudnessOf } from '../measure/loudness.ts'
import type { Transfer } from '../preset/preset.ts'
import { levelWindows, type Profile } from '../profile.ts'
import { rounded } from './curves.ts'
import { type LevelSpread, levelSpread, meanOf, quantileAt } from './level-spread.ts'
import { applyTransfers } from './transfers.ts'

/** What dynamics may do. */
export interface DynamicsOptions {
  /** dB that a curve may raise or lower at the most; default 12. */
  readonly most?: number
  /** dB that come out for each dB that goes in, of one curve: least, default 0.2, and most, default 3. */
  readonly slopes?: readonly [number, number]
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

/** Seconds of smoothing for each of `levelWindows`: a gain must not move faster than the level it answers to. */
const smoothings = [0.8, 0.15, 0.03] as const

/** Rounds over all windows: each corrects what smoothing and the other windows left over. */
const rounds = 5

/** Below this mean distance of levels, and of the range, a recording is as wanted: dB, LU. */
const [closeLevels, closeRange] = [0.1, 0.1]

/** Levels of a curve are this far apart, dB; it is smoothed over `spread` of them (standard deviation). */
const [grid, spread] = [0.5, 4]

/** dB below the gate where a curve raises nothing any more. */
const fade = 6

/**
 * Curves from level to gain that spread the levels of a recording as those of a reference, over 3 s, 0.4 s and 0.05 s: phrases, notes,
 * attacks. What is known of two recordings of unlike content is how often which level occurs, so levels of one quantile are mapped to
 * each other (histogram matching; R. C. Gonzalez, R. E. Woods, Digital Image Processing, section 3.3), relative to the mean level. It is
 * done in rounds, as each window's gain changes the spread over the others. At last the slowest curve is scaled so that the loudness
 * range (EBU Tech 3342) comes out as wanted. The mean power stays as it is.
 *
 * What lies more than 30 dB below the mean, noise and silence, is never raised.
 *
 * @param power K-weighted power per 10 ms of the recording, as the dynamics will meet it
 * @param levels of the reference
 * @param range LU, loudness range of the reference; null: not known
 */
export function designDynamics(
  power: ArrayLike<number>,
  levels: Profile['levels'],
  range: number | null,
  options: DynamicsOptions = {},
): DynamicsDesign {
  const { most = 12, slopes = [0.2, 3], strength = 1 } = options
  const before = loudnessOf(power).range
  const wanted = range ?? before
  const aims = levelWindows.map((window) => aimOf(levels, window))
  const start = spreadsOf(power)
  const distanceBefore = distanceOf(start, aims)
  const none: DynamicsDesign = {
    curves: [],
    range: { before, after: before, wanted },
    distance: { before: distanceBefore, after: distanceBefore },
    limited: false,
  }
  if (!(strength > 0) || power.length < 100) return none
  if (distanceBefore < closeLevels && Math.abs(before - wanted) < closeRange) return none

  const curves = start.map((levels, index) => new LevelCurve(levels, index, most, slopes))
  const transfers = () => curves.map((curve) => curve.transfer())
  let best = curves.slice()
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    for (const [index, aim] of aims.entries()) {
      if (!aim) continue
      const all = transfers()
      const own = levelSpread(after(power, all.slice(0, index)), levelWindows[index]!)
      const out = levelSpread(after(power, all), levelWindows[index]!)
      curves[index] = curves[index]!.corrected(own, out, aim, round === 0 ? 1 : 0.6)
    }
    const distance = distanceOf(spreadsOf(after(power, transfers())), aims)
    if (distance < least) [best, least] = [curves.slice(), distance]
  }
  curves.splice(0, curves.length, ...best)
  if (range !== null) scaleRange(power, curves, range)
  curves[2] = curves[2]!.moved(-10 * Math.log10(meanPower(after(power, transfers())) / meanPower(power)))
  const made = transfers().map((transfer) => ({
    ...transfer,
    level: transfer.level.map((level) => rounded(level, 2)),
    gain: transfer.gain.map((gain) => rounded(gain * strength, 3)),
  }))
  const result = after(power, made)
  return {
    curves: made,
    range: { before, after: loudnessOf(result).range, wanted },
    distance: {
      before: distanceBefore,
      after: distanceOf(spreadsOf(result), aims),
    },
    limited: curves.some((curve) => curve.limited),
  }
}

type Aim = { readonly quantiles: readonly number[]; readonly mean: number }

const aimOf = (levels: Profile['levels'], window: number): Aim | undefined => {
  const found = levels.find((level) => Math.abs(level.window - window) < 1e-6)
  return found && { quantiles: found.quantiles, mean: meanOf(found.quantiles) }
}

function after(power: ArrayLike<number>, transfers: readonly Transfer[]): Float64Array {
  const gain = applyTransfers(power, transfers)
  const out = new Float64Array(power.length)
  for (let i = 0; i < out.length; i++) out[i] = power[i]! * 10 ** (gain[i]! / 10)
  return out
}

const spreadsOf = (power: ArrayLike<number>) => levelWindows.map((window) => levelSpread(power, window))

function meanPower(power: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < power.length; i++) sum += power[i]!
  return Math.max(sum / power.length, 1e-20)
}

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

/** The gain of one window on a grid of levels, while it is being found. */
class LevelCurve {
  readonly window: number
  readonly smoothing: number
  readonly level: Float64Array
  gain: Float64Array
  /** Whether gains were held back. */
  limited = false
  readonly #spread: LevelSpread
  readonly #gate: number
  readonly #most: number
  readonly #slopes: readonly [number, number]

  constructor(levels: LevelSpread, index: number, most: number, slopes: readonly [number, number]) {
    const { quantiles, gate } = levels
    this.#spread = levels
    this.window = levelWindows[index]!
    this.smoothing = smoothings[index]!
    this.#gate = gate
    this.#most = most
    this.#slopes = slopes
    // Gains of the windows before move the levels, by `most` and more.
    const [low, high] = [gate - fade, quantiles[100]! + most]
    this.level = Float64Array.from({ length: Math.ceil((high - low) / grid) + 1 }, (_, i) => low + i * grid)
    this.gain = new Float64Array(this.level.length)
  }

  /**
   * With gains moved by a part of what the levels of the result lack, read at the levels that the curve met, and by so much that the mean
   * power stays.
   *
   * @param own spread of what the curve meets @param out spread of the result
   */
  corrected(own: LevelSpread, out: LevelSpread, aim: Aim, part: number): LevelCurve {
    const at: number[] = []
    const by: number[] = []
    for (let q = 2; q <= 99; q++) {
      const level = own.quantiles[q]!
      if (at.length > 0 && level <= at[at.length - 1]! + 1e-3) continue
      at.push(level)
      by.push(part * (quantileAt(aim.quantiles, q) - aim.mean - quantileAt(out.quantiles, q) + out.mean))
    }
    const change = this.level.map((level) => valueAt(at, by, level))
    const copy = this.#copy()
    copy.gain = copy.#held(
      smoothed(change).map((value, i) => this.gain[i]! + value),
      own.gate,
    )
    const moved = meanOf(own.quantiles.map((level) => level + valueAt(this.level, copy.gain, level))) - own.mean
    return copy.moved(-moved)
  }

  /** With more gain, by `tilt` for each dB above a level. */
  tilted(level: number, tilt: number): LevelCurve {
    const copy = this.#copy()
    copy.gain = copy.#held(
      this.gain.map((gain, i) => gain + tilt * (this.level[i]! - level)),
      this.#gate,
    )
    return copy
  }

  /** With so many dB more. */
  moved(by: number): LevelCurve {
    const copy = this.#copy()
    copy.gain = copy.#held(
      this.gain.map((gain) => gain + by),
      this.#gate,
    )
    return copy
  }

  #copy(): LevelCurve {
    const copy = new LevelCurve(this.#spread, levelWindows.indexOf(this.window as 3), this.#most, this.#slopes)
    copy.limited = this.limited
    return copy
  }

  #held(values: Float64Array, gate: number): Float64Array {
    const most = this.#most
    const gain = Float64Array.from(values, (value) => Math.min(most, Math.max(-most, value)))
    this.limited ||= values.some((value) => Math.abs(value) > most + 1e-9)
    const [down, up] = [(this.#slopes[0] - 1) * grid, (this.#slopes[1] - 1) * grid]
    // From the middle outwards: there most of the time is spent, and it gives way last.
    const middle = Math.floor(gain.length * 0.6)
    for (let i = middle + 1; i < gain.length; i++) gain[i] = this.#step(gain[i - 1]!, gain[i]!, down, up)
    for (let i = middle - 1; i >= 0; i--) gain[i] = this.#step(gain[i + 1]!, gain[i]!, -up, -down)
    for (let i = 0; i < gain.length; i++) {
      const above = (this.level[i]! - gate + fade) / fade
      if (above < 1 && gain[i]! > 0) gain[i]! *= Math.max(0, above)
    }
    return gain
  }

  #step(from: number, to: number, least: number, most: number): number {
    const held = Math.min(from + most, Math.max(from + least, to))
    if (Math.abs(held - to) > 0.1) this.limited = true
    return held
  }

  transfer(): Transfer {
    return {
      window: this.window,
      smoothing: this.smoothing,
      level: Array.from(this.level),
      gain: Array.from(this.gain),
    }
  }
}

/** Smoothed by a Gaussian over the grid of levels, ends held. */
function smoothed(values: Float64Array): Float64Array {
  const reach = 3 * spread
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, j) => Math.exp(-0.5 * ((j - reach) / spread) ** 2))
  const total = weights.reduce((sum, weight) => sum + weight)
  return values.map((_, i) => {
    let sum = 0
    for (let j = -reach; j <= reach; j++) {
      const at = Math.min(values.length - 1, Math.max(0, i + j))
      sum += weights[j + reach]! * values[at]!
    }
    return sum / total
  })
}

/** Linear between points, held beyond them. */
function valueAt(at: ArrayLike<number>, values: ArrayLike<number>, x: number): number {
  const last = at.length - 1
  if (last < 0) return 0
  if (x <= at[0]!) return values[0]!
  if (x >= at[last]!) return values[last]!
  let [low, high] = [0, last]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (at[middle]! <= x) low = middle
    else high = middle
  }
  return values[low]! + ((x - at[low]!) / (at[high]! - at[low]!)) * (values[high]! - values[low]!)
}

/** Tilts the slowest curve about its mean level until the loudness range is as wanted: secants. */
function scaleRange(power: ArrayLike<number>, curves: LevelCurve[], wanted: number): void {
  const slow = curves[0]!
  const mean = levelSpread(power, slow.window).mean
  const rangeWith = (curve: LevelCurve) =>
    loudnessOf(
      after(
        power,
        [curve, ...curves.slice(1)].map((each) => each.transfer()),
      ),
    ).range
  let [last, lastError] = [0, rangeWith(slow) - wanted]
  if (Math.abs(lastError) < closeRange / 2) return
  let best = slow
  let bestError = Math.abs(lastError)
  let next = lastError > 0 ? -0.1 : 0.1
  for (let step = 0; step < 8; step++) {
    const curve = slow.tilted(mean, next)
    const error = rangeWith(curve) - wanted
    if (Math.abs(error) < bestError) [best, bestError] = [curve, Math.abs(error)]
    if (bestError < closeRange / 2) break
    const slope = (error - lastError) / (next - last)
    const to = Math.abs(slope) > 0.05 ? next - error / slope : next * 1.5
    last = next
    lastError = error
    next = Math.min(2, Math.max(-0.8, Math.min(next + 0.4, Math.max(next - 0.4, to))))
    if (next === last) break
  }
  curves[0] = best
}
