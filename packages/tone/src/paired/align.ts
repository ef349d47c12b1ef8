import type { Pcm } from '../pcm/pcm.ts'
import { type Activity, activityOf } from './activity.ts'
import { coarseOffsets } from './coarse-offset.ts'
import { MidSideSplitter } from './mid-side.ts'
import { type Lag, PhaseCorrelation } from './phase-correlation.ts'
import { RateReader } from './rate-reader.ts'

/** How two versions of one recording lie to each other. */
export interface Alignment {
  /** Samples, of the target's rate, that the reference comes later in the middle of what both have: sample n of the target goes with n + offset. */
  readonly offset: number
  /** What the reference comes later still, a part of a sample. */
  readonly fraction: number
  /** -1 where the reference is upside down. */
  readonly polarity: 1 | -1
  /** How much faster the reference's clock drifts away, in parts of a million; 0 where it cannot be told from none. */
  readonly drift: number
  /** Mean correlation of phases at the offset, 0 to 1. */
  readonly peak: number
  /** Part of the stretches that agree on the offset. */
  readonly agreement: number
  /** First and last sample of the target that the reference has as well. */
  readonly from: number
  readonly to: number
  /** How loud the target is over time. */
  readonly activity: Activity
}

interface Found extends Lag {
  /** Sample of the target where the stretch begins. */
  readonly at: number
}

/** Steps of coarse levels a second, and how many of them a recording may have at the most. */
const fineRate = 100
const mostSteps = 1 << 20
/** Candidates that are looked at closely. */
const candidates = 6
/** Seconds of a stretch, and how far from a candidate it looks. */
const stretchSeconds = 1.5
const reachSeconds = 0.12
/** Stretches to choose the candidate by, and to place it. */
const [few, many] = [3, 9]
/** A correlation of phases above this needs no other candidate; unrelated recordings stay below 0.03. */
const certain = 0.2
/** Samples that a stretch may lie off the line through the others. */
const tolerance = 2

/**
 * Aligns a reference with a target that it was made of. Offsets may be as long as the recordings, and one recording may be a part of the
 * other: first to some hundredths of a second by the course of the level, then to the sample by correlation of phases in several
 * stretches (a line through their lags tells drift of the clock), then to the part of a sample.
 *
 * @returns undefined where the recordings have nothing in common that is long enough to tell
 */
export function align(target: Pcm, reference: Pcm, signal?: AbortSignal): Alignment | undefined {
  const longest = Math.max(target.length / target.sampleRate, reference.length / reference.sampleRate)
  const rate = longest * fineRate > mostSteps ? Math.max(10, Math.floor(mostSteps / longest)) : fineRate
  const activity = activityOf(target, rate, signal)
  const other = activityOf(reference, rate, signal)
  using a = new RateReader(target, target.sampleRate)
  using b = new RateReader(reference, target.sampleRate)
  const shortest = Math.min(a.length, b.length)
  const length = 2 ** Math.floor(Math.log2(Math.max(1024, Math.min(stretchSeconds * a.sampleRate, shortest / 2))))
  const correlation = new PhaseCorrelation(length)
  const reach = Math.min(Math.round(Math.max(reachSeconds, 1.5 / rate) * a.sampleRate), length / 4)
  const [splitA, splitB] = [new MidSideSplitter(a), new MidSideSplitter(b)]
  const read = (at: number, offset: number) =>
    [splitA.split(a.read(at, at + length)).mid, splitB.split(b.read(at + offset, at + offset + length)).mid] as const
  const look = (offset: number, count: number): Found[] =>
    stretches(activity, a, b.length, offset, length, count).map((at) => {
      signal?.throwIfAborted()
      return { at, ...correlation.lag(...read(at, offset), reach) }
    })

  let [best, bestPeak] = [0, -1]
  for (const lag of coarseOffsets(activity, other, candidates)) {
    const offset = Math.round((lag * a.sampleRate) / rate)
    const peaks = look(offset, few).map(({ peak }) => Math.abs(peak))
    const peak = peaks.length === 0 ? 0 : peaks.reduce((sum, value) => sum + value, 0) / peaks.length
    if (peak > bestPeak) [best, bestPeak] = [offset, peak]
    if (bestPeak > certain) break
  }
  if (bestPeak <= 0) return undefined

  const found = look(best, many)
  const line = lineThrough(found)
  const centre = (Math.max(0, -best) + Math.min(a.length, b.length - best)) / 2
  const middle = line.lag + line.slope * (centre - line.at)
  const whole = best + Math.round(middle)
  const agreeing = found.filter(({ at, lag }) => Math.abs(lag - line.lag - line.slope * (at - line.at)) <= tolerance)
  const sum = agreeing.reduce((total, { peak }) => total + peak, 0)
  const polarity = sum < 0 ? -1 : 1
  const pairs = function* () {
    for (const { at, lag } of agreeing) yield read(at, best + lag)
  }
  // Of a clock that drifts no part of a sample holds for long.
  const fraction = line.slope === 0 ? correlation.fraction(pairs(), polarity) : middle - Math.round(middle)
  const offset = whole + Math.round(fraction)
  return {
    offset,
    fraction: whole + fraction - offset,
    polarity,
    drift: line.slope * 1e6,
    peak: agreeing.length === 0 ? 0 : Math.abs(sum) / agreeing.length,
    agreement: found.length === 0 ? 0 : agreeing.length / found.length,
    from: Math.max(0, -offset),
    to: Math.min(a.length, b.length - offset),
    activity,
  }
}

