import { convolve } from '@colophon/media'
import { bandsResponse } from '../design/bands.ts'
import { curveAt } from '../design/curves.ts'
import { firDelay, firOf, firTaps, type Phase } from '../design/fir.ts'
import { channelWeights } from '../measure/channel-weights.ts'
import type { Band, Preset } from '../preset/preset.ts'
import { storedResponse } from '../preset/stored-response.ts'
import type { Curve } from '../profile.ts'
import { reverbResponse } from '../room/reverb-response.ts'
import type { PairResponse, Responses } from './linear-filter.ts'

/** What is heard of a recording, as far as the stages need to know. */
export interface SoundFormat {
  readonly sampleRate: number
  /** FFmpeg's name of the channel layout. */
  readonly layout: string
  readonly channels: number
}

/** Gains below this, in dB, do nothing. */
const nothing = 1e-3
/** dB by which the sides are let down where the sound is to be mono, at the most. */
const floor = -90

/**
 * Equaliser, width and reverberation of a preset as responses from channels to channels; undefined if they change nothing. All are
 * linear and the same at all times, so they are one impulse response from each channel to each, and one transform does them all.
 *
 * Mid and side of two channels have equalisers of their own: from left to left and right to right leads (m + s) / 2, from one to the other
 * (m - s) / 2. Of one channel, and of more than two, every channel but that of low-frequency effects has that of the mid.
 */
export function responsesOf(preset: Preset, format: SoundFormat): Responses | undefined {
  const { channels, layout } = format
  const equaliser = equaliserOf(preset, format)
  const reverb = reverbOf(preset, format)
  if (!equaliser && !reverb) return undefined
  const { mid, side, delay } = equaliser ?? { mid: Float64Array.of(1), side: undefined, delay: 0 }
  const direct = new Float64Array(delay + 1)
  direct[delay] = 1
  const wet = (response: Float64Array, channel: number) => withReverb(response, reverb?.[channel])
  const weights = channelWeights(layout, channels)
  const ownOf = (channel: number) => (weights[channel] === 0 ? direct : wet(mid, channel))
  const pairs: PairResponse[] = []
  if (channels === 2 && side) {
    const same = mid.map((value, n) => (value + side[n]!) / 2)
    const cross = mid.map((value, n) => (value - side[n]!) / 2)
    pairs.push({
      channel: 0,
      firstToFirst: wet(same, 0),
      secondToSecond: wet(same, 1),
      firstToSecond: wet(cross, 1),
      secondToFirst: wet(cross, 0),
    })
  } else
    for (let channel = 0; channel < channels; channel += 2)
      pairs.push({
        channel,
        firstToFirst: ownOf(channel),
        ...(channel + 1 < channels && { secondToSecond: ownOf(channel + 1) }),
      })
  const length = Math.max(...pairs.flatMap((pair) => [pair.firstToFirst.length, pair.secondToSecond?.length ?? 0]))
  return { pairs: pairs.map(shared), length, delay }
}

/** The same in memory that threads share: responses are long, and many slices are given them. */
function shared(pair: PairResponse): PairResponse {
  const known = new Map<Float64Array, Float64Array>()
  const moved = Object.entries(pair).map(([name, value]) => {
    if (!(value instanceof Float64Array)) return [name, value]
    let copy = known.get(value)
    if (!copy) {
      copy = new Float64Array(new SharedArrayBuffer(value.byteLength))
      copy.set(value)
      known.set(value, copy)
    }
    return [name, copy]
  })
  return Object.fromEntries(moved)
}

interface Equaliser {
  readonly mid: Float64Array
  /** Missing where it is as the mid. */
  readonly side: Float64Array | undefined
  readonly delay: number
}

function equaliserOf({ eq, width }: Preset, { sampleRate, channels }: SoundFormat): Equaliser | undefined {
  const frequency = gridUpTo(sampleRate / 2)
  const flat = new Float64Array(frequency.length)
  const gains = ({ bands, curve }: { curve: Curve; bands: readonly Band[] }): Float64Array =>
    eq?.use === 'bands' ? bandsResponse(bands, frequency, sampleRate) : curveAt(curve, frequency)
  const mid = eq?.on ? gains(eq.mid) : flat
  const stereo = channels === 2
  const side = stereo && eq?.on && eq.side ? gains(eq.side) : mid
  const wide = stereo && width?.on ? frequency.map((f) => width.side + highPass(f, width.monoBelow)) : flat
  const sides = side.map((gain, k) => gain + wide[k]!)
  if (isFlat(mid) && isFlat(sides)) return undefined
  const same = sides.every((gain, k) => Math.abs(gain - mid[k]!) < nothing)
  // A gain that is the same at all frequencies needs one tap.
  if (isFlat(mid) && sides.every((gain) => Math.abs(gain - sides[0]!) < nothing))
    return { mid: Float64Array.of(1), side: Float64Array.of(10 ** (sides[0]! / 20)), delay: 0 }
  const phase: Phase = eq?.on ? eq.phase : 'minimum'
  const taps = firTaps(sampleRate)
  const responseOf = (level: Float64Array) =>
    Float64Array.from(firOf({ frequency: [...frequency], level: [...level] }, sampleRate, phase, taps))
  return { mid: responseOf(mid), side: same ? undefined : responseOf(sides), delay: firDelay(phase, taps) }
}

const isFlat = (gains: Float64Array): boolean => gains.every((gain) => Math.abs(gain) < nothing)

/** 48 points to the octave from 10 Hz on. */
function gridUpTo(most: number): Float64Array {
  const points = Math.ceil(48 * Math.log2(most / 10)) + 1
  return Float64Array.from({ length: points }, (_, k) => Math.min(most, 10 * 2 ** (k / 48)))
}

/** dB of a Butterworth filter of the fourth order, as crossovers have it. */
const highPass = (frequency: number, from: number): number =>
  from > 0 ? Math.max(floor, -10 * Math.log10(1 + (from / frequency) ** 8)) : 0

function reverbOf({ reverb }: Preset, { sampleRate, channels }: SoundFormat): Float32Array[] | undefined {
  if (!reverb?.on || reverb.wet <= floor) return undefined
  if (reverb.response) return storedResponse(reverb.response, reverb.wet, sampleRate, channels)
  if (reverb.frequency.length === 0) return undefined
  return reverbResponse(reverb, sampleRate, channels)
}

/** A response with its reverberation: itself, and what comes after it. */
function withReverb(response: Float64Array, reverb: Float32Array | undefined): Float64Array {
  if (!reverb) return response
  const wet = convolve(response, Float64Array.from(reverb))
  for (let n = 0; n < response.length; n++) wet[n]! += response[n]!
  return wet
}
