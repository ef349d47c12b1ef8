import type { Transfer } from '../preset/preset.ts'
import { levelWindows } from '../profile.ts'
import { type LevelSpread, meanOf, quantileAt } from './level-spread.ts'

/** Seconds of smoothing for each of `levelWindows`: a gain must not move faster than the level it answers to. */
const smoothings = [0.8, 0.15, 0.03] as const

/** Levels of a curve are this far apart, dB; it is smoothed over `spread` of them (standard deviation). */
const [grid, spread] = [0.5, 4]

/** dB below the gate where a curve raises nothing any more. */
const fade = 6

/** How levels are to be spread: quantiles, and the level of their mean power. */
export interface Aim {
  readonly quantiles: readonly number[]
  readonly mean: number
}

export interface CurveBounds {
  /** dB up and down. */
  readonly most: number
  /** dB that come out for each dB that goes in: least and most. */
  readonly slopes: readonly [number, number]
}

interface State {
  readonly index: number
  readonly bounds: CurveBounds
  /** LUFS below which nothing is raised. */
  readonly gate: number
  /** LUFS: a grid. */
  readonly level: Float64Array
  /** What the curve meets. */
  readonly own: LevelSpread
  /** dB at each level. */
  readonly gain: Float64Array
  /** Whether gains were held back. */
  readonly limited: boolean
}

/** The gain of one window by level, while it is being found. It does not change; its methods give another. */
export class LevelCurve {
  readonly #state: State
  #transfer: Transfer | undefined

  private constructor(state: State) {
    this.#state = state
  }

  /**
   * A curve that does nothing yet.
   *
   * @param index of its window in `levelWindows` @param own how the levels are spread that it meets
   */
  static flat(index: number, own: LevelSpread, bounds: CurveBounds): LevelCurve {
    // The curves before it move the levels.
    const [low, high] = [own.gate - fade, own.quantiles[100]! + bounds.most]
    const level = Float64Array.from(
      { length: Math.max(2, Math.ceil((high - low) / grid) + 1) },
      (_, i) => low + i * grid,
    )
    return new LevelCurve({
      index,
      bounds,
      gate: own.gate,
      level,
      own,
      gain: new Float64Array(level.length),
      limited: false,
    })
  }

  get limited(): boolean {
    return this.#state.limited
  }

  /**
   * With gains moved by a part of what the levels of the result lack, read at the levels that the curve meets, and by so much that the mean
   * power stays.
   *
   * @param own spread of what the curve meets @param out spread of the result
   */
  corrected(own: LevelSpread, out: LevelSpread, aim: Aim, part: number): LevelCurve {
    const { level, gain } = this.#state
    const at: number[] = []
    const by: number[] = []
    for (let q = 2; q <= 99; q++) {
      const met = own.quantiles[q]!
      if (at.length > 0 && met <= at[at.length - 1]! + 1e-3) continue
      at.push(met)
      by.push(part * (quantileAt(aim.quantiles, q) - aim.mean - quantileAt(out.quantiles, q) + out.mean))
    }
    const change = smoothed(level.map((value) => valueAt(at, by, value)))
    const next = this.#with(
      gain.map((value, i) => value + change[i]!),
      own,
    )
    const moved = meanOf(own.quantiles.map((value) => value + valueAt(level, next.#state.gain, value))) - own.mean
    return next.moved(-moved)
  }

  /** With `tilt` dB more gain for each dB above a level. */
  tilted(about: number, tilt: number): LevelCurve {
    const { level, gain } = this.#state
    return this.#with(gain.map((value, i) => value + tilt * (level[i]! - about)))
  }

  /** With so many dB more. */
  moved(by: number): LevelCurve {
    return this.#with(this.#state.gain.map((value) => value + by))
  }

  /** As the preset has it; always the same object. */
  transfer(): Transfer {
    const { index, level, gain } = this.#state
    this.#transfer ??= {
      window: levelWindows[index]!,
      smoothing: smoothings[index]!,
      level: Array.from(level),
      gain: Array.from(gain),
    }
    return this.#transfer
  }

  /** With other gains, as far as the bounds let them be. */
  #with(values: Float64Array, own = this.#state.own): LevelCurve {
    const { bounds, level, gate } = this.#state
    const { most, slopes } = bounds
    let limited = this.#state.limited
    // Levels that never occur say nothing: their gain is that of the nearest that do.
    const first = Math.max(
      0,
      level.findLastIndex((value) => value <= own.quantiles[1]!),
    )
    const last = Math.max(
      first,
      level.findLastIndex((value) => value <= own.quantiles[99]!),
    )
    const gain = values.map((_, i) => {
      const value = values[Math.min(last, Math.max(first, i))]!
      limited ||= Math.abs(value) > most + 0.1
      return Math.min(most, Math.max(-most, value))
    })
    const [down, up] = [(slopes[0] - 1) * grid, (slopes[1] - 1) * grid]
    const step = (from: number, to: number, least: number, greatest: number): number => {
      const held = Math.min(from + greatest, Math.max(from + least, to))
      limited ||= Math.abs(held - to) > 0.1
      return held
    }
    // From the median outwards: there most of the time is spent, and it gives way last.
    const middle = Math.min(
      last,
      Math.max(
        first,
        level.findLastIndex((value) => value <= own.quantiles[50]!),
      ),
    )
    for (let i = middle + 1; i < gain.length; i++) gain[i] = step(gain[i - 1]!, gain[i]!, down, up)
    for (let i = middle - 1; i >= 0; i--) gain[i] = step(gain[i + 1]!, gain[i]!, -up, -down)
    for (let i = 0; i < gain.length; i++) {
      const above = (level[i]! - gate + fade) / fade
      if (above < 1 && gain[i]! > 0) gain[i]! *= Math.max(0, above)
    }
    return new LevelCurve({ ...this.#state, own, gain, limited })
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