/**
 * Where to look: of `count` equal parts of what both recordings have, the loudest stretch of each, unless it is 40 dB below the loudest of
 * all.
 */
function stretches(
  activity: Activity,
  target: RateReader,
  referenceLength: number,
  offset: number,
  length: number,
  count: number,
): number[] {
  const from = Math.max(0, -offset)
  const to = Math.min(target.length, referenceLength - offset)
  const perStep = target.sampleRate / activity.rate
  const steps = Math.ceil(length / perStep)
  const sums = new Float64Array(activity.power.length + 1)
  for (let i = 0; i < activity.power.length; i++) sums[i + 1] = sums[i]! + activity.power[i]!
  const chosen: { at: number; power: number }[] = []
  const parts = Math.max(1, Math.min(count, Math.floor((to - from) / length)))
  for (let part = 0; part < parts; part++) {
    const first = from + ((to - from) * part) / parts
    const last = from + ((to - from) * (part + 1)) / parts - length
    let [at, power] = [Math.round(first), -1]
    for (let step = Math.ceil(first / perStep); step * perStep <= last; step++) {
      const sum = sums[Math.min(step + steps, sums.length - 1)]! - sums[step]!
      if (sum > power) [at, power] = [Math.round(step * perStep), sum]
    }
    if (last >= first - 1 || parts === 1) chosen.push({ at, power })
  }
  const most = Math.max(...chosen.map(({ power }) => power), 0)
  return chosen.filter(({ power }) => power >= most * 1e-4).map(({ at }) => at)
}

/** The line that most stretches lie on; one without slope unless lags differ by more than a sample from end to end. */
function lineThrough(found: readonly Found[]): { at: number; lag: number; slope: number } {
  const weight = ({ peak }: Found) => Math.abs(peak)
  const supporters = (at: number, lag: number, slope: number) =>
    found.filter((one) => Math.abs(one.lag - lag - slope * (one.at - at)) <= tolerance)
  const support = (members: readonly Found[]) => members.reduce((sum, one) => sum + weight(one), 0)
  let best = { members: [] as readonly Found[], at: 0, lag: 0, slope: 0, support: -1 }
  const consider = (at: number, lag: number, slope: number) => {
    const members = supporters(at, lag, slope)
    const value = support(members)
    if (value > best.support * 1.001) best = { members, at, lag, slope, support: value }
  }
  for (const one of found) consider(one.at, one.lag, 0)
  for (const [i, one] of found.entries())
    for (const other of found.slice(i + 1))
      if (other.at !== one.at) consider(one.at, one.lag, (other.lag - one.lag) / (other.at - one.at))
  const { members } = best
  if (members.length === 0) return { at: 0, lag: 0, slope: 0 }
  let [sum, x, y] = [0, 0, 0]
  for (const one of members) {
    sum += weight(one)
    x += weight(one) * one.at
    y += weight(one) * one.lag
  }
  const at = x / sum
  const lag = y / sum
  let [xx, xy] = [0, 0]
  for (const one of members) {
    xx += weight(one) * (one.at - at) ** 2
    xy += weight(one) * (one.at - at) * (one.lag - lag)
  }
  const slope = xx > 0 && members.length >= 4 ? xy / xx : 0
  const span = Math.max(...members.map((one) => one.at)) - Math.min(...members.map((one) => one.at))
  return Math.abs(slope * span) > 1.5 ? { at, lag, slope } : { at, lag: medianLag(members), slope: 0 }
}

/** The lag at which half of the weight lies on either side. */
function medianLag(members: readonly Found[]): number {
  const sorted = members.toSorted((a, b) => a.lag - b.lag)
  const half = sorted.reduce((sum, { peak }) => sum + Math.abs(peak), 0) / 2
  let sum = 0
  for (const { lag, peak } of sorted) {
    sum += Math.abs(peak)
    if (sum >= half) return lag
  }
  return sorted.at(-1)!.lag
}
