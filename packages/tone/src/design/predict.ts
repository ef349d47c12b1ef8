import type { Analysis } from '../analysis/analysis.ts'
import { powersPerSecond } from '../measure/k-power.ts'
import { kWeighting } from '../measure/k-weighting.ts'
import type { Steps } from './steps.ts'
import type { GainSteps } from './transfers.ts'

/** Spectra of a result, dB. */
export interface Predicted {
  readonly mid: Float64Array
  readonly side: Float64Array | undefined
}

/** What a recording measured behind filters. */
export interface MeasuredPower {
  /** K-weighted power per 10 ms. */
  readonly power: ArrayLike<number>
  /** Power of the gain of the filters of mid and side at the bins of a frame. */
  readonly mid: Float64Array
  readonly side: Float64Array | undefined
}

/**
 * What a recording becomes, computed from its analysis alone: its spectra after filters, exactly; its level after filters and its spectra after
 * gains over time, from the sketch, as near as third octaves and frames allow.
 */
export class Prediction {
  readonly #analysis: Analysis
  readonly #frequency: readonly number[]
  /** K-weighting of the bands of the sketch, and of the bins of the spectrum. */
  readonly #kBands: Float64Array
  readonly #kBins: Float64Array

  readonly #measured: MeasuredPower | undefined

  /**
   * @param frequency Hz, rising: where spectra are wanted
   * @param measured level as it was measured behind filters; that behind others like them is computed from it
   */
  constructor(analysis: Analysis, frequency: readonly number[], measured?: MeasuredPower) {
    this.#analysis = analysis
    this.#measured = measured
    this.#frequency = frequency
    const { sampleRate, centres, frameLength } = analysis.sketch
    this.#kBands = kPower(sampleRate, centres)
    const bins = Float64Array.from({ length: frameLength / 2 + 1 }, (_, k) => (k * sampleRate) / frameLength)
    this.#kBins = kPower(sampleRate, bins)
  }

