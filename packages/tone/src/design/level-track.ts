import { powersPerSecond } from '../measure/k-power.ts'
import type { Transfer } from '../preset/preset.ts'
import { type LevelSpread, levelGate, meanOf } from './level-spread.ts'
import { levelOf } from './transfers.ts'

/**
 * Powers are told apart by the upper 16 bits of their 32-bit floating-point numbers: 128 classes an octave, 0.02 dB each. Reading those bits
 * is a logarithm for nothing.
 */
const shift = 16
/** Classes of 1e-20 and of +50 LUFS, beyond which powers are held. */
const [lowestClass, highestClass] = [classOf(1e-20), classOf(1e5)]
const classes = highestClass - lowestClass + 1

function classOf(power: number): number {
  return new Int32Array(Float32Array.of(power).buffer)[0]! >> shift
}

/** LUFS at the lower bound of each class, and of the one behind the last. */
const classLevels = Float64Array.from({ length: classes + 1 }, (_, at) =>
  levelOf(new Float32Array(Int32Array.of((lowestClass + at) << shift).buffer)[0]!),
)

/** Powers of gains from -64 to 64 dB, in steps of a 64th of a dB. */
const [gainSteps, mostGain] = [64, 64]
const gainPowers = Float64Array.from(
  { length: 2 * mostGain * gainSteps + 1 },
  (_, at) => 10 ** ((at / gainSteps - mostGain) / 10),
)

/** 10^(dB / 10), -64 to 64 dB, to a millionth. */
function powerOfGain(gain: number): number {
  const place = (gain < -mostGain ? 0 : gain > mostGain ? 2 * mostGain : gain + mostGain) * gainSteps
  const near = (place + 0.5) | 0
  return gainPowers[near]! * (1 + (place - near) * (Math.LN10 / 10 / gainSteps))
}

/** An array of numbers of which the bits can be read. */
class Bits {
  readonly values: Float32Array
  readonly bits: Int32Array

  constructor(length: number) {
    this.values = new Float32Array(length)
    this.bits = new Int32Array(this.values.buffer)
  }
}

/**
 * The level of a recording while its dynamics are being found: dozens of curves are tried, so what they make of it is not computed as
 * exactly as `applyTransfers` does it, but within some hundredths of a dB and in a fraction of the time. Slow curves are evaluated at as many
 * moments as their smoothing needs, logarithms are classes of powers, and what the curves before a changed one make is kept.
 */
export class LevelTrack {
  readonly length: number
  /** What the first 0, 1, … transfers leave. */
  readonly #after: Float32Array[]
  #transfers: readonly Transfer[] = []
  /** How many of them all below tells of. */
  #count = 0
  readonly #block: Float32Array
  readonly #level: Bits
  readonly #gain: Float32Array
  readonly #counts = new Uint32Array(classes)

  /** @param power K-weighted power per 10 ms */
  constructor(power: Float32Array) {
    this.length = power.length
    this.#after = [power]
    this.#block = new Float32Array(power.length)
    this.#level = new Bits(power.length)
    this.#gain = new Float32Array(power.length)
  }

