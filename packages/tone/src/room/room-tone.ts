import { RealFft } from '@colophon/media'
import type { Preset } from '../preset/preset.ts'
import { noiseDensity } from './noise-density.ts'
import { randomSource } from './random.ts'

export type RoomToneStage = NonNullable<Preset['roomTone']>

/** Seconds of a frame, about: long enough for the lowest bands, and a change of phases in it is not heard. */
const frameSeconds = 0.35
/** Amplitude of what is different in each channel over what they share: a room is heard as one, and not as a point. */
const ownPart = 0.5
/** Phases that are drawn from. */
const phases = 4096
const cosines = Float32Array.from({ length: phases }, (_, i) => Math.cos((2 * Math.PI * i) / phases))

/**
 * The sound of a room in which nothing happens: noise of a given spectrum that goes on for ever and is the same each time. Frame k of it is a
 * function of seed, k and channel, so any part can be made without what is before it. Frames have the spectrum's magnitudes and random
 * phases, and are overlapped by sine windows, whose squares add up to 1.
 *
 * The mean of the channels has the spectrum that was asked for.
 */
export class RoomTone {
  readonly #seed: number
  readonly #channels: number
  readonly #size: number
  readonly #fft: RealFft
  readonly #magnitudes: Float32Array
  readonly #re: Float32Array
  readonly #im: Float32Array
  /** The frames last made, by source and whether their number is even: stretches are mostly asked for in turn. */
  readonly #made = new Map<number, { frame: number; samples: Float32Array }>()

  /** @param sampleRate Hz */
  constructor(stage: RoomToneStage, sampleRate: number, channels: number) {
    const size = 2 ** Math.round(Math.log2(frameSeconds * sampleRate))
    const window = Float32Array.from({ length: size }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size))
    this.#seed = stage.seed
    this.#channels = channels
    this.#size = size
    this.#fft = new RealFft(size, 'float32', { after: window })
    const density = noiseDensity(stage.spectrum, this.#fft.bins, sampleRate / size, 'nothing')
    // A bin of magnitude m gives a sine of power 2 m^2 / size^2; it is to hold what is in one spacing of bins.
    const scale = (size * size * (sampleRate / size)) / 2
    this.#magnitudes = Float32Array.from(density, (power) => Math.sqrt(power * scale))
    this.#magnitudes[0] = 0
    this.#magnitudes[this.#fft.bins - 1] = 0
    this.#re = new Float32Array(this.#fft.bins)
    this.#im = new Float32Array(this.#fft.bins)
  }

  /**
   * Fills arrays with the stretch that begins at a sample of the recording.
   *
   * @param from may be negative
   * @param out one array for each channel, all of one length
   */
  fill(from: number, out: readonly Float32Array[]): void {
    const several = this.#channels > 1
    const shared = several ? 1 / Math.sqrt(1 + ownPart ** 2 / this.#channels) : 1
    for (const [channel, samples] of out.entries()) {
      samples.fill(0)
      this.#add(0, shared, from, samples)
      if (several) this.#add(channel + 1, shared * ownPart, from, samples)
    }
  }

  #add(source: number, gain: number, from: number, out: Float32Array): void {
    const [size, hop] = [this.#size, this.#size / 2]
    for (let frame = Math.floor(from / hop) - 1; frame * hop < from + out.length; frame++) {
      const start = frame * hop - from
      const samples = this.#frame(source, frame)
      const end = Math.min(out.length, start + size)
      for (let i = Math.max(0, start); i < end; i++) out[i] = (out[i] as number) + gain * (samples[i - start] as number)
    }
  }

  /** A windowed frame; 0 is what all channels share, and above it are what each has of its own. */
  #frame(source: number, frame: number): Float32Array {
    const slot = 2 * source + (frame & 1)
    let made = this.#made.get(slot)
    if (made?.frame === frame) return made.samples
    made = { frame, samples: made?.samples ?? new Float32Array(this.#size) }
    const random = randomSource(this.#seed, source, frame)
    const [re, im, magnitudes] = [this.#re, this.#im, this.#magnitudes]
    for (let k = 0; k < re.length; k++) {
      const phase = Math.floor(random() * phases)
      re[k] = (magnitudes[k] as number) * (cosines[phase] as number)
      im[k] = (magnitudes[k] as number) * (cosines[(phase + phases / 4) % phases] as number)
    }
    this.#fft.inverse(re, im, made.samples)
    this.#made.set(slot, made)
    return made.samples
  }
}
