import type { RealFft } from '@colophon/media'
import { kWeighting } from '../measure/k-weighting.ts'
import { controlBlock } from '../render/grid.ts'
import { detectedLevel, ownDetector } from './detector.ts'
import type { Run } from './evidence.ts'
import type { MidSide } from './mid-side.ts'
import type { PairReader } from './pair-reader.ts'
import { planOf } from './plans.ts'
import type { Response, Responses } from './responses.ts'

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
/** Below this a target is silent, LUFS. */
const silent = -75

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
  readonly #midSpectrum: Spectrum
  readonly #weighting: Spectrum
  readonly #spectrum: Spectrum
  readonly #predicted: Float32Array[]
  readonly #heard: Float32Array[]

  constructor(sampleRate: number, responses: Responses) {
    const block = controlBlock(sampleRate)
    const { samples, zero } = responses.mid
    const taps = samples.length
    this.#sampleRate = sampleRate
    this.#length = 2 ** Math.ceil(Math.log2(Math.max(4 * taps, 16 * block)))
    const unit = block * blocksOfPoint
    this.#lead = taps - 1
    this.#zero = zero
    this.#hop = Math.floor((this.#length - taps + 1 - zero) / unit) * unit
    this.#fft = planOf(this.#length)
    this.#weighting = kSpectrum(sampleRate, this.#fft)
    this.#mid = weightedSpectrum(responses.mid, this.#weighting, this.#length)
    this.#side = responses.side ? weightedSpectrum(responses.side, this.#weighting, this.#length) : null
    this.#cross = responses.cross ? weightedSpectrum(responses.cross, this.#weighting, this.#length) : null
    this.#midSpectrum = { re: new Float32Array(this.#fft.bins), im: new Float32Array(this.#fft.bins) }
    this.#spectrum = { re: new Float32Array(this.#fft.bins), im: new Float32Array(this.#fft.bins) }
    const buffers = () => [new Float32Array(this.#length), new Float32Array(this.#length)]
    this.#predicted = buffers()
    this.#heard = buffers()
  }

  measure(reader: PairReader, run: Run, signal?: AbortSignal): GainTrack {
    const block = controlBlock(this.#sampleRate)
    const point = block * blocksOfPoint
    const points = Math.floor((run.to - run.from) / point)
    const blocks = points * blocksOfPoint
    const power = new Float32Array(blocks)
    const gain = new Float32Array(points)
    const weight = new Float32Array(points)
    for (let at = run.from; at < run.from + points * point; at += this.#hop) {
      signal?.throwIfAborted()
      const start = at - this.#lead + this.#zero
      const { target, reference } = reader.read(start, start + this.#length)
      const sides = this.#filter(target, reference)
      const first = (at - run.from) / point
      const last = Math.min(points, first + this.#hop / point)
      for (let p = first; p < last; p++) this.#point(p, (p - first) * point, block, sides, power, gain, weight)
    }
    return {
      run,
      block,
      blocks,
      power,
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
      this.#fft.forward(y, re, im)
      multiply(re, im, this.#weighting)
      this.#fft.inverse(re, im, this.#heard[count]!)
      count++
    }
    return count
  }

  #point(
    p: number,
    from: number,
    block: number,
    channels: number,
    powers: Float32Array,
    gain: Float32Array,
    weight: Float32Array,
  ): void {
    let [own, both, other] = [0, 0, 0]
    // L² + R² = 2 (M² + S²); a single channel is itself.
    const scale = channels === 2 ? 2 : 1
    for (let b = 0; b < blocksOfPoint; b++) {
      let power = 0
      for (let channel = 0; channel < channels; channel++) {
        const x = this.#predicted[channel]!
        const y = this.#heard[channel]!
        const start = from + b * block
        for (let n = start; n < start + block; n++) {
          // What is predicted comes `zero` samples late in its frame.
          const a = x[n + this.#lead]!
          const c = y[n + this.#lead - this.#zero]!
          power += a * a
          both += a * c
          other += c * c
        }
      }
      own += power
      powers[p * blocksOfPoint + b] = (scale * power) / block
    }
    const loudness = -0.691 + 10 * Math.log10((scale * own) / (block * blocksOfPoint) + 1e-12)
    if (loudness < silent || both <= 0) return
    const coherence = Math.min(1, (both * both) / (own * other))
    gain[p] = 20 * Math.log10(both / own)
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