  /**
   * dB that a filter adds to the power of a sixth of an octave about each frequency.
   *
   * @param gain power of the filter's gain at each bin of a frame
   */
  filtered(of: 'mid' | 'side', gain: Float64Array): Float64Array {
    const { sampleRate, frameLength } = this.#analysis.sketch
    const spectrum = this.#analysis.spectrum[of] ?? this.#analysis.spectrum.mid
    const before = sums(spectrum)
    const after = sums(spectrum.map((power, k) => power * gain[k]!))
    const plain = sums(gain)
    const bin = sampleRate / frameLength
    const half = 2 ** (1 / 12)
    return Float64Array.from(this.#frequency, (f) => {
      const [low, high] = [f / half / bin + 0.5, (f * half) / bin + 0.5]
      const power = between(before, low, high)
      return power > 1e-16
        ? 10 * Math.log10(Math.max(between(after, low, high) / power, 1e-12))
        : 10 * Math.log10(Math.max(between(plain, low, high) / (high - low), 1e-12))
    })
  }

  /** dB that filters of mid and side add to the K-weighted power of the whole. */
  loudnessAdded(mid: Float64Array, side: Float64Array | undefined): number {
    const { spectrum } = this.#analysis
    let [before, after] = [0, 0]
    for (let k = 0; k < this.#kBins.length; k++) {
      const weight = this.#kBins[k]!
      before += weight * (spectrum.mid[k]! + (spectrum.side?.[k] ?? 0))
      after += weight * (spectrum.mid[k]! * mid[k]! + (spectrum.side ? spectrum.side[k]! * (side ?? mid)[k]! : 0))
    }
    return before > 0 ? 10 * Math.log10(after / before) : 0
  }

  /** Power of mid and side after filters. */
  powers(mid: Float64Array, side: Float64Array | undefined): { readonly mid: number; readonly side: number } {
    const { spectrum } = this.#analysis
    return { mid: dot(spectrum.mid, mid), side: spectrum.side ? dot(spectrum.side, side ?? mid) : 0 }
  }

  /**
   * K-weighted power per 10 ms after filters of mid and side.
   *
   * @param mid power of the gain at each bin of a frame
   */
  power(mid: Float64Array, side: Float64Array | undefined): Steps {
    const { sketch, power } = this.#analysis
    const { frames, sampleRate, hop, frameLength, pool } = sketch
    const ratio = this.#rowRatios(mid, side)
    const known = this.#measured
    const measured = known ? this.#rowRatios(known.mid, known.side) : undefined
    const from = known?.power ?? power
    const [step, first] = [sampleRate / powersPerSecond, (frameLength + (pool - 1) * hop) / 2]
    for (let row = 0; measured && row < frames; row++) ratio[row]! -= measured[row]!
    const valueAt = (i: number): number => {
      const place = Math.min(frames - 1, Math.max(0, ((i + 0.5) * step - first) / (hop * pool)))
      const row = Math.max(0, Math.min(frames - 2, Math.floor(place)))
      const value = frames > 1 ? ratio[row]! + (place - row) * (ratio[row + 1]! - ratio[row]!) : (ratio[0] ?? 0)
      return (from[Math.min(i, from.length - 1)] ?? 0) * Math.exp(value)
    }
    let room = new Float32Array(0)
    const read = (begin: number, end: number): Float32Array => {
      if (room.length < end - begin) room = new Float32Array(end - begin)
      for (let i = begin; i < end; i++) room[i - begin] = valueAt(i)
      return room.subarray(0, end - begin)
    }
    return { length: power.length, read }
  }

  /** Logarithm of the K-weighted power behind filters over that before, of each row. */
  #rowRatios(mid: Float64Array, side: Float64Array | undefined): Float64Array {
    const { sketch } = this.#analysis
    const { frames, centres } = sketch
    const count = centres.length
    const midGains = this.#bandGains('mid', mid)
    const sideGains = sketch.side ? this.#bandGains('side', side ?? mid) : undefined
    const ratio = new Float64Array(frames)
    for (let row = 0; row < frames; row++) {
      let [before, after] = [1e-20, 1e-20]
      for (let band = 0; band < count; band++) {
        const at = row * count + band
        const m = this.#kBands[band]! * sketch.mid[at]!
        const s = sketch.side ? this.#kBands[band]! * sketch.side[at]! : 0
        before += m + s
        after += m * midGains[band]! + (sideGains ? s * sideGains[band]! : 0)
      }
      ratio[row] = Math.log(after / before)
    }
    return ratio
  }

  /**
   * dB that gains over time add to the spectra, and to what filters before them made: louder frames count for more, and which frames are
   * within 20 dB of the mean changes with filters and gains.
   *
   * @param mid power of the gain of the mid's filter at each bin of a frame
   * @param rows of the gain, see {@link rowGains}; none: only the choice of frames
   */
  overTime(
    mid: Float64Array,
    rows: Float64Array | undefined,
  ): { readonly mid: Float64Array; readonly side: Float64Array } {
    const { sketch } = this.#analysis
    const { frames, centres, active, pool } = sketch
    const count = centres.length
    const midGains = this.#bandGains('mid', mid)
    const levels = new Float64Array(frames)
    for (let row = 0; row < frames; row++) {
      let sum = 0
      for (let band = 0; band < count; band++) sum += sketch.mid[row * count + band]! * midGains[band]!
      levels[row] = sum * (rows?.[row] ?? 1)
    }
    const now = pool === 1 ? loudRows(levels) : active
    return {
      mid: this.#onGrid(overRows(sketch.mid, count, active, now, rows)),
      side: sketch.side
        ? this.#onGrid(overRows(sketch.side, count, active, now, rows))
        : new Float64Array(this.#frequency.length),
    }
  }

  /** Mean gain of a filter over each band of the sketch, as power. */
  #bandGains(of: 'mid' | 'side', gain: Float64Array): Float64Array {
    const { sampleRate, frameLength, centres } = this.#analysis.sketch
    const spectrum = this.#analysis.spectrum[of] ?? this.#analysis.spectrum.mid
    const before = sums(spectrum)
    const after = sums(spectrum.map((power, k) => power * gain[k]!))
    const bin = sampleRate / frameLength
    const half = 2 ** (1 / 6)
    return centres.map((f) => {
      const [low, high] = [f / half / bin + 0.5, (f * half) / bin + 0.5]
      const power = between(before, low, high)
      return power > 1e-16 ? between(after, low, high) / power : gain[Math.min(gain.length - 1, Math.round(f / bin))]!
    })
  }

  /**
   * Mean power gain of each row of the sketch.
   *
   * @param pages dB for each 10 ms, one stretch after the other @param length steps of all of them
   */
  rowGains(pages: Iterable<GainSteps>, length: number): Float64Array {
    const { frames, sampleRate, hop, frameLength, pool } = this.#analysis.sketch
    const perStep = powersPerSecond / sampleRate
    const rows = new Float64Array(frames)
    let [row, sum] = [0, 0]
    for (const { from: start, gain } of pages)
      for (; row < frames; row++) {
        // Half of the weight of a Hann window is in the middle third.
        const [from, to] = [row * pool * hop + frameLength / 4, ((row + 1) * pool - 1) * hop + (frameLength * 3) / 4]
        const first = Math.min(length - 1, Math.max(0, Math.round(from * perStep)))
        const end = Math.min(length, Math.max(first + 1, Math.round(to * perStep)))
        for (let i = Math.max(first, start) - start; i < Math.min(end - start, gain.length); i++)
          sum += 10 ** (gain[i]! / 10)
        // The rest of the row is in the next stretch.
        if (end > start + gain.length) break
        rows[row] = sum / (end - first)
        sum = 0
      }
    return rows
  }

  #onGrid(values: Float64Array): Float64Array {
    const { centres } = this.#analysis.sketch
    const last = centres.length - 1
    return Float64Array.from(this.#frequency, (f) => {
      const place = Math.min(last, Math.max(0, 3 * Math.log2(f / centres[0]!)))
      const band = Math.min(last - 1, Math.floor(place))
      return values[band]! + (place - band) * (values[band + 1]! - values[band]!)
    })
  }
}

