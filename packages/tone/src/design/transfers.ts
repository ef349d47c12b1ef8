import { powersPerSecond } from '../measure/k-power.ts'
import { lufsOf } from '../measure/loudness.ts'
import type { Transfer } from '../preset/preset.ts'
import { pageSteps, type Steps } from './steps.ts'

/**
 * Power is counted in units of -120 dB and gain in units of a millionth of a dB: sums of whole numbers are exact, so it makes no
 * difference where a running sum began, and pages of a recording give the same bits as the whole.
 */
const powerUnits = 2 ** 40
const gainUnits = 2 ** 20

/**
 * Gains of the dynamics curves for each 10 ms of a recording: the one definition, for design and rendering. One transfer after the other,
 * each on the power that those before it leave: the level is the mean power over `window` about a step, the gain is read from the curve,
 * held beyond its ends, and smoothed by a Gaussian of standard deviation `smoothing`, as three running means. At the ends of the array
 * windows and smoothing take what there is, so it must begin and end with the recording or with a margin of `transferReach` seconds;
 * gains further inside are the same for any page.
 *
 * @param power K-weighted, channel-weighted power per 10 ms (mean squares, as in BS.1770)
 * @param into as long as `power`, and may be it unless it has more than a page; without it there is a new array
 * @returns dB for each step
 */
export function applyTransfers(
  power: ArrayLike<number>,
  transfers: readonly Transfer[],
  into?: Float32Array,
): Float32Array {
  const { length } = power
  const out = into ?? new Float32Array(length)
  // Page by page, which makes no difference but to the memory that ten hours take.
  const reach = Math.ceil(transferReach(transfers) * powersPerSecond)
  for (let at = 0; at < length; at += pageSteps) {
    const [end, from] = [Math.min(length, at + pageSteps), Math.max(0, at - reach)]
    const current = new Float64Array(Math.min(length, end + reach) - from)
    for (let i = 0; i < current.length; i++) current[i] = power[from + i]!
    putGain(current, transfers, at - from, out.subarray(at, end))
  }
  return out
}

/** The same of power that is made as it is needed. The gain of a page holds until the next is asked for. */
export function* gainPages(power: Steps, transfers: readonly Transfer[]): Generator<GainSteps> {
  const { length } = power
  const reach = Math.ceil(transferReach(transfers) * powersPerSecond)
  const room = new Float32Array(Math.min(length, pageSteps))
  for (let at = 0; at < length; at += pageSteps) {
    const [end, from] = [Math.min(length, at + pageSteps), Math.max(0, at - reach)]
    const gain = room.subarray(0, end - at)
    putGain(new Float64Array(power.read(from, Math.min(length, end + reach))), transfers, at - from, gain)
    yield { from: at, gain }
  }
}

/** Gain of some steps, dB. */
export interface GainSteps {
  readonly from: number
  readonly gain: Float32Array
}

/** @param current power, which is changed @param from where in it the gain that is wanted begins */
function putGain(current: Float64Array, transfers: readonly Transfer[], from: number, out: Float32Array): void {
  const total = totalGain(current, transfers)
  out.set(total.subarray(from, from + out.length))
}

/** Memory of a page, which the next uses again: what is thrown away piles up until somebody looks. */
let room: readonly Float64Array[] = []

/** Arrays of so many numbers: a total, and two to work in. */
function roomFor(length: number): [Float64Array, Float64Array, Float64Array] {
  if ((room[0]?.length ?? 0) < length) room = [0, 1, 2].map(() => new Float64Array(length))
  return room.map((array) => array.subarray(0, length)) as [Float64Array, Float64Array, Float64Array]
}

/** dB of all transfers; it holds until the next call. @param current power, which is changed */
function totalGain(current: Float64Array, transfers: readonly Transfer[]): Float64Array {
  const { length } = current
  const [total, first, second] = roomFor(length)
  total.fill(0)
  for (const [index, transfer] of transfers.entries()) {
    const gain = transferGain(current, transfer, first, second)
    for (let i = 0; i < length; i++) total[i]! += gain[i]!
    if (index + 1 < transfers.length) for (let i = 0; i < length; i++) current[i]! *= 10 ** (gain[i]! / 10)
  }
  return total
}

