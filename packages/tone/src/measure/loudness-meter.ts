import { channelWeights } from './channel-weights.ts'
import { KPower } from './k-power.ts'
import { type Loudness, loudnessOf } from './loudness.ts'
import { TruePeakMeter } from './true-peak-meter.ts'

/** Loudness and peaks of a recording. */
export interface LoudnessAndPeaks extends Loudness {
  /** dBTP; null for digital silence. See `TruePeakMeter`. */
  readonly truePeak: number | null
  /** dBFS; null for digital silence. */
  readonly samplePeak: number | null
}

/** The level of a magnitude; null for silence. */
export const peakLevel = (magnitude: number): number | null => (magnitude > 0 ? 20 * Math.log10(magnitude) : null)

/** The largest magnitude of any channel, from one sample to another. */
export function highestSample(channels: readonly Float32Array[], from: number, to: number): number {
  let most = 0
  for (const samples of channels) {
    for (let at = from; at < to; at++) {
      const magnitude = Math.abs(samples[at]!)
      if (magnitude > most) most = magnitude
    }
  }
  return most
}

/**
 * Measures a recording that comes in order as EBU R 128 wants it: loudness, its range and maxima, and the true peak. It keeps 400 bytes
 * for each second.
 *
 * @example
 * const meter = new LoudnessMeter(48000, 'stereo', 2)
 * for await (const { channels } of media.samples({ precision: 'float32' })) meter.push(channels as Float32Array[])
 * console.log(meter.finish().integrated)
 */
export class LoudnessMeter {
  readonly #power: KPower
  readonly #peaks: TruePeakMeter
  #samplePeak = 0
  #powers = new Float32Array(4096)
  #count = 0

  /**
   * @param layout FFmpeg's name of the channel layout, see `channelWeights`
   * @throws RangeError for sample rates of 3400 Hz and below
   */
  constructor(sampleRate: number, layout: string, channels: number) {
    this.#power = new KPower(sampleRate, channelWeights(layout, channels))
    this.#peaks = new TruePeakMeter(sampleRate)
  }

  /** Takes in the next samples of all channels. */
  push(channels: readonly Float32Array[], from = 0, to = channels[0]!.length): void {
    this.#samplePeak = Math.max(this.#samplePeak, highestSample(channels, from, to))
    this.#peaks.note(this.#samplePeak)
    this.#peaks.push(channels, from, to)
    const powers = this.#power.push(channels, from, to)
    if (this.#count + powers.length > this.#powers.length) {
      const room = new Float32Array(2 * (this.#count + powers.length))
      room.set(this.#powers)
      this.#powers = room
    }
    this.#powers.set(powers, this.#count)
    this.#count += powers.length
  }

  /** What the recording reads, now that it is over. */
  finish(): LoudnessAndPeaks {
    return {
      ...loudnessOf(this.#powers.subarray(0, this.#count)),
      truePeak: peakLevel(this.#peaks.finish()),
      samplePeak: peakLevel(this.#samplePeak),
    }
  }
}
