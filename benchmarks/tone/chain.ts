/** Effects of a mixing desk with known settings: what paired matching has to find again. */
import { convolve } from '@colophon/media'
import { lengthOf, type Sound, withPeak } from './sound.ts'

export interface ChainBand {
  readonly type: 'peak' | 'lowShelf' | 'highShelf'
  /** Hz */
  readonly frequency: number
  /** dB */
  readonly gain: number
  readonly q: number
}

/** Stages in the order in which they work. */
export interface Chain {
  readonly name: string
  /** Of both channels. */
  readonly bands: readonly ChainBand[]
  readonly compressor?: {
    /** LUFS: level of the K-weighted power of both channels, smoothed over 10 ms. */
    readonly threshold: number
    readonly ratio: number
    /** Seconds, of the gain in dB. */
    readonly attack: number
    readonly release: number
  }
  /** Seconds until the reverberation is 60 dB down, and its energy over that of the direct sound in dB. */
  readonly reverb?: { readonly decay: number; readonly wet: number }
  /** Factor of the side. */
  readonly width?: number
}

/** b0 b1 b2 a1 a2 */
type Biquad = readonly [number, number, number, number, number]

/** R. Bristow-Johnson, Audio EQ Cookbook. */
function biquad({ type, frequency, gain, q }: ChainBand, sampleRate: number): Biquad {
  const w = (2 * Math.PI * frequency) / sampleRate
  const [cos, alpha, a] = [Math.cos(w), Math.sin(w) / (2 * q), 10 ** (gain / 40)]
  const over = (b0: number, b1: number, b2: number, a0: number, a1: number, a2: number): Biquad => [
    b0 / a0,
    b1 / a0,
    b2 / a0,
    a1 / a0,
    a2 / a0,
  ]
  if (type === 'peak') return over(1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a)
  const [root, sign] = [2 * Math.sqrt(a) * alpha, type === 'lowShelf' ? 1 : -1]
  return over(
    a * (a + 1 - sign * (a - 1) * cos + root),
    sign * 2 * a * (a - 1 - sign * (a + 1) * cos),
    a * (a + 1 - sign * (a - 1) * cos - root),
    a + 1 + sign * (a - 1) * cos + root,
    -sign * 2 * (a - 1 + sign * (a + 1) * cos),
    a + 1 + sign * (a - 1) * cos - root,
  )
}

/** K-weighting of BS.1770 as a shelf and a high-pass, within 0.1 dB. */
const kWeighting = (sampleRate: number): Biquad[] => {
  const shelf = biquad({ type: 'highShelf', frequency: 1682, gain: 4, q: 0.7072 }, sampleRate)
  const w = (2 * Math.PI * 38.135) / sampleRate
  const alpha = Math.sin(w) / (2 * 0.5003)
  const [cos, a0] = [Math.cos(w), 1 + alpha]
  const half = (1 + cos) / 2 / a0
  return [shelf, [half, -2 * half, half, (-2 * cos) / a0, (1 - alpha) / a0]]
}

function filtered(samples: Float32Array, [b0, b1, b2, a1, a2]: Biquad): Float32Array {
  const out = new Float32Array(samples.length)
  let [s1, s2] = [0, 0]
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!
    const y = b0 * x + s1
    s1 = b1 * x - a1 * y + s2
    s2 = b2 * x - a2 * y
    out[i] = y
  }
  return out
}

const through = (samples: Float32Array, filters: readonly Biquad[]): Float32Array => filters.reduce(filtered, samples)

/** Gain of the equaliser of a chain at a frequency, in dB. */
export function gainAt({ bands }: Chain, frequency: number, sampleRate: number): number {
  const w = (2 * Math.PI * frequency) / sampleRate
  return bands.reduce((sum, band) => {
    const [b0, b1, b2, a1, a2] = biquad(band, sampleRate)
    const power = (x: number, y: number, z: number) =>
      (x + y * Math.cos(w) + z * Math.cos(2 * w)) ** 2 + (y * Math.sin(w) + z * Math.sin(2 * w)) ** 2
    return sum + 10 * Math.log10(power(b0, b1, b2) / power(1, a1, a2))
  }, 0)
}

