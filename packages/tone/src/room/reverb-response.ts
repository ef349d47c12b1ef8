import { RealFft } from '@colophon/media'
import type { Preset } from '../preset/preset.ts'
import type { Curve } from '../profile.ts'
import { normal, randomSource } from './random.ts'

export type ReverbStage = NonNullable<Preset['reverb']>

/** Reflections in a second when the reverberation begins; they grow with the square of time, until every sample has one. */
const firstDensity = 700
/** Seconds after which the reflections are dense. */
const dense = 0.06
/** Part of the response that is faded out at its end. */
const fadePart = 0.08

/**
 * The impulse response of the reverberation, one for each channel, without the direct sound: noise in bands that decay at their own pace
 * (J. A. Moorer, About This Reverberation Business, Computer Music Journal 3(2), 1979), sparse at first as reflections are (J.-M. Jot et al.,
 * Analysis and Synthesis of Room Reverberation, AES 103, 1997), and independent between channels. The same stage gives the same response.
 *
 * Its energy over that of the direct sound is 10^((wet + tone) / 10) in each band, where `tone` is taken so that the mean of the bands'
 * energies is that of `wet`.
 *
 * @param sampleRate Hz
 * @returns responses that last until the slowest band has fallen by 60 dB
 */
export function reverbResponse(stage: ReverbStage, sampleRate: number, channels: number): Float32Array[] {
  const { frequency, decay } = stage
  const energies = bandEnergies(stage)
  const delay = Math.round(stage.preDelay * sampleRate)
  const tail = Math.max(32, Math.ceil(Math.max(...decay) * sampleRate))
  const size = 2 ** Math.ceil(Math.log2(tail))
  const fft = new RealFft(size, 'float32')
  const [re, im] = [new Float32Array(fft.bins), new Float32Array(fft.bins)]
  const [bandRe, bandIm, band] = [new Float32Array(fft.bins), new Float32Array(fft.bins), new Float32Array(size)]
  const shapes = frequency.map((_, b) => bandShape(frequency, b, fft.bins, sampleRate / size))
  return Array.from({ length: channels }, (_, channel) => {
    const response = new Float32Array(delay + tail)
    fft.forward(reflections(size, tail, sampleRate, randomSource(stage.seed, channel)), re, im)
    for (let b = 0; b < frequency.length; b++) {
      const shape = shapes[b] as Float32Array
      for (let k = 0; k < shape.length; k++) {
        bandRe[k] = (re[k] as number) * (shape[k] as number)
        bandIm[k] = (im[k] as number) * (shape[k] as number)
      }
      fft.inverse(bandRe, bandIm, band)
      addDecaying(band, (decay[b] as number) * sampleRate, shareOf(shape) * (energies[b] as number), response, delay)
    }
    return response
  })
}

/** Energy of each band of the reverberation over that of the direct sound, as {@link reverbResponse} makes it. */
export function bandEnergies(stage: ReverbStage): number[] {
  const energies = stage.tone.map((tone) => 10 ** (tone / 10))
  const mean = energies.reduce((sum, energy) => sum + energy, 0) / energies.length
  return energies.map((energy) => (energy / mean) * 10 ** (stage.wet / 10))
}

/** dB by which reverberation raises the level of a steady sound in each band: what an equaliser may take back. */
export function reverbColour(stage: ReverbStage): Curve {
  const level = bandEnergies(stage).map((energy) => 10 * Math.log10(1 + energy))
  return { frequency: [...stage.frequency], level }
}

/** Noise of variance 1 that is sparse at first, where each reflection is the stronger for it. */
function reflections(size: number, tail: number, sampleRate: number, random: () => number): Float32Array {
  const noise = new Float32Array(size)
  for (let i = 0; i < tail; i++) {
    const rise = Math.min(1, i / (dense * sampleRate)) ** 2
    const chance = Math.min(1, (firstDensity * (1 - rise)) / sampleRate + rise)
    const drawn = random()
    const value = normal(random)
    if (drawn < chance) noise[i] = value / Math.sqrt(chance)
  }
  return noise
}

/** Gain of a band over frequency: those of all bands add up to 1; the outermost go on to the ends. */
function bandShape(frequency: readonly number[], b: number, bins: number, spacing: number): Float32Array {
  const shape = new Float32Array(bins)
  const place = (hertz: number, from: number, to: number) =>
    Math.min(1, Math.max(0, Math.log(hertz / from) / Math.log(to / from)))
  const [below, here, above] = [frequency[b - 1], frequency[b] as number, frequency[b + 1]]
  for (let k = 0; k < bins; k++) {
    const hertz = Math.max(k, 0.5) * spacing
    let gain = 1
    if (below !== undefined && hertz < here) gain = Math.sin((Math.PI / 2) * place(hertz, below, here)) ** 2
    else if (above !== undefined && hertz > here) gain = Math.cos((Math.PI / 2) * place(hertz, here, above)) ** 2
    shape[k] = gain
  }
  return shape
}

/** Part of white noise's energy that a shape lets through. */
function shareOf(shape: Float32Array): number {
  let sum = 0
  for (const gain of shape) sum += gain * gain
  return sum / shape.length
}

/** Lets a band's noise decay, brings it to the energy it is to have, and adds it. @param decay samples to fall by 60 dB */
function addDecaying(noise: Float32Array, decay: number, energy: number, response: Float32Array, from: number): void {
  const length = Math.min(response.length - from, Math.ceil(decay))
  const fade = Math.max(1, Math.round(length * fadePart))
  const step = 10 ** (-3 / decay)
  let [gain, sum] = [1, 0]
  for (let i = 0; i < length; i++) {
    noise[i] = (noise[i] as number) * gain * Math.min(1, (length - i) / fade)
    sum += (noise[i] as number) ** 2
    gain *= step
  }
  if (sum === 0) return
  const scale = Math.sqrt(energy / sum)
  for (let i = 0; i < length; i++) response[from + i] = (response[from + i] as number) + (noise[i] as number) * scale
}
