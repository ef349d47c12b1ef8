import type { RealFft } from '@colophon/media'
import { kWeighting } from '../measure/k-weighting.ts'
import { controlBlock } from '../render/grid.ts'
import { detectedLevel, ownDetector } from './detector.ts'
import type { Run } from './evidence.ts'
import type { MidSide } from './mid-side.ts'
import type { PairReader } from './pair-reader.ts'
import { planOf } from './plans.ts'
import type { Response, Responses } from './responses.ts'
import type { ApplyGain } from './transfer.ts'

/** Blocks of a point: where the gain is measured, over 6 ms. */
export const blocksOfPoint = 4

/** What a run tells of the gain that was put on the recording. */
export interface GainTrack {
  readonly run: Run
  /** Samples of a block, and blocks of the run. */
  readonly block: number
  readonly blocks: number
  /** K-weighted mean square of the target after its filter, in each block. */
  readonly power: Float32Array
  /** The same before its side was made wider. */
  readonly narrowPower: Float32Array
  /** The level that renderers would take of that at the end of each block, LUFS. */
  readonly level: Float32Array
  /** For each four blocks: dB that the reference lies above that. */
  readonly gain: Float32Array
  /** How much that is to be trusted: one over its variance, in 1 / dB². 0 where there is nothing. */
  readonly weight: Float32Array
}

/** Waveforms have about this many independent numbers in a point. */
const independent = 16
/** dB² that a measurement varies by at the least. */
const leastVariance = 0.02
/** Samples that weights of frequencies reach to either side. */
const weightsReach = 1024
/** Below this a target is silent, LUFS. */
const silent = -75

/** What is known beside the direct sound. */
export interface Surroundings {
  /** dB by which the responses make the side wider. */
  readonly width?: number
  /** How much each frequency counts, from 0 Hz to half the sample rate in even steps; all alike but for K-weighting where there is none. */
  readonly weights?: Float64Array
  /** Reverberation of a sound that had its gain before: it is taken out of the reference. */
  readonly tail?: { readonly responses: Responses; readonly gain: ApplyGain }
}

/**
 * Measures the gain of the reference over the filtered target, over time: by projection of the one's waveform on the other's, so
 * that reverberation and noise, which do not go along with it, leave the gain as it is. Both are K-weighted.
 */
export class GainMeter {
  readonly #sampleRate: number
  readonly #length: number
  readonly #lead: number
  readonly #hop: number
  readonly #zero: number
  readonly #fft: RealFft
  readonly #mid: Spectrum
  readonly #side: Spectrum | null
  readonly #cross: Spectrum | null
  readonly #tails: readonly (Spectrum | null)[]
  readonly #gain: ApplyGain | undefined
  readonly #narrow: number
  readonly #midSpectrum: Spectrum
  readonly #weighting: Spectrum
  /** What the reference is weighted with. */
  readonly #heardWeighting: Spectrum
  /** What each bin counts more than it does by K-weighting. */
  readonly #counts: Float32Array | undefined
  readonly #spectrum: Spectrum
  readonly #predicted: Float32Array[]
  /** What is predicted, each frequency as it counts. */
  readonly #counted: Float32Array[]
  readonly #heard: Float32Array[]
  readonly #late: Float32Array