/** The sound through the equaliser of a chain: what its compressor hears. */
export function equalised(
  { sampleRate, channels }: Sound,
  { bands }: Chain,
): { sampleRate: number; channels: Float32Array[] } {
  const filters = bands.map((band) => biquad(band, sampleRate))
  return { sampleRate, channels: channels.map((samples) => through(samples, filters)) }
}

/** The sound through the chain, brought to -1 dBFS. */
export function chained(sound: Sound, chain: Chain): Sound {
  const { sampleRate } = sound
  let { channels } = equalised(sound, chain)
  if (chain.compressor) channels = compressed(channels, chain.compressor, sampleRate)
  if (chain.reverb) channels = reverberant(channels, chain.reverb, sampleRate)
  if (chain.width !== undefined && channels.length === 2) channels = widened(channels, chain.width)
  return withPeak({ sampleRate, channels }, -1)
}

function compressed(
  channels: readonly Float32Array[],
  { threshold, ratio, attack, release }: NonNullable<Chain['compressor']>,
  sampleRate: number,
): Float32Array[] {
  const weighted = channels.map((samples) => through(samples, kWeighting(sampleRate)))
  const pole = (seconds: number) => Math.exp(-1 / (seconds * sampleRate))
  const [smooth, falling, rising] = [pole(0.01), pole(attack), pole(release)]
  const out = channels.map((samples) => new Float32Array(samples.length))
  let [power, gain] = [0, 0]
  for (let i = 0; i < out[0]!.length; i++) {
    let now = 0
    for (const samples of weighted) now += samples[i]! ** 2
    power = smooth * power + (1 - smooth) * now
    const over = -0.691 + 10 * Math.log10(power + 1e-12) - threshold
    const wanted = over > 0 ? over * (1 / ratio - 1) : 0
    const to = wanted < gain ? falling : rising
    gain = to * gain + (1 - to) * wanted
    const factor = 10 ** (gain / 20)
    for (const [channel, samples] of channels.entries()) out[channel]![i] = samples[i]! * factor
  }
  return out
}

/** Noise that dies away, another one in each channel, the highs faster than the lows. */
function reverberant(
  channels: readonly Float32Array[],
  { decay, wet }: NonNullable<Chain['reverb']>,
  sampleRate: number,
): Float32Array[] {
  const length = Math.round(decay * sampleRate)
  return channels.map((samples, channel) => {
    let state = 12_345 + channel
    const noise = Float32Array.from({ length }, (_, i) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      return (state / 2 ** 31) * 10 ** ((-3 * i) / length)
    })
    const dark = through(noise, [biquad({ type: 'highShelf', frequency: 3000, gain: -9, q: 0.7 }, sampleRate)])
    const energy = dark.reduce((sum, value) => sum + value * value, 0)
    const factor = Math.sqrt(10 ** (wet / 10) / energy)
    const response = new Float32Array(Math.round(0.015 * sampleRate) + length)
    for (let i = 0; i < length; i++) response[response.length - length + i] = dark[i]! * factor
    response[0] = 1
    return convolve(samples, response).subarray(0, samples.length)
  })
}

const widened = ([left, right]: Float32Array[], width: number): Float32Array[] =>
  [1, -1].map((sign) => left!.map((value, i) => (value + right![i]!) / 2 + (sign * width * (value - right![i]!)) / 2))

/** The sound in a room: convolved with the first channel of its response, as long as before, brought to -3 dBFS. */
export const inRoom = (sound: Sound, response: Float32Array): Sound =>
  withPeak(
    {
      sampleRate: sound.sampleRate,
      channels: sound.channels.map((samples) => convolve(samples, response).subarray(0, lengthOf(sound))),
    },
    -3,
  )
