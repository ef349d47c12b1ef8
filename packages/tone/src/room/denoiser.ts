import { RealFft } from '@colophon/media'
import type { Preset } from '../preset/preset.ts'
import { noiseDensity } from './noise-density.ts'

export type DenoiseStage = NonNullable<Preset['denoise']>

/** Seconds of a frame, about. */
const frameSeconds = 0.043
/** How much more noise is reckoned with than there is in the mean. */
const overestimation = 2
/** Weights by which the powers of frames around one are averaged: what is not seen in its neighbours is noise by chance. */
const around = [0.12, 0.23, 0.3, 0.23, 0.12]
const half = (around.length - 1) / 2
/** Bins on each side over which power is averaged at the least. */
const leastSpread = 3
/** Part of its frequency over which the power around a bin is averaged, on each side. */
const spread = 0.04

/**
 * Lowers a steady noise of a known spectrum: Wiener gains from power that is averaged over time and frequency, which keeps single bins from
 * ringing ("musical noise"; O. Cappé, Elimination of the musical noise phenomenon, IEEE Trans. Speech and Audio Processing 2(2), 1994), and
 * no bin is lowered by more than `most` dB. All channels have the same gains.
 *
 * Frame f is of the samples f * hop to f * hop + size - 1 of the recording, whatever part is asked for, and its gains come from the two frames
 * on both sides of it: so any part can be made alone, the same bit for bit, from samples up to `reach` before and after it.
 */
export class Denoiser {
  /** Samples before and after a part that it depends on. */
  readonly reach: number
  readonly #size: number
  readonly #hop: number
  readonly #fft: RealFft
  readonly #back: RealFft
  readonly #noise: Float32Array
  readonly #widths: Uint16Array
  readonly #floor: number
  readonly #frames: readonly Frame[]
  readonly #sums: Float64Array
  readonly #gains: Float32Array
  readonly #samples: Float32Array

  /** @param sampleRate Hz */
  constructor(stage: DenoiseStage, sampleRate: number, channels: number) {
    const size = 2 ** Math.max(5, Math.round(Math.log2(frameSeconds * sampleRate)))
    const window = Float32Array.from({ length: size }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size))
    this.#size = size
    this.#hop = size / 2
    this.reach = size + half * this.#hop
    this.#fft = new RealFft(size, 'float32', { before: window })
    this.#back = new RealFft(size, 'float32', { after: window })
    const { bins } = this.#fft
    // The squared window adds up to size / 2, and a one-sided density has twice that of the transform.
    const scale = ((sampleRate / 2) * size) / 2
    this.#noise = Float32Array.from(
      noiseDensity(stage.floor, bins, sampleRate / size, 'level'),
      (density) => density * scale * overestimation,
    )
    this.#widths = Uint16Array.from({ length: bins }, (_, k) => Math.max(leastSpread, Math.round(k * spread)))
    this.#floor = 10 ** (-stage.most / 20)
    const make = () => new Float32Array(bins)
    this.#frames = around.map(() => ({
      at: Number.NaN,
      re: Array.from({ length: channels }, make),
      im: Array.from({ length: channels }, make),
      power: make(),
    }))
    this.#sums = new Float64Array(bins + 1)
    this.#gains = make()
    this.#samples = new Float32Array(size)
  }

  /**
   * A part of the recording with less noise.
   *
   * @param input each channel's samples of the part, with `reach` more on both sides
   * @param from the part's first sample in the recording; the first that is given is `reach` before it
   * @returns as many samples as the part has
   */
  process(input: readonly Float32Array[], from: number): Float32Array[] {
    const [size, hop, start] = [this.#size, this.#hop, from - this.reach]
    const length = (input[0]?.length ?? 0) - 2 * this.reach
    const output = input.map(() => new Float32Array(Math.max(0, length)))
    for (const frame of this.#frames) frame.at = Number.NaN
    for (let frame = Math.floor(from / hop) - 1; frame * hop < from + length; frame++) {
      for (let near = frame - half; near <= frame + half; near++) this.#analyse(input, near, near * hop - start)
      this.#findGains(frame)
      const { re, im } = this.#frameAt(frame)
      for (const [channel, samples] of output.entries()) {
        this.#synthesise(re[channel] as Float32Array, im[channel] as Float32Array)
        const at = frame * hop - from
        const end = Math.min(length, at + size)
        for (let i = Math.max(0, at); i < end; i++)
          samples[i] = (samples[i] as number) + (this.#samples[i - at] as number)
      }
    }
    return output
  }

  #frameAt(at: number): Frame {
    const count = around.length
    return this.#frames[((at % count) + count) % count] as Frame
  }

  /** Spectra of a frame, and the power that its gains come from. */
  #analyse(input: readonly Float32Array[], at: number, start: number): void {
    const frame = this.#frameAt(at)
    if (frame.at === at) return
    frame.at = at
    for (const [channel, samples] of input.entries())
      this.#fft.forward(
        samples.subarray(start, start + this.#size),
        frame.re[channel] as Float32Array,
        frame.im[channel] as Float32Array,
      )
    if (input.length === 1) powerOf(frame.re[0] as Float32Array, frame.im[0] as Float32Array, frame.power)
    else powerOfSeveral(frame)
  }

  /** Wiener gains, from the averaged power. */
  #findGains(at: number): void {
    const [sums, gains, noise, widths, floor] = [this.#sums, this.#gains, this.#noise, this.#widths, this.#floor]
    const frames = around.map((_, i) => this.#frameAt(at + i - half).power)
    const bins = gains.length
    for (let k = 0; k < bins; k++) {
      let power = 0
      for (let i = 0; i < frames.length; i++)
        power += (around[i] as number) * ((frames[i] as Float32Array)[k] as number)
      sums[k + 1] = (sums[k] as number) + power
    }
    for (let k = 0; k < bins; k++) {
      const width = widths[k] as number
      const [first, end] = [Math.max(0, k - width), Math.min(bins, k + width + 1)]
      const power = ((sums[end] as number) - (sums[first] as number)) / (end - first)
      const ratio = power > 0 ? (noise[k] as number) / power : 0
      gains[k] = Math.max(floor, 1 - ratio)
    }
  }

  #synthesise(re: Float32Array, im: Float32Array): void {
    const gains = this.#gains
    const [scaledRe, scaledIm] = [new Float32Array(re.length), new Float32Array(re.length)]
    for (let k = 0; k < gains.length; k++) {
      scaledRe[k] = (re[k] as number) * (gains[k] as number)
      scaledIm[k] = (im[k] as number) * (gains[k] as number)
    }
    this.#back.inverse(scaledRe, scaledIm, this.#samples)
  }
}

interface Frame {
  at: number
  readonly re: Float32Array[]
  readonly im: Float32Array[]
  readonly power: Float32Array
}

function powerOf(re: Float32Array, im: Float32Array, power: Float32Array): void {
  for (let k = 0; k < power.length; k++) power[k] = (re[k] as number) ** 2 + (im[k] as number) ** 2
}

/** That of the channels' mean, or half the mean of their powers where that is more: what cancels in the mean is sound as well. */
function powerOfSeveral({ re, im, power }: Frame): void {
  const count = re.length
  for (let k = 0; k < power.length; k++) {
    let [sumRe, sumIm, sum] = [0, 0, 0]
    for (let c = 0; c < count; c++) {
      const [a, b] = [(re[c] as Float32Array)[k] as number, (im[c] as Float32Array)[k] as number]
      sumRe += a
      sumIm += b
      sum += a * a + b * b
    }
    power[k] = Math.max((sumRe * sumRe + sumIm * sumIm) / (count * count), sum / (2 * count))
  }
}
