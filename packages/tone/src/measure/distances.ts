import { makeWindow, RealFft } from '@colophon/media'
import { analyse } from '../analysis/analyse.ts'
import type { Analysis, Sketch } from '../analysis/analysis.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'

/** What the sound of a recording is judged by when it is compared with another's. */
export interface SoundMeasures {
  readonly sampleRate: number
  /** Level of each third of an octave in dB, 31 Hz to 16.5 kHz, of the mid and the side; `side` is null for mono. */
  readonly mid: Float64Array
  readonly side: Float64Array | null
  /** Levels of mel bands of the mid, dB, at 5, 25, 50, 75 and 95 % of the time. */
  readonly mel: readonly (readonly number[])[]
  /** Power of the side over the mid, dB; null for mono and for silence. */
  readonly width: number | null
  /** Peaks over mean level, dB. */
  readonly crest: number
}

/** How far apart two recordings sound, whatever is in them. All but `width` and `crest` are means of magnitudes, in dB. */
export interface SoundDistance {
  /** Long-term spectra in thirds of an octave, of the mid and the side; `side` is null where one of them is mono. */
  readonly mid: number
  readonly side: number | null
  /** Levels of mel bands at 5, 25, 50, 75 and 95 % of the time: spectrum and dynamics together. */
  readonly melQuantile: number
  /** That of the first less that of the second, dB; `width` is null where one of them has none. */
  readonly width: number | null
  readonly crest: number
}

/** Powers below this count as this much: far below what 24 bits hold. */
const leastPower = 1e-14
/** Bands that are compared, by their centres in Hz: what can be heard of music. */
const [lowest, highest] = [31, 16_500]

/** Goes over a recording once; memory hardly depends on its length. */
export const measureSound = async (pcm: Pcm): Promise<SoundMeasures> => soundOf(await analyse(pcm))

/** What is known of a recording that was analysed, without going over it again. */
export function soundOf({ sketch, profile }: Analysis): SoundMeasures {
  return {
    sampleRate: sketch.sampleRate,
    mid: bandLevels(sketch, sketch.mid),
    side: sketch.side && bandLevels(sketch, sketch.side),
    mel: profile.mel.quantiles,
    width: profile.width,
    crest: profile.crest,
  }
}

/**
 * Mean power inside each band, in dB; of a last row that stands for fewer frames than the others, no notice is taken. Bands that half the
 * sample rate cuts off are left out.
 */
function bandLevels({ sampleRate, centres, frames }: Sketch, power: Float32Array): Float64Array {
  const levels: number[] = []
  for (const [band, centre] of centres.entries()) {
    if (centre < lowest || centre > highest || centre * 2 ** (1 / 6) > sampleRate / 2) continue
    let sum = 0
    for (let row = 0; row < frames; row++) sum += power[row * centres.length + band]!
    levels.push(10 * Math.log10(Math.max(leastPower, sum / frames)))
  }
  return Float64Array.from(levels)
}

/** @throws RangeError if the rates differ: then bands do too */
export function soundDistance(sound: SoundMeasures, reference: SoundMeasures): SoundDistance {
  checkRates(sound, reference)
  return {
    mid: meanDifference(sound.mid, reference.mid),
    side: sound.side && reference.side && meanDifference(sound.side, reference.side),
    melQuantile:
      sound.mel.reduce((sum, levels, index) => sum + meanDifference(levels, reference.mel[index]!), 0) /
      sound.mel.length,
    width: sound.width === null || reference.width === null ? null : sound.width - reference.width,
    crest: sound.crest - reference.crest,
  }
}

const meanDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}

/** How far apart two recordings of the same performance are, moment by moment. */
export interface PairedDistance {
  /** Mean difference of the levels of all bins of all frames, dB. */
  readonly logL1: number
  /** Norm of the difference of the magnitudes over the norm of those of the reference; mean of the resolutions. */
  readonly convergence: number
}

/** Samples of a frame, and how many of its hops it has, at 44.1 and 48 kHz. */
const resolutions = [
  { frame: 512, overlap: 2 },
  { frame: 1024, overlap: 4 },
  { frame: 2048, overlap: 4 },
] as const

/** Magnitudes below this count as this much. */
const leastMagnitude = 1e-5

