import { RealFft } from '@colophon/media'

/** Steps of an envelope in a second. */
export const envelopeRate = 100
/** Seconds of sound that one step is measured over. */
const windowSeconds = 0.02
/** Steps that are kept in one piece of a long recording, and the most that are kept in all: 20 minutes. */
const stretchSteps = 1000
const mostSteps = 120 * stretchSteps

/** Power of a recording in octave bands over time. */
export interface Envelopes {
  /** Hz, centres of the octave bands. */
  readonly frequency: readonly number[]
  /** Mean squares, `steps * frequency.length` of them, those of one step together; 100 steps a second. */
  readonly values: Float32Array
  readonly steps: number
  /** What lies on both sides of a multiple of this many steps is not adjacent in the recording; 0: all of it is. */
  readonly stretch: number
}

/**
 * Measures the power of octave bands from 125 Hz to 8 kHz, or as far as the sample rate allows, each 10 ms over a Hann window of 20 ms. Any
 * part of a recording can be measured alone, and parts in their order make the whole. Of what is longer than 20 minutes, pieces of 10
 * seconds are kept at even distances, 20 minutes of them at the most.
 */
export class BandEnvelopes {
  readonly frequency: readonly number[]
  /** Samples that `measure` needs to know after the end of a part. */
  readonly reach: number
  readonly #rate: number
  readonly #steps: number
  readonly #stride: number
  readonly #fft: RealFft
  readonly #re: Float32Array
  readonly #im: Float32Array
  readonly #frame: Float32Array
  readonly #scale: number
  readonly #edges: readonly { from: number; to: number; first: number; last: number }[]

  /** @param sampleRate Hz @param length samples of the recording */
  constructor(sampleRate: number, length: number) {
    const window = Math.max(2, Math.round(windowSeconds * sampleRate))
    const size = 2 ** Math.ceil(Math.log2(window))
    const weights = new Float32Array(size)
    let energy = 0
    for (let i = 0; i < window; i++) {
      weights[i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / window)
      energy += (weights[i] as number) ** 2
    }
    this.#rate = sampleRate
    this.reach = size
    this.#steps = Math.ceil((length * envelopeRate) / sampleRate)
    this.#stride = Math.ceil(this.#steps / mostSteps)
    this.#fft = new RealFft(size, 'float32', { before: weights })
    this.#re = new Float32Array(this.#fft.bins)
    this.#im = new Float32Array(this.#fft.bins)
    this.#frame = new Float32Array(size)
    this.#scale = 2 / (size * energy)
    this.frequency = octaveCentres(sampleRate)
    this.#edges = this.frequency.map((centre) => binsOf(centre, (size / sampleRate) * centre))
  }

  /** First sample of a step. */
  #at(step: number): number {
    return Math.round((step * this.#rate) / envelopeRate)
  }

  #kept(step: number): boolean {
    return this.#stride <= 1 || Math.floor(step / stretchSteps) % this.#stride === 0
  }

  /**
   * Powers of the steps that begin in a part of the recording and are kept.
   *
   * @param samples one channel, the mid; what they do not reach is taken as 0, so they should go on for `reach` beyond the part
   * @param start where in the recording the first of the samples is
   * @param from first sample of the part
   * @param to the sample after its last
   */
  measure(samples: Float32Array, start: number, from: number, to: number): Float32Array {
    const bands = this.frequency.length
    const steps: number[] = []
    const firstStep = Math.max(0, Math.floor((from * envelopeRate) / this.#rate) - 1)
    for (let step = firstStep; step < this.#steps && this.#at(step) < to; step++)
      if (this.#at(step) >= from && this.#kept(step)) steps.push(step)
    const powers = new Float32Array(steps.length * bands)
    for (const [i, step] of steps.entries()) this.#measureStep(samples, this.#at(step) - start, powers, i * bands)
    return powers
  }

  #measureStep(samples: Float32Array, at: number, powers: Float32Array, into: number): void {
    const size = this.#frame.length
    let frame = this.#frame
    if (at >= 0 && at + size <= samples.length) frame = samples.subarray(at, at + size) as typeof frame
    else for (let i = 0; i < size; i++) frame[i] = samples[at + i] ?? 0
    const [re, im] = [this.#re, this.#im]
    this.#fft.forward(frame, re, im)
    for (let band = 0; band < this.#edges.length; band++) {
      const { from, to, first, last } = this.#edges[band] as { from: number; to: number; first: number; last: number }
      let sum = first * power(re, im, from) + last * power(re, im, to)
      for (let k = from + 1; k < to; k++) sum += (re[k] as number) ** 2 + (im[k] as number) ** 2
      powers[into + band] = sum * this.#scale
    }
  }

  /** The whole of parts in their order. */
  join(parts: readonly Float32Array[]): Envelopes {
    let length = 0
    for (const part of parts) length += part.length
    const values = new Float32Array(length)
    let at = 0
    for (const part of parts) {
      values.set(part, at)
      at += part.length
    }
    const steps = this.frequency.length ? length / this.frequency.length : 0
    return { frequency: this.frequency, values, steps, stretch: this.#stride > 1 ? stretchSteps : 0 }
  }
}

const power = (re: Float32Array, im: Float32Array, k: number): number => (re[k] as number) ** 2 + (im[k] as number) ** 2

/** Hz; an octave band fits when all of it lies below half the sample rate. */
function octaveCentres(sampleRate: number): number[] {
  const centres = [125, 250, 500, 1000, 2000, 4000, 8000]
  return centres.filter((centre) => centre * Math.SQRT2 <= sampleRate / 2)
}

/** Bins from the lower to the upper edge of an octave, and how much of the first and the last lies inside. */
function binsOf(_centre: number, centreBin: number): { from: number; to: number; first: number; last: number } {
  const [low, high] = [centreBin / Math.SQRT2, centreBin * Math.SQRT2]
  const [from, to] = [Math.floor(low + 0.5), Math.floor(high + 0.5)]
  return { from, to, first: from + 0.5 - low, last: high - (to - 0.5) }
}
