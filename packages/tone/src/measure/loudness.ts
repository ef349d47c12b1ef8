import { powersPerSecond } from './k-power.ts'

/** What the standards say of the loudness of a recording. */
export interface Loudness {
  /** LUFS, gated (ITU-R BS.1770-5); null where nothing is above the absolute gate of -70 LUFS, or it is shorter than 0.4 s. */
  readonly integrated: number | null
  /** LU (EBU Tech 3342); 0 where there is too little to tell. It says little of recordings shorter than a minute. */
  readonly range: number
  /** LUFS over the loudest 0.4 s; null if there are none or they are silent. */
  readonly maxMomentary: number | null
  /** LUFS over the loudest 3 s; null if there are none or they are silent. */
  readonly maxShortTerm: number | null
}

/** K-weighted power (mean square, channels weighted and added up) as loudness in LUFS: ITU-R BS.1770-5, Annex 1, formula 2. */
export const lufsOf = (power: number): number => -0.691 + 10 * Math.log10(power)
/** The power that has a loudness. */
export const powerOf = (lufs: number): number => 10 ** ((lufs + 0.691) / 10)

/** Windows of EBU Tech 3341, in powers. */
export const momentaryWindow = 0.4 * powersPerSecond
export const shortTermWindow = 3 * powersPerSecond
/** Gating blocks, and the short-term levels of which the range is taken, begin ten times a second. */
const hop = powersPerSecond / 10
/** EBU Tech 3342: a file is followed by at least this much silence, so that windows reach over its end. */
const silenceAfter = 1.5 * powersPerSecond

const absoluteGate = powerOf(-70)

/**
 * Loudness of a recording by its K-weighted power in hops of 10 ms, as `KPower` gives it.
 *
 * Integrated: ITU-R BS.1770-5, Annex 1: blocks of 400 ms, 75 % overlap, an absolute gate at -70 LUFS and a relative one 10 LU below what is
 * left. Maxima: EBU Tech 3341, windows of 0.4 and 3 s, which move by 10 ms: moved by 100 ms they would miss short events. Range: EBU Tech
 * 3342, with 1.5 s of silence behind the end.
 */
export function loudnessOf(power: ArrayLike<number>): Loudness {
  return {
    integrated: integratedOf(windowPowers(power, momentaryWindow, hop)),
    range: rangeOf(windowPowers(power, shortTermWindow, hop, silenceAfter)),
    maxMomentary: loudest(power, momentaryWindow),
    maxShortTerm: loudest(power, shortTermWindow),
  }
}

/**
 * Mean power of windows.
 *
 * @param power 100 a second
 * @param window hops of a window
 * @param step hops from one window to the next
 * @param zeros how many to append to `power`
 */
export function windowPowers(power: ArrayLike<number>, window: number, step: number, zeros = 0): Float64Array {
  const means = new Float64Array(Math.max(0, Math.floor((power.length + zeros - window) / step) + 1))
  slide(power, window, step, means.length, (sum, at) => {
    means[at] = sum / window
  })
  return means
}

/** Loudness of the loudest window of any that begins with a hop. */
function loudest(power: ArrayLike<number>, window: number): number | null {
  let most = 0
  slide(power, window, 1, power.length - window + 1, (sum) => {
    if (sum > most) most = sum
  })
  return most > 0 ? lufsOf(most / window) : null
}

/** Windows after which a running sum is summed up anew: rounding must not add up over hours. */
const renewal = 64

function slide(
  power: ArrayLike<number>,
  window: number,
  step: number,
  count: number,
  take: (sum: number, at: number) => void,
): void {
  let sum = 0
  for (let at = 0, start = 0; at < count; at++, start += step) {
    if (at % renewal === 0) sum = total(power, start, start + window)
    else sum += total(power, start + window - step, start + window) - total(power, start - step, start)
    take(Math.max(0, sum), at)
  }
}

/**
 * Integrated loudness and range of power that comes hop by hop, as {@link loudnessOf} tells them, to the bit: windows are summed up anew at
 * fixed places, so between two of these it makes no difference what came before. It keeps windows, of which there are a tenth as many as
 * hops, and can be used again.
 */
export class GatedLoudness {
  readonly #hops = new Float32Array(renewal * hop + shortTermWindow)
  readonly #blocks: Float64Array
  readonly #levels: Float64Array
  #filled = 0
  #windows = 0

  /** @param hops that will come at the most */
  constructor(hops: number) {
    this.#blocks = new Float64Array(Math.ceil(hops / hop) + renewal)
    this.#levels = new Float64Array(Math.ceil((hops + silenceAfter) / hop) + renewal)
  }

  /** Takes in the power of the next hop. */
  add(power: number): void {
    this.#hops[this.#filled++] = power
    if (this.#filled < this.#hops.length) return
    this.#take(momentaryWindow, renewal, this.#blocks)
    this.#take(shortTermWindow, renewal, this.#levels)
    this.#windows += renewal
    this.#hops.copyWithin(0, renewal * hop)
    this.#filled -= renewal * hop
  }

  /** What they are, of all hops since the last time. */
  finish(): Pick<Loudness, 'integrated' | 'range'> {
    const left = (window: number) => Math.max(0, Math.floor((this.#filled - window) / hop) + 1)
    const [blocks, levels] = [left(momentaryWindow), left(shortTermWindow - silenceAfter)]
    this.#take(momentaryWindow, blocks, this.#blocks)
    this.#take(shortTermWindow, levels, this.#levels)
    const found = {
      integrated: integratedOf(this.#blocks.subarray(0, this.#windows + blocks)),
      range: rangeOf(this.#levels.subarray(0, this.#windows + levels)),
    }
    this.#filled = 0
    this.#windows = 0
    return found
  }

  #take(window: number, count: number, means: Float64Array): void {
    slide(this.#hops.subarray(0, this.#filled), window, hop, count, (sum, at) => {
      means[this.#windows + at] = sum / window
    })
  }
}

/** Sum of some powers; those behind the end are zero. */
function total(power: ArrayLike<number>, from: number, to: number): number {
  let sum = 0
  for (let at = from, end = Math.min(to, power.length); at < end; at++) sum += power[at]!
  return sum
}

/** Mean of what is at least, or with `above` more than, a gate; undefined where nothing is. */
function meanFrom(powers: Float64Array, gate: number, above: boolean): number | undefined {
  let [sum, count] = [0, 0]
  for (let i = 0; i < powers.length; i++) {
    const power = powers[i]!
    if (power > gate || (power === gate && !above)) {
      sum += power
      count++
    }
  }
  return count > 0 ? sum / count : undefined
}

function integratedOf(blocks: Float64Array): number | null {
  const audible = meanFrom(blocks, absoluteGate, true)
  if (audible === undefined) return null
  // The relative gate may lie below the absolute one.
  return lufsOf(meanFrom(blocks, Math.max(absoluteGate, audible / 10), true)!)
}

/** EBU Tech 3342, section 3 and the program of its section 5: the 10th to the 95th percentile of the gated short-term levels. */
function rangeOf(levels: Float64Array): number {
  const audible = meanFrom(levels, absoluteGate, false)
  if (audible === undefined) return 0
  const gate = Math.max(absoluteGate, audible / 100)
  // Sorted in their place: what is below the gate comes first.
  levels.sort()
  let first = 0
  while (first < levels.length && levels[first]! < gate) first++
  const at = (percent: number) => levels[first + Math.round(((levels.length - first - 1) * percent) / 100)]!
  return 10 * Math.log10(at(95) / at(10))
}