/**
 * Distance of short-time spectra in several resolutions, of the mean of all channels, over what both have of length. Frames of 512, 1024
 * and 2048 samples (as long in time at other rates), the first centred on the first sample. R. Yamamoto, E. Song, J. Kim, Parallel
 * WaveGAN, ICASSP 2020.
 *
 * @param offset samples that the reference comes later: sample n of the sound is compared with n + offset of it
 * @throws RangeError if the rates differ
 */
export function pairedDistance(sound: Pcm, reference: Pcm, offset = 0): PairedDistance {
  checkRates(sound, reference)
  const scale = 2 ** Math.round(Math.log2(sound.sampleRate / 44_100))
  const starts = [Math.max(0, -offset), Math.max(0, offset)] as const
  const length = Math.max(0, Math.min(sound.length - starts[0], reference.length - starts[1]))
  using left = new PcmReader(sound)
  using right = new PcmReader(reference)
  const parts = [left, right].map((reader, index) => ({ reader, start: starts[index]! }))
  const found = resolutions.map(({ frame, overlap }) => {
    const size = Math.max(32, frame * scale)
    return spectralDistance(parts, length, size, size / overlap)
  })
  const mean = (pick: keyof PairedDistance) => found.reduce((sum, one) => sum + one[pick], 0) / found.length
  return { logL1: mean('logL1'), convergence: mean('convergence') }
}

function spectralDistance(sounds: readonly Part[], length: number, frame: number, hop: number): PairedDistance {
  const fft = new RealFft(frame, 'float32', { before: makeWindow('hann', frame) })
  const parts = sounds.map(() => ({ re: new Float32Array(fft.bins), im: new Float32Array(fft.bins) }))
  const [x, y] = parts as [(typeof parts)[0], (typeof parts)[0]]
  const frames = Math.ceil(length / hop) + 1
  const block = Math.max(1, Math.round(65_536 / hop))
  // Of the sum of the window, squared.
  const factor = (2 / frame) ** 2
  const least = leastMagnitude ** 2 / factor
  let [levels, apart, whole] = [0, 0, 0]
  for (let first = 0; first < frames; first += block) {
    const count = Math.min(block, frames - first)
    const from = first * hop - frame / 2
    const signals = sounds.map((sound) => monoOf(sound, from, from + (count - 1) * hop + frame, length))
    for (let at = 0; at < count * hop; at += hop) {
      for (const [index, { re, im }] of parts.entries()) fft.forward(signals[index]!.subarray(at, at + frame), re, im)
      for (let bin = 0; bin < fft.bins; bin++) {
        const a = x.re[bin]! * x.re[bin]! + x.im[bin]! * x.im[bin]!
        const b = y.re[bin]! * y.re[bin]! + y.im[bin]! * y.im[bin]!
        levels += Math.abs(Math.log((a > least ? a : least) / (b > least ? b : least)))
        apart += (Math.sqrt(a) - Math.sqrt(b)) ** 2
        whole += b
      }
    }
  }
  return {
    logL1: ((10 / Math.LN10) * levels) / (frames * fft.bins),
    convergence: whole > 0 ? Math.sqrt(apart / whole) : apart > 0 ? 1 : 0,
  }
}

/** A recording from a sample on. */
interface Part {
  readonly reader: PcmReader
  readonly start: number
}

/** Mean of the channels; zeros before the beginning and from `length` on. */
function monoOf({ reader, start }: Part, from: number, to: number, length: number): Float32Array {
  const channels = reader.read(start + from, start + to)
  const mono = channels[0]!.slice()
  if (channels.length > 1)
    for (let i = 0; i < mono.length; i++) {
      let sum = 0
      for (const samples of channels) sum += samples[i]!
      mono[i] = sum / channels.length
    }
  if (from < 0) mono.fill(0, 0, -from)
  return mono.fill(0, Math.min(mono.length, Math.max(0, length - from)))
}

function checkRates(a: { sampleRate: number }, b: { sampleRate: number }): void {
  if (a.sampleRate !== b.sampleRate)
    throw new RangeError(`Sounds at ${a.sampleRate} and ${b.sampleRate} Hz cannot be compared; resample one of them.`)
}
