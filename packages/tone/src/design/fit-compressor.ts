import { powersPerSecond } from '../measure/k-power.ts'
import type { Transfer } from '../preset/preset.ts'
import { levelWindows } from '../profile.ts'
import { askedGain, type Compressor, followGain, staticGain } from '../render/compressor.ts'
import { rounded } from './curves.ts'
import { excerptsOf } from './excerpts.ts'
import { levelSpread } from './level-spread.ts'
import { LevelTrack } from './level-track.ts'
import type { Steps } from './steps.ts'
import { applyTransfers, levelOf, windowedPower } from './transfers.ts'

/** What is tried: dB, seconds. */
const knees = [0, 3, 6, 9, 12, 18, 24, 30]
const attacks = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
const releases = [0.03, 0.06, 0.12, 0.25, 0.5, 1, 2]

/** 1 / ratio - 1: ratios of 0.2 to 100. */
const [least, most] = [1 / 100 - 1, 1 / 0.2 - 1]

/** Minutes of the recording that are looked at. */
const minutes = 10

/**
 * The compressor that comes nearest to dynamics curves on a recording: a document that people can read, and that other tools know. Threshold,
 * ratio, knee and make-up by least squares on the mean gain that the curves give each level, over that window of theirs which explains most of it; attack and release
 * by trying which give gains and levels of 50 ms like those of the curves.
 *
 * @param curves at least one
 * @param power K-weighted power per 10 ms of the recording, as the dynamics will meet it
 */
export function fitCompressor(curves: readonly Transfer[], power: ArrayLike<number> | Steps): Compressor {
  const track = excerptsOf(power, minutes)
  const gain = applyTransfers(track, curves)
  const points = levelWindows
    .map((window) => meanGains(track, gain, window))
    .reduce((a, b) => (b.unexplained < a.unexplained - 1e-6 ? b : a))
  const shape = fitStatic(points)
  const { quantiles } = levelSpread(track, 0.4)
  const loud = Uint8Array.from(track, (value) => (levelOf(value) > quantiles[0]! ? 1 : 0))
  const asked = askedGain(track, shape)
  const levels = new LevelTrack(track)
  levels.put(gain)
  const aim = levels.spread(0.05)
  const made = new Float32Array(track.length)
  let best = { attack: 0.01, release: 0.12, rms: 0, cost: Number.POSITIVE_INFINITY }
  const tried = (attack: number, release: number) => {
    followGain(asked, { ...shape, attack, release }, 1 / powersPerSecond, made)
    let [sum, count] = [0, 0]
    for (let i = 0; i < made.length; i++)
      if (loud[i]) {
        const off = made[i]! - gain[i]!
        sum += off * off
        count++
      }
    levels.put(made)
    const spread = levels.spread(0.05)
    let apart = 0
    for (let q = 5; q <= 95; q += 5)
      apart += Math.abs(spread.quantiles[q]! - spread.mean - aim.quantiles[q]! + aim.mean) / 19
    const rms = Math.sqrt(sum / Math.max(1, count))
    const cost = rms + apart
    if (cost < best.cost - 1e-6) best = { attack, release, rms, cost }
  }
  // One after the other, twice: how near it comes has no second minimum to be caught in.
  for (let round = 0; round < 2; round++) {
    const { attack } = best
    for (const release of releases) tried(attack, release)
    const { release } = best
    for (const each of attacks) tried(each, release)
  }
  return { ...shape, attack: best.attack, release: best.release, residual: rounded(best.rms, 3) }
}

/** Gain by level. */
interface Points {
  /** LUFS, rising; the mean gain of curves at each, and how often it occurs. */
  readonly level: number[]
  readonly gain: number[]
  readonly count: number[]
  /** dB² that the gain varies by at one level. */
  readonly unexplained: number
}

/** Mean gain by level over a window, in steps of half a dB. */
function meanGains(power: ArrayLike<number>, gain: ArrayLike<number>, window: number): Points {
  const means = windowedPower(power, window)
  const { quantiles } = levelSpread(power, window)
  const low = quantiles[0]!
  const classes = Math.max(1, Math.ceil((quantiles[100]! - low) * 2) + 1)
  const [sum, squares, count] = [0, 1, 2].map(() => new Float64Array(classes)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let i = 0; i < means.length; i++) {
    const at = Math.floor((levelOf(means[i]!) - low) * 2)
    if (at < 0 || at >= classes) continue
    sum[at]! += gain[i]!
    squares[at]! += gain[i]! ** 2
    count[at]!++
  }
  const used = Array.from({ length: classes }, (_, at) => at).filter((at) => count[at]! > 0)
  let [unexplained, total] = [0, 0]
  for (const at of used) {
    unexplained += squares[at]! - sum[at]! ** 2 / count[at]!
    total += count[at]!
  }
  return {
    level: used.map((at) => low + at / 2 + 0.25),
    gain: used.map((at) => sum[at]! / count[at]!),
    count: used.map((at) => count[at]!),
    unexplained: unexplained / Math.max(1, total),
  }
}

/** For each threshold and knee, ratio and make-up are a straight line's. */
function fitStatic({ level, gain, count }: Points): Omit<Compressor, 'attack' | 'release' | 'residual'> {
  const total = count.reduce((sum, value) => sum + value, 0)
  const mean = (values: readonly number[]) => values.reduce((sum, value, i) => sum + value * count[i]!, 0) / total
  if (total === 0) return { threshold: 0, ratio: 1, knee: 0, makeUp: 0 }
  const [low, high] = [level[0]!, level[level.length - 1]!]
  let best = { threshold: high, ratio: 1, knee: 0, makeUp: mean(gain), cost: Number.POSITIVE_INFINITY }
  const tried = (threshold: number, knee: number) => {
    // A ratio of a half gives a dB of gain for each dB over the threshold.
    const shape = { threshold, ratio: 0.5, knee, attack: 0, release: 0, makeUp: 0, residual: 0 }
    const over = level.map((value) => staticGain(value, shape))
    const [x, y] = [mean(over), mean(gain)]
    let [cross, energy] = [0, 1e-9]
    for (const [i, value] of over.entries()) {
      cross += count[i]! * (value - x) * (gain[i]! - y)
      energy += count[i]! * (value - x) ** 2
    }
    const slope = Math.min(most, Math.max(least, cross / energy))
    const makeUp = y - slope * x
    let cost = 0
    for (const [i, value] of over.entries()) cost += count[i]! * (slope * value + makeUp - gain[i]!) ** 2
    // Of shapes that are as near the one that was tried first: that with the higher threshold and the smaller knee.
    if (cost < best.cost * 0.999 - 1e-9) best = { threshold, ratio: 1 / (1 + slope), knee, makeUp, cost }
  }
  for (let threshold = high; threshold >= low - 6; threshold -= 1) for (const knee of knees) tried(threshold, knee)
  const { threshold, knee } = best
  for (let at = threshold - 1; at <= threshold + 1; at += 0.1)
    for (let wide = Math.max(0, knee - 3); wide <= knee + 3; wide += 1) tried(at, wide)
  return {
    threshold: rounded(best.threshold, 2),
    ratio: rounded(Math.min(100, Math.max(0.2, best.ratio)), 3),
    knee: rounded(best.knee, 1),
    makeUp: rounded(best.makeUp, 2),
  }
}