  /** Has all below tell of what these transfers, one after the other, leave. Those that are the same as before need no time. */
  apply(transfers: readonly Transfer[]): void {
    let first = 0
    while (first < transfers.length && transfers[first] === this.#transfers[first]) first++
    for (let index = first; index < transfers.length; index++) {
      this.#after[index + 1] ??= new Float32Array(this.length)
      this.#put(this.#after[index]!, transfers[index]!, this.#after[index + 1]!)
    }
    this.#transfers = transfers.slice()
    this.#count = transfers.length
  }

  /** Has all below tell of what a gain leaves, dB for each step. */
  put(gain: Float32Array): void {
    const power = this.#after[0]!
    this.#after[1] ??= new Float32Array(this.length)
    const out = this.#after[1]
    for (let i = 0; i < out.length; i++) out[i] = power[i]! * powerOfGain(gain[i]!)
    this.#count = 1
    this.#transfers = []
  }

  /** Mean power behind them. */
  mean(): number {
    const power = this.#power(this.#count)
    let sum = 0
    for (let i = 0; i < power.length; i++) sum += power[i]!
    return Math.max(sum / power.length, 1e-20)
  }

  /**
   * The spread of the level behind the first `count` transfers, as `levelSpread` tells it.
   *
   * @param window seconds
   * @param depth dB below the mean of the gate
   */
  spread(window: number, depth = levelGate, count = this.#count): LevelSpread {
    const stride = Math.max(1, Math.floor((window * powersPerSecond) / 30))
    const steps = window * powersPerSecond
    const wide = 2 * Math.round((steps - 1) / 2) + 1
    const blocks = this.#blocks(this.#power(count), stride)
    const { values, bits } = this.#level
    const length = Math.ceil(this.length / stride)
    mean(blocks, length, wide / stride, values)
    const counts = this.#counts.fill(0)
    const half = Math.min(Math.round((wide - 1) / 2 / stride), (length - 1) >> 1)
    let [sum, audible] = [0, 0]
    for (let i = half; i < length - half; i++) {
      const value = values[i]!
      if (value > audiblePower) {
        sum += value
        audible++
      }
      counts[within((bits[i]! >> shift) - lowestClass)]!++
    }
    const gate = audible > 0 ? levelOf(sum / audible) - depth : -70
    const quantiles = quantilesAbove(counts, gate)
    return { quantiles, mean: meanOf(quantiles), gate }
  }

  /** LU: the loudness range (EBU Tech 3342) as `loudnessOf` tells it. */
  range(): number {
    const blocks = this.#blocks(this.#power(this.#count), 10)
    const whole = Math.floor(this.length / 10)
    const { values, bits } = this.#level
    // Windows of 3 s reach 1.5 s over the end.
    const windows = Math.max(0, Math.floor((this.length + 150 - 300) / 10) + 1)
    let [sum, audible, total] = [0, 0, 0]
    const at = (i: number) => (i < whole ? blocks[i]! : i === whole ? (blocks[i] ?? 0) * ((this.length % 10) / 10) : 0)
    for (let i = 0; i < 29; i++) sum += at(i)
    for (let i = 0; i < windows; i++) {
      sum += at(i + 29) - (i > 0 ? at(i - 1) : 0)
      const value = sum > 0 ? sum / 30 : 0
      values[i] = value
      if (value < audiblePower) continue
      total += value
      audible++
    }
    if (audible === 0) return 0
    const gate = Math.max(audiblePower, total / audible / 100)
    const counts = this.#counts.fill(0)
    let kept = 0
    for (let i = 0; i < windows; i++) {
      if (values[i]! < gate) continue
      counts[within((bits[i]! >> shift) - lowestClass)]!++
      kept++
    }
    // A rank is that of a whole number: it lies in the middle of its place.
    const ranks = Float64Array.of(0.1, 0.95).map((part) => Math.round(part * (kept - 1)) + 0.5)
    const [low, high] = levelsAt(counts, 0, ranks)
    return high! - low!
  }

  #power(count: number): Float32Array {
    return this.#after[count]!
  }

  /** Means of so many steps each. */
  #blocks(power: Float32Array, stride: number): Float32Array {
    if (stride === 1) return power
    const { length } = power
    const blocks = this.#block
    for (let j = 0, from = 0; from < length; j++, from += stride) {
      const end = from + stride < length ? from + stride : length
      let sum = 0
      for (let i = from; i < end; i++) sum += power[i]!
      blocks[j] = sum / (end - from)
    }
    return blocks
  }

  #put(power: Float32Array, { window, smoothing, level, gain }: Transfer, out: Float32Array): void {
    const { length } = power
    const steps = powersPerSecond
    const stride = Math.max(1, Math.floor(Math.min((window * steps) / 10, (smoothing * steps) / 3.75)))
    const count = Math.ceil(length / stride)
    const { values, bits } = this.#level
    const gains = this.#gain
    const wide = 2 * Math.round((window * steps - 1) / 2) + 1
    mean(this.#blocks(power, stride), count, wide / stride, values)
    const { table, first } = tableOf(level, gain)
    const last = table.length - 1
    for (let j = 0; j < count; j++) {
      const at = (bits[j]! >> shift) - first
      gains[j] = table[at < 0 ? 0 : at > last ? last : at]!
    }
    // Three running means of which the spread together is that of the Gaussian.
    const half = Math.max(0, Math.round((Math.sqrt(4 * (smoothing * steps) ** 2 + 1) - 1) / 2))
    const box = Math.sqrt(((2 * half + 1) ** 2 - 1) / stride ** 2 + 1)
    mean(gains, count, box, values)
    mean(values, count, box, gains)
    mean(gains, count, box, values)
    if (stride === 1) {
      for (let i = 0; i < length; i++) out[i] = power[i]! * powerOfGain(values[i]!)
      return
    }
    let before = powerOfGain(values[0]!)
    const centre = (stride - 1) / 2
    for (let j = 0, i = 0; j <= count; j++) {
      const next = j < count ? powerOfGain(values[j]!) : before
      // From the middle of the block before to that of this one.
      const end = j < count ? Math.min(length, Math.ceil(j * stride + centre)) : length
      const slope = (next - before) / stride
      const begin = (j - 1) * stride + centre
      for (; i < end; i++) out[i] = power[i]! * (before + slope * (i - begin))
      before = next
    }
  }
}