/** Rows whose level is within 20 dB of the mean of those above -70 dB: 1, the others 0. As analysis chooses frames. */
function loudRows(levels: Float64Array): Float32Array {
  let [sum, count] = [0, 0]
  for (const level of levels)
    if (level > 1e-7) {
      sum += level
      count++
    }
  const least = count > 0 ? (sum / count) * 0.01 : 0
  return Float32Array.from(levels, (level) => (level > least ? 1 : 0))
}

/** dB by band: mean over the rows that count now, times their gain, over the mean of the rows that counted. */
function overRows(
  power: Float32Array,
  count: number,
  was: Float32Array,
  now: Float32Array,
  gain: Float64Array | undefined,
): Float64Array {
  const before = new Float64Array(count)
  const after = new Float64Array(count)
  let [weightBefore, weightAfter] = [0, 0]
  for (let row = 0; row < was.length; row++) {
    const [old, next] = [was[row]!, now[row]!]
    weightBefore += old
    weightAfter += next
    const factor = next * (gain?.[row] ?? 1)
    for (let band = 0; band < count; band++) {
      const value = power[row * count + band]!
      before[band]! += old * value
      after[band]! += factor * value
    }
  }
  if (!(weightBefore > 0 && weightAfter > 0)) return new Float64Array(count)
  return before.map((sum, band) =>
    sum > 1e-16 && after[band]! > 0 ? 10 * Math.log10((after[band]! / weightAfter / sum) * weightBefore) : 0,
  )
}

/** K-weighting as power at frequencies, Hz. */
export function kPower(sampleRate: number, frequency: ArrayLike<number>): Float64Array {
  const { shelf, highPass } = kWeighting(sampleRate)
  return Float64Array.from(frequency as ArrayLike<number>, (f) => {
    const w = (2 * Math.PI * Math.min(f, sampleRate / 2)) / sampleRate
    let power = 1
    for (const { b, a } of [shelf, highPass]) {
      const over = (b0: number, b1: number, b2: number) =>
        (b0 + b1 * Math.cos(w) + b2 * Math.cos(2 * w)) ** 2 + (b1 * Math.sin(w) + b2 * Math.sin(2 * w)) ** 2
      power *= over(...b) / over(1, ...a)
    }
    return power
  })
}

const sums = (values: Float64Array): Float64Array => {
  const out = new Float64Array(values.length + 1)
  for (let k = 0; k < values.length; k++) out[k + 1] = out[k]! + values[k]!
  return out
}

/** Sum between two places, in bins, of which part counts in part. */
const between = (sum: Float64Array, low: number, high: number): number => at(sum, high) - at(sum, low)

const at = (sum: Float64Array, place: number): number => {
  const clipped = Math.min(sum.length - 1, Math.max(0, place))
  const i = Math.min(sum.length - 2, Math.floor(clipped))
  return sum[i]! + (clipped - i) * (sum[i + 1]! - sum[i]!)
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}
