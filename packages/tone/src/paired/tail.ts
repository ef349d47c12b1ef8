import type { Preset } from '../preset/preset.ts'
import { planOf } from './plans.ts'
import { type Response, windowOverlap } from './responses.ts'

export type ReverbStage = NonNullable<Preset['reverb']>

/** Reverberation as a stage, and what was found out about it. */
export interface Tail {
  readonly stage: ReverbStage
  /** How far the decay is known: part of the energy whose decay was seen, 0 to 1. */
  readonly confidence: number
}

const centres = [125, 250, 500, 1000, 2000, 4000, 8000]
/** Seconds of a step of the envelope. */
const stepSeconds = 0.01
/** Seconds after the direct sound from which on sound counts as reverberation: before that it is the equaliser's, too. */
const tailFrom = 0.03
/** Seconds before the direct sound where there is nothing but noise of the measurement. */
const [noiseFrom, noiseTo] = [-0.3, -0.06]
/** dB over the noise that a step is used from. */
const overNoise = 2
/** dB of the whole reverberation below which a recording is dry. */
export const dry = -24
const [shortest, longest] = [0.08, 10]

/**
 * Reverberation as noise that decays, from a measured response: in each octave the envelope of the response's energy, less the noise of the
 * measurement, is a straight line in dB; its slope is the decay, and it is taken to go on below the noise and back to the pre-delay.
 *
 * M. R. Schroeder, New method of measuring reverberation time, JASA 37, 1965; the straight line above the noise: ISO 3382-2, annex C.
 *
 * @param responses from mid to mid, and from mid to side where there is one, both of the same length
 * @param direct the response of the direct sound alone @param frame samples of the frames that they were measured with
 * @returns undefined where the recording is dry or nothing can be told
 */
export function tailOf(
  responses: readonly Response[],
  direct: Response,
  sampleRate: number,
  frame: number,
): Tail | undefined {
  const step = Math.round(stepSeconds * sampleRate)
  const bands = centres.filter((centre) => centre * Math.SQRT2 < sampleRate / 2)
  const energies = responses.map((response) => bandEnvelopes(response, bands, step, sampleRate))
  const directs = bandEnvelopes(direct, bands, step, sampleRate)
  const { zero } = responses[0]!
  const stepOf = (seconds: number) => Math.floor((zero + seconds * sampleRate) / step)
  const found = bands.map((_, b) => {
    const first = Math.max(0, stepOf(noiseFrom))
    let noise = 0
    let envelope: Float64Array | undefined
    for (const bandsOfOne of energies) {
      const one = bandsOfOne[b]!
      const before = Array.from(one.subarray(first, stepOf(noiseTo))).sort((x, y) => x - y)
      noise += before.length > 0 ? before.reduce((sum, value) => sum + value, 0) / before.length : 0
      envelope = envelope ? envelope.map((value, i) => value + one[i]!) : one.slice()
    }
    const energy = directs[b]!.reduce((sum, value) => sum + value, 0)
    return { ...decayOf(envelope!, noise, stepOf(tailFrom), stepOf(0), stepSeconds, step / frame), direct: energy }
  })
  return stageOf(bands, found)
}

interface Decay {
  /** Seconds to fall by 60 dB; undefined where it was not seen. */
  readonly decay: number | undefined
  /** Energy, from the direct sound on. */
  readonly energy: number
}

/** A line through the envelope in dB where it is over the noise. @param part of a frame that a step is */
function decayOf(
  envelope: Float64Array,
  noise: number,
  from: number,
  zero: number,
  seconds: number,
  part: number,
): Decay {
  const limit = noise * 10 ** (overNoise / 10)
  let [w, wx, wy, wxx, wxy, count] = [0, 0, 0, 0, 0, 0]
  let quiet = 0
  for (let i = from; i < envelope.length && quiet < 4; i++) {
    const value = envelope[i]!
    quiet = value > limit ? 0 : quiet + 1
    if (value <= limit) continue
    const signal = (value - noise) / windowOverlap((i + 0.5 - zero) * part) ** 2
    // A step's error in dB is that of its energy, which grows with the noise in it.
    const weight = ((value - noise) / value) ** 2
    const y = 10 * Math.log10(signal)
    const x = (i + 0.5 - zero) * seconds
    w += weight
    wx += weight * x
    wy += weight * y
    wxx += weight * x * x
    wxy += weight * x * y
    count++
  }
  if (count < 4) return { decay: undefined, energy: 0 }
  const slope = (w * wxy - wx * wy) / (w * wxx - wx * wx)
  if (!(slope < -60 / longest)) return { decay: undefined, energy: 0 }
  const decay = Math.max(shortest, -60 / slope)
  const atZero = 10 ** ((wy - slope * wx) / w / 10)
  return { decay, energy: (atZero * decay) / (6 * Math.LN10) / seconds }
}

function stageOf(bands: readonly number[], found: readonly (Decay & { direct: number })[]): Tail | undefined {
  const ratios = found.map(({ energy, direct }) => (direct > 0 ? energy / direct : 0))
  const seen = found.filter(({ decay }) => decay !== undefined)
  if (seen.length === 0) return undefined
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
  const wet = 10 * Math.log10(Math.max(mean, 1e-12))
  if (wet <= dry) return undefined
  // Where no decay was seen it is that of the nearest band in which it was.
  const decays = found.map(({ decay }, b) => {
    if (decay !== undefined) return decay
    for (let d = 1; d < found.length; d++) {
      const near = found[b - d]?.decay ?? found[b + d]?.decay
      if (near !== undefined) return near
    }
    return 1
  })
  return {
    stage: {
      on: true,
      wet: round(wet, 2),
      preDelay: 0,
      frequency: [...bands],
      decay: decays.map((value) => round(value, 3)),
      tone: ratios.map((ratio) => round(Math.max(-40, 10 * Math.log10(Math.max(ratio, 1e-12)) - wet), 2)),
      seed: 1,
    },
    confidence: seen.length / found.length,
  }
}

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals))

/** Energy of a response in octaves, step by step. */
function bandEnvelopes(
  { samples }: Response,
  bands: readonly number[],
  step: number,
  sampleRate: number,
): Float64Array[] {
  const length = 2 ** Math.ceil(Math.log2(samples.length))
  const fft = planOf(length)
  const padded = new Float32Array(length)
  padded.set(samples)
  const [re, im, bandRe, bandIm] = [0, 0, 0, 0].map(() => new Float32Array(fft.bins)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  fft.forward(padded, re, im)
  const out = new Float32Array(length)
  return bands.map((centre) => {
    for (let k = 0; k < fft.bins; k++) {
      // Half a cosine over the logarithm of frequency, an octave to either side.
      const place = k === 0 ? 9 : Math.abs(Math.log2((k * sampleRate) / length / centre))
      const gain = place < 1 ? Math.cos((Math.PI / 2) * place) : 0
      bandRe[k] = re[k]! * gain
      bandIm[k] = im[k]! * gain
    }
    fft.inverse(bandRe, bandIm, out)
    const energies = new Float64Array(Math.floor(samples.length / step))
    for (let i = 0; i < energies.length; i++) {
      let sum = 0
      for (let n = i * step; n < (i + 1) * step; n++) sum += out[n]! * out[n]!
      energies[i] = sum
    }
    return energies
  })
}