  constructor(sampleRate: number, responses: Responses, { width = 0, weights, tail }: Surroundings = {}) {
    const block = controlBlock(sampleRate)
    const { samples, zero } = responses.mid
    const taps = Math.max(samples.length, tail?.responses.mid.samples.length ?? 0)
    this.#sampleRate = sampleRate
    this.#length = 2 ** Math.ceil(Math.log2(Math.max(4 * taps, 16 * block)))
    const unit = block * blocksOfPoint
    const spread = weights ? weightsReach : 0
    this.#lead = taps - 1 + spread
    this.#zero = zero
    this.#hop = Math.floor((this.#length - taps + 1 - zero - 2 * spread) / unit) * unit
    this.#fft = planOf(this.#length)
    this.#weighting = kSpectrum(sampleRate, this.#fft)
    this.#counts = weights && overBins(weights, this.#weighting)
    this.#heardWeighting = { re: this.#weighting.re.slice(), im: this.#weighting.im.slice() }
    if (this.#counts) scale(this.#heardWeighting.re, this.#heardWeighting.im, this.#counts)
    this.#mid = weightedSpectrum(responses.mid, this.#weighting, this.#length)
    this.#side = responses.side ? weightedSpectrum(responses.side, this.#weighting, this.#length) : null
    this.#cross = responses.cross ? weightedSpectrum(responses.cross, this.#weighting, this.#length) : null
    const late = tail ? [tail.responses.mid, tail.responses.side, tail.responses.cross] : []
    this.#tails = late.map(
      (response) => response && weightedSpectrum(response, this.#heardWeighting, this.#length),
    ) as (Spectrum | null)[]
    this.#gain = tail?.gain
    this.#narrow = 10 ** (-width / 10)
    this.#midSpectrum = { re: new Float32Array(this.#fft.bins), im: new Float32Array(this.#fft.bins) }
    this.#spectrum = { re: new Float32Array(this.#fft.bins), im: new Float32Array(this.#fft.bins) }
    const buffers = () => [new Float32Array(this.#length), new Float32Array(this.#length)]
    this.#predicted = buffers()
    this.#counted = weights ? buffers() : this.#predicted
    this.#heard = buffers()
    this.#late = new Float32Array(tail ? this.#length : 0)
  }

  measure(reader: PairReader, run: Run, signal?: AbortSignal): GainTrack {
    const block = controlBlock(this.#sampleRate)
    const point = block * blocksOfPoint
    const points = Math.floor((run.to - run.from) / point)
    const blocks = points * blocksOfPoint
    const power = new Float32Array(blocks)
    const narrowPower = new Float32Array(blocks)
    const gain = new Float32Array(points)
    const weight = new Float32Array(points)
    for (let at = run.from; at < run.from + points * point; at += this.#hop) {
      signal?.throwIfAborted()
      const start = at - this.#lead + this.#zero
      const { target, reference } = reader.read(start, start + this.#length)
      const sides = this.#filter(target, reference)
      if (this.#gain) this.#takeOutTail(target, start, this.#gain)
      const first = (at - run.from) / point
      const last = Math.min(points, first + this.#hop / point)
      for (let p = first; p < last; p++)
        this.#point(p, (p - first) * point, block, sides, power, narrowPower, gain, weight)
    }
    return {
      run,
      block,
      blocks,
      power,
      narrowPower,
      level: detectedLevel(power, ownDetector, block / this.#sampleRate),
      gain,
      weight,
    }
  }

  /** Filters a frame; returns how many channels there are. */
  #filter(target: MidSide, reference: MidSide): number {
    const pairs = [
      [target.mid, reference.mid, this.#mid],
      [target.side, reference.side, this.#side],
    ] as const
    let count = 0
    for (const [x, y, response] of pairs) {
      if (!(x && y && response)) continue
      const { re, im } = this.#spectrum
      this.#fft.forward(x, re, im)
      if (count === 0) {
        this.#midSpectrum.re.set(re)
        this.#midSpectrum.im.set(im)
      }
      multiply(re, im, response)
      if (count === 1 && this.#cross) {
        const { re: fromRe, im: fromIm } = this.#midSpectrum
        multiply(fromRe, fromIm, this.#cross)
        for (let k = 0; k < re.length; k++) {
          re[k]! += fromRe[k]!
          im[k]! += fromIm[k]!
        }
      }
      this.#fft.inverse(re, im, this.#predicted[count]!)
      if (this.#counts) {
        scale(re, im, this.#counts)
        this.#fft.inverse(re, im, this.#counted[count]!)
      }
      this.#fft.forward(y, re, im)
      multiply(re, im, this.#heardWeighting)
      this.#fft.inverse(re, im, this.#heard[count]!)
      count++
    }
    return count
  }

  /** Takes what the reverberation makes of the target with its gain out of what was heard. Changes the target. */
  #takeOutTail(target: MidSide, start: number, gain: ApplyGain): void {
    const [midTail, sideTail, crossTail] = this.#tails
    const { re, im } = this.#spectrum
    const { re: fromRe, im: fromIm } = this.#midSpectrum
    gain(target, start)
    this.#fft.forward(target.mid, fromRe, fromIm)
    const take = (heard: Float32Array) => {
      this.#fft.inverse(re, im, this.#late)
      // Both come \`zero\` samples late: a response's sample 0 lies there, and a frame's end wraps round to its beginning.
      for (let n = this.#lead; n < heard.length; n++) heard[n - this.#zero]! -= this.#late[n]!
    }
    re.set(fromRe)
    im.set(fromIm)
    if (midTail) multiply(re, im, midTail)
    take(this.#heard[0]!)
    if (!(target.side && sideTail)) return
    this.#fft.forward(target.side, re, im)
    multiply(re, im, sideTail)
    if (crossTail) {
      multiply(fromRe, fromIm, crossTail)
      for (let k = 0; k < re.length; k++) {
        re[k]! += fromRe[k]!
        im[k]! += fromIm[k]!
      }
    }
    take(this.#heard[1]!)
  }

  #point(
    p: number,
    from: number,
    block: number,
    channels: number,
    powers: Float32Array,
    narrowPowers: Float32Array,
    gain: Float32Array,
    weight: Float32Array,
  ): void {
    let [own, alike, both, other] = [0, 0, 0, 0]
    // L² + R² = 2 (M² + S²); a single channel is itself.
    const loud = channels === 2 ? 2 : 1
    for (let i = 0; i < blocksOfPoint; i++) {
      let [power, narrow] = [0, 0]
      for (let channel = 0; channel < channels; channel++) {
        const x = this.#predicted[channel]!
        const z = this.#counted[channel]!
        const y = this.#heard[channel]!
        const start = from + i * block
        const before = power
        for (let n = start; n < start + block; n++) {
          // What is predicted comes `zero` samples late in its frame.
          const a = x[n + this.#lead]!
          const b = z[n + this.#lead]!
          const c = y[n + this.#lead - this.#zero]!
          power += a * a
          alike += b * b
          both += b * c
          other += c * c
        }
        narrow += (power - before) * (channel === 1 ? this.#narrow : 1)
      }
      own += power
      powers[p * blocksOfPoint + i] = (loud * power) / block
      narrowPowers[p * blocksOfPoint + i] = (loud * narrow) / block
    }
    const loudness = -0.691 + 10 * Math.log10((loud * own) / (block * blocksOfPoint) + 1e-12)
    if (loudness < silent || both <= 0) return
    const coherence = Math.min(1, (both * both) / (alike * other))
    gain[p] = 20 * Math.log10(both / alike)
    // Of the gain's relative error, (1 - coherence) / coherence / independent numbers, in dB.
    weight[p] = 1 / (leastVariance + (75 * (1 - coherence)) / (coherence * independent))
  }
}

interface Spectrum {
  readonly re: Float32Array
  readonly im: Float32Array
}

function multiply(re: Float32Array, im: Float32Array, by: Spectrum): void {
  const { re: wr, im: wi } = by
  for (let k = 0; k < re.length; k++) {
    const a = re[k]!
    const b = im[k]!
    re[k] = a * wr[k]! - b * wi[k]!
    im[k] = a * wi[k]! + b * wr[k]!
  }
}

function scale(re: Float32Array, im: Float32Array, by: Float32Array): void {
  for (let k = 0; k < re.length; k++) {
    re[k]! *= by[k]!
    im[k]! *= by[k]!
  }
}

/** Weights at each bin, relative to those of K-weighting. */
function overBins(weights: Float64Array, { re, im }: Spectrum): Float32Array {
  const step = (weights.length - 1) / (re.length - 1)
  return re.map((value, k) => {
    const at = k * step
    const below = Math.min(weights.length - 2, Math.floor(at))
    const weight = weights[below]! + (at - below) * (weights[below + 1]! - weights[below]!)
    return weight / Math.sqrt(value * value + im[k]! ** 2 + 1e-6)
  })
}

/** The response of K-weighting at each bin. */
function kSpectrum(sampleRate: number, { bins, length }: RealFft): Spectrum {
  const { shelf, highPass } = kWeighting(sampleRate)
  const out = { re: new Float32Array(bins), im: new Float32Array(bins) }
  for (let k = 0; k < bins; k++) {
    let [re, im] = [1, 0]
    const angle = (2 * Math.PI * k) / length
    const [c1, s1, c2, s2] = [Math.cos(angle), -Math.sin(angle), Math.cos(2 * angle), -Math.sin(2 * angle)]
    for (const { b, a } of [shelf, highPass]) {
      const [nr, ni] = [b[0] + b[1] * c1 + b[2] * c2, b[1] * s1 + b[2] * s2]
      const [dr, di] = [1 + a[0] * c1 + a[1] * c2, a[0] * s1 + a[1] * s2]
      const d = dr * dr + di * di
      const [qr, qi] = [(nr * dr + ni * di) / d, (ni * dr - nr * di) / d]
      ;[re, im] = [re * qr - im * qi, re * qi + im * qr]
    }
    out.re[k] = re
    out.im[k] = im
  }
  return out
}

function weightedSpectrum({ samples }: Response, weighting: Spectrum, length: number): Spectrum {
  const padded = new Float32Array(length)
  padded.set(samples)
  const out = { re: new Float32Array(weighting.re.length), im: new Float32Array(weighting.im.length) }
  planOf(length).forward(padded, out.re, out.im)
  multiply(out.re, out.im, weighting)
  return out
}