/**
 * Gain of one transfer, dB for each step.
 *
 * @param power as for {@link applyTransfers}
 * @param first memory as long as `power`, and `second` too; one of them is the result
 */
function transferGain(
  power: Float64Array,
  transfer: Transfer,
  first: Float64Array,
  second: Float64Array,
): Float64Array {
  const look = lookUp(transfer)
  const gain = windowedPower(power, transfer.window, first, second)
  for (let i = 0; i < gain.length; i++) gain[i] = Math.round(look(levelOf(gain[i]!)) * gainUnits)
  return smooth(gain, transfer.smoothing, first)
}

/** LUFS of a K-weighted power; -200.7 for none. */
export const levelOf = (power: number): number => lufsOf(power > 1e-20 ? power : 1e-20)

/**
 * Mean power over a window about each step: an odd number of steps, fewer at the ends.
 *
 * @param units memory to work in
 */
export function windowedPower(
  power: ArrayLike<number>,
  window: number,
  units: Float64Array = new Float64Array(power.length),
  out: Float64Array = new Float64Array(power.length),
): Float64Array {
  const half = Math.round((window * powersPerSecond - 1) / 2)
  for (let i = 0; i < units.length; i++) units[i] = Math.round(power[i]! * powerUnits)
  return runningMean(units, half, 1 / powerUnits, out)
}

/** Steps to either side that three running means take so that their spread is that of a Gaussian. */
const smoothingHalf = (smoothing: number): number =>
  Math.max(0, Math.round((Math.sqrt(4 * (smoothing * powersPerSecond) ** 2 + 1) - 1) / 2))

/** @param units numbers, which are changed @param spare memory for as many: the result is in it */
function smooth(units: Float64Array, smoothing: number, spare: Float64Array): Float64Array {
  const half = smoothingHalf(smoothing)
  let [values, other] = [units, spare]
  for (let pass = 0; pass < 3; pass++) {
    ;[values, other] = [runningMean(values, half, 1, other), values]
    if (pass < 2) for (let i = 0; i < values.length; i++) values[i] = Math.round(values[i]!)
  }
  for (let i = 0; i < values.length; i++) values[i]! /= gainUnits
  return values
}

/** Means over `half` values to either side, as far as there are any, times `scale`. */
function runningMean(values: Float64Array, half: number, scale: number, out: Float64Array): Float64Array {
  const { length } = values
  let sum = 0
  for (let i = 0; i < Math.min(half, length); i++) sum += values[i]!
  for (let i = 0; i < length; i++) {
    const [first, end] = [i - half, i + half + 1]
    if (end <= length) sum += values[end - 1]!
    if (first > 0) sum -= values[first - 1]!
    out[i] = (sum / ((end < length ? end : length) - (first > 0 ? first : 0))) * scale
  }
  return out
}

/** Gain by level: a table in steps of a sixteenth of a dB, for searching costs more than all else. */
function lookUp({ level, gain }: Transfer): (at: number) => number {
  const low = level[0]!
  const steps = Math.max(1, Math.ceil((level[level.length - 1]! - low) * 16))
  const table = new Float64Array(steps + 2)
  let k = 0
  for (let i = 0; i <= steps + 1; i++) {
    const at = low + i / 16
    while (k < level.length - 1 && level[k + 1]! <= at) k++
    const span = k < level.length - 1 ? level[k + 1]! - level[k]! : 0
    table[i] = span > 0 ? gain[k]! + ((at - level[k]!) / span) * (gain[k + 1]! - gain[k]!) : gain[k]!
  }
  return (at) => {
    const place = (at - low) * 16
    if (!(place > 0)) return table[0]!
    if (place >= steps) return table[steps]!
    const i = Math.floor(place)
    return table[i]! + (place - i) * (table[i + 1]! - table[i]!)
  }
}

/**
 * How far to either side the gain of a step depends on the recording: the margin that pages need.
 *
 * @returns seconds
 */
export function transferReach(transfers: readonly Transfer[]): number {
  let steps = 0
  for (const { window, smoothing } of transfers)
    steps += Math.round((window * powersPerSecond - 1) / 2) + 3 * smoothingHalf(smoothing)
  return steps / powersPerSecond
}
