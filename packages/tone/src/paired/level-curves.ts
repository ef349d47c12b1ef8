import { applyTransfers } from '../design/transfers.ts'
import { hopStart, powersPerSecond } from '../measure/k-power.ts'
import type { Transfer } from '../preset/preset.ts'
import { levelWindows } from '../profile.ts'
import { blocksOfPoint, type GainTrack } from './gain-track.ts'

/** Gain as a function of the level alone, and how well that explains what was measured. */
export interface LevelCurves {
  readonly curves: Transfer[]
  /** dB of gain besides. */
  readonly rest: number
  /** dB rms between what was measured and the curves' gain. */
  readonly residual: number
}

interface Steps {
  readonly power: Float64Array
  readonly gain: Float64Array
  readonly weight: Float64Array
}

/** Standard deviations of smoothing that are tried, seconds. */
const smoothings = [0.01, 0.04, 0.15]
/** Points of a curve. */
const points = 16

/** The curve from level to gain, over the window and with the smoothing that explain the measured gains best. */
export function levelCurves(tracks: readonly GainTrack[], sampleRate: number): LevelCurves {
  const all = tracks.map((track) => stepsOf(track, sampleRate))
  let [sum, gains] = [0, 0]
  for (const { gain, weight } of all)
    for (let i = 0; i < gain.length; i++) {
      sum += weight[i]!
      gains += weight[i]! * gain[i]!
    }
  const rest = sum > 0 ? gains / sum : 0
  let best: LevelCurves = { curves: [], rest, residual: Number.POSITIVE_INFINITY }
  for (const window of levelWindows)
    for (const smoothing of smoothings) {
      const curve = curveOf(all, window, smoothing, rest)
      if (!curve) continue
      const residual = residualOf(all, [curve], rest)
      if (residual < best.residual) best = { curves: [curve], rest, residual }
    }
  return best
}

/** A track in steps of 10 ms, as renderers have it. */
function stepsOf(track: GainTrack, sampleRate: number): Steps {
  const { level, gain, weight, block } = track
  const count = Math.floor((level.length * block * powersPerSecond) / sampleRate)
  const steps: Steps = {
    power: new Float64Array(count),
    gain: new Float64Array(count),
    weight: new Float64Array(count),
  }
  for (let i = 0; i < count; i++) {
    const end = hopStart(i + 1, sampleRate)
    const middle = (hopStart(i, sampleRate) + end) / 2
    const last = Math.min(level.length - 1, Math.max(0, Math.round(end / block) - 1))
    const p = Math.min(gain.length - 1, Math.floor(middle / (block * blocksOfPoint)))
    steps.power[i] = 10 ** ((level[last]! + 0.691) / 10)
    steps.gain[i] = gain[p]!
    steps.weight[i] = weight[p]!
  }
  return steps
}

/** The mean gain at levels that lie evenly over the steps. */
function curveOf(all: readonly Steps[], window: number, smoothing: number, rest: number): Transfer | undefined {
  // The level over a window is what a curve that gives it back as the gain would read.
  const identity: Transfer = { window, smoothing: 1e-9, level: [-200, 200], gain: [-200, 200] }
  const pairs: { level: number; gain: number; weight: number }[] = []
  for (const { power, gain, weight } of all) {
    const levels = applyTransfers(power, [identity])
    for (let i = 0; i < gain.length; i++)
      if (weight[i]! > 0) pairs.push({ level: levels[i]!, gain: gain[i]! - rest, weight: weight[i]! })
  }
  if (pairs.length < 4 * points) return undefined
  pairs.sort((a, b) => a.level - b.level)
  const [level, gain]: [number[], number[]] = [[], []]
  for (let point = 0; point < points; point++) {
    const first = Math.floor((pairs.length * point) / points)
    const last = Math.floor((pairs.length * (point + 1)) / points)
    let [sum, levels, gains] = [0, 0, 0]
    for (let i = first; i < last; i++) {
      const pair = pairs[i]!
      sum += pair.weight
      levels += pair.weight * pair.level
      gains += pair.weight * pair.gain
    }
    const at = Math.round((levels / sum) * 100) / 100
    if (level.length > 0 && at <= level.at(-1)!) continue
    level.push(at)
    gain.push(Math.round((gains / sum) * 1000) / 1000)
  }
  return level.length >= 2 ? { window, smoothing, level, gain } : undefined
}

function residualOf(all: readonly Steps[], curves: readonly Transfer[], rest: number): number {
  let [sum, squares] = [0, 0]
  for (const { power, gain, weight } of all) {
    const model = applyTransfers(power, curves)
    for (let i = 0; i < gain.length; i++) {
      sum += weight[i]!
      squares += weight[i]! * Math.min(16, (gain[i]! - rest - model[i]!) ** 2)
    }
  }
  return sum > 0 ? Math.sqrt(squares / sum) : Number.POSITIVE_INFINITY
}