const within = (at: number): number => (at < 0 ? 0 : at >= classes ? classes - 1 : at)

/** -70 LUFS */
const audiblePower = 10 ** ((-70 + 0.691) / 10)

/** Means over `width` values about each, which need not be a whole number: those at both ends count in part. */
function mean(values: Float32Array, length: number, width: number, out: Float32Array): void {
  const half = Math.max(0, Math.floor((width - 1) / 2))
  const edge = Math.max(0, (width - (2 * half + 1)) / 2)
  const whole = 1 / (2 * half + 1 + 2 * edge)
  let [sum, weight] = [0, 0]
  for (let i = 0; i < half && i < length; i++) {
    sum += values[i]!
    weight++
  }
  const inner = Math.max(0, length - half - 1)
  for (let i = 0; i < length; i++) {
    const before = i - half - 1
    const behind = i + half + 1
    if (before >= 0 && i < inner) {
      // Nearly everywhere: as many to either side as there should be.
      const [first, next] = [values[before]!, values[behind]!]
      sum += values[behind - 1]! - first
      out[i] = (sum + edge * (first + next)) * whole
      continue
    }
    if (behind - 1 < length) {
      sum += values[behind - 1]!
      weight++
    }
    let [ends, parts] = [0, 0]
    if (before >= 0) {
      sum -= values[before]!
      weight--
      ends += values[before]!
      parts += edge
    }
    if (behind < length) {
      ends += values[behind]!
      parts += edge
    }
    out[i] = (sum + edge * ends) / (weight + parts)
  }
}

/** Gain by class of power, from a class on. */
function tableOf(level: readonly number[], gain: readonly number[]): { table: Float32Array; first: number } {
  const classAt = (lufs: number) => within(classOf(10 ** ((lufs + 0.691) / 10)) - lowestClass)
  const from = classAt(level[0]!)
  const table = new Float32Array(classAt(level[level.length - 1]!) - from + 1)
  let k = 0
  for (let i = 0; i < table.length; i++) {
    const at = (classLevels[from + i]! + classLevels[from + i + 1]!) / 2
    while (k < level.length - 2 && level[k + 1]! <= at) k++
    const span = level.length > 1 ? level[k + 1]! - level[k]! : 0
    const part = span > 0 ? Math.min(1, Math.max(0, (at - level[k]!) / span)) : 0
    table[i] = span > 0 ? gain[k]! + part * (gain[k + 1]! - gain[k]!) : gain[k]!
  }
  return { table, first: from + lowestClass }
}

/** Quantiles of what is not below a level. */
function quantilesAbove(counts: Uint32Array, gate: number): number[] {
  let first = 0
  while (first < classes - 1 && classLevels[first]! < gate) first++
  let total = 0
  for (let at = first; at < classes; at++) total += counts[at]!
  const ranks = new Float64Array(101)
  for (let q = 0; q <= 100; q++) ranks[q] = (q / 100) * total
  return levelsAt(counts, first, ranks)
}

/** Levels below which so many of those in a class and above it lie; within a class they lie evenly. `ranks` rise. */
function levelsAt(counts: Uint32Array, first: number, ranks: Float64Array): number[] {
  const levels: number[] = []
  let [below, next] = [0, 0]
  let highest = classLevels[first]!
  for (let at = first; at < classes && next < ranks.length; at++) {
    const count = counts[at]!
    if (count === 0) continue
    const [low, high] = [classLevels[at]!, classLevels[at + 1]!]
    for (; next < ranks.length && ranks[next]! <= below + count; next++)
      levels.push(low + (Math.max(0, ranks[next]! - below) / count) * (high - low))
    below += count
    highest = high
  }
  while (levels.length < ranks.length) levels.push(highest)
  return levels
}
