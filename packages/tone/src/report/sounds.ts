import { Resampler, writeMedia } from '@colophon/media'
import { PrefixSums } from './prefix-sums.ts'
import type { ReadSamples } from './spectrogram-image.ts'
import { loudnessBetween } from './track.ts'

/** Part of a recording that can be heard on a page. */
export interface Sound {
  /** A data URI. */
  readonly uri: string
  /** Seconds from the beginning of the recording. */
  readonly from: number
  readonly seconds: number
  /** LUFS of this part, without gates; null where it is silent. */
  readonly loudness: number | null
}

/** What a page lets one hear. */
export interface ReportSounds {
  readonly before: Sound
  readonly after: Sound
  readonly reference: Sound | null
}

/** A recording that parts are taken from. */
export interface SoundSource {
  readonly read: ReadSamples
  readonly sampleRate: number
  readonly layout: string
  /** Samples of each channel. */
  readonly length: number
  /** K-weighted and channel-weighted mean square, 100 a second. */
  readonly power: ArrayLike<number>
}

export interface SoundOptions {
  /** How long each part is at the most. Default 20. */
  readonly seconds?: number
  /** `aac` (default) plays everywhere; `opus` is better at the same size, and older browsers of Apple do not play it. */
  readonly codec?: 'aac' | 'opus'
  /** Bits a second of stereo. Default 160000 of AAC, 128000 of Opus. */
  readonly bitRate?: number
  /** Whether the reference is a version of the same recording, so that the same part of it is taken. Default false. */
  readonly sameTime?: boolean
  readonly signal?: AbortSignal
}

const defaultSeconds = 20

/**
 * The part of a recording to listen to: where it is loudest in the mean, which is a chorus or somebody who speaks, from a quiet moment
 * on. Of equally loud ones the first.
 *
 * @param power K-weighted mean square, 100 a second @param seconds how long
 * @returns seconds from the beginning
 */
export function loudestPart(power: ArrayLike<number>, seconds: number): number {
  const window = Math.round(seconds * 100)
  if (power.length <= window) return 0
  const sums = new PrefixSums(power, window)
  let [best, most] = [0, Number.NEGATIVE_INFINITY]
  for (let from = 0; from + window <= power.length; from += 10) {
    const sum = sums.between(from, from + window)
    if (sum > most * (1 + 1e-9)) [best, most] = [from, sum]
  }
  // Not in the middle of a word: the quietest 50 ms within half a second.
  const moments = new PrefixSums(power, 5)
  let [begin, least] = [best, Number.POSITIVE_INFINITY]
  for (let from = Math.max(0, best - 50); from <= Math.min(power.length - window, best + 50); from++) {
    const sum = moments.between(from, Math.min(power.length, from + 5))
    if (sum < least) [begin, least] = [from, sum]
  }
  return begin / 100
}

/** Parts of the recording before and after, the same one, and of the reference, encoded for a page. @throws ColophonError MEDIA_NOT_WRITTEN */
export async function reportSounds(
  before: SoundSource,
  after: SoundSource,
  reference: SoundSource | null,
  options: SoundOptions = {},
): Promise<ReportSounds> {
  const { seconds = defaultSeconds } = options
  const from = loudestPart(after.power, seconds)
  return {
    before: await soundOf(before, from, options),
    after: await soundOf(after, from, options),
    reference:
      reference && (await soundOf(reference, options.sameTime ? from : loudestPart(reference.power, seconds), options)),
  }
}

/** Rates that AAC has. */
const aacRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000]
/** Seconds in which a part comes up and goes down, so that it does not click. */
const fade = 0.01
const blockSize = 8192

/**
 * A part of a recording, encoded. More than two channels are mixed to two. Samples and levels are read before it returns the first time, so
 * that neither has to be kept while it encodes.
 *
 * @param from seconds from the beginning
 * @throws ColophonError MEDIA_NOT_WRITTEN
 */
export async function soundOf(source: SoundSource, from: number, options: SoundOptions = {}): Promise<Sound> {
  const { codec = 'aac', signal } = options
  const { sampleRate, length } = source
  const first = Math.min(Math.round(from * sampleRate), Math.max(0, length - 1))
  const end = Math.min(length, first + Math.round((options.seconds ?? defaultSeconds) * sampleRate))
  const seconds = (end - first) / sampleRate
  const loudness = loudnessBetween(source.power, first / sampleRate, seconds)
  const mixed = twoChannels(source.read(first, Math.max(end, first + 1)), source.layout)
  fadeEnds(mixed, Math.round(fade * sampleRate))
  const rate = codec === 'opus' || !aacRates.includes(sampleRate) ? 48_000 : sampleRate
  const channels = rate === sampleRate ? mixed : resampled(mixed, sampleRate, rate)
  const stereo = options.bitRate ?? (codec === 'opus' ? 128_000 : 160_000)
  const parts: Uint8Array[] = []
  await writeMedia(
    { write: (bytes) => void parts.push(bytes.slice()) },
    {
      audio: {
        blocks: blocksOf(channels, rate),
        encoding: {
          codec,
          bitRate: Math.min((stereo * channels.length) / 2, rate * 4 * channels.length),
          // Better than the default at such rates, and twice as fast (R. Pehlivanov, FFmpeg, 2018).
          ...(codec === 'aac' && { options: { aac_coder: 'fast' } }),
        },
      },
      container: codec === 'opus' ? 'webm' : 'mp4',
      ...(signal && { signal }),
    },
  )
  const type = codec === 'opus' ? 'audio/webm' : 'audio/mp4'
  return {
    uri: `data:${type};base64,${Buffer.concat(parts).toString('base64')}`,
    from: first / sampleRate,
    seconds,
    loudness,
  }
}

async function* blocksOf(channels: readonly Float32Array[], sampleRate: number) {
  const length = channels[0]!.length
  for (let at = 0; at < length; at += blockSize) {
    const end = Math.min(length, at + blockSize)
    yield {
      time: at / sampleRate,
      sampleRate,
      layout: channels.length === 1 ? 'mono' : 'stereo',
      channels: channels.map((samples) => samples.slice(at, end)),
      length: end - at,
    }
  }
}

function resampled(channels: readonly Float32Array[], from: number, to: number): Float32Array[] {
  const resampler = new Resampler(channels.length, from, to)
  const [body, rest] = [resampler.push(channels), resampler.flush()]
  return body.map((samples, channel) => {
    const all = new Float32Array(samples.length + rest[channel]!.length)
    all.set(samples)
    all.set(rest[channel]!, samples.length)
    return all
  })
}

function fadeEnds(channels: readonly Float32Array[], length: number): void {
  for (const samples of channels) {
    const most = Math.min(length, samples.length >> 1)
    for (let i = 0; i < most; i++) {
      samples[i]! *= i / most
      samples[samples.length - 1 - i]! *= i / most
    }
  }
}

/** Channels of FFmpeg's layouts in their order: left, right, centre, neither (LFE); small ones are behind or beside. */
const places: Readonly<Record<string, string>> = {
  '2.1': 'LR-',
  '3.0': 'LRC',
  '3.0(back)': 'LRc',
  '4.0': 'LRCc',
  quad: 'LRlr',
  'quad(side)': 'LRlr',
  '3.1': 'LRC-',
  '4.1': 'LRC-c',
  '5.0': 'LRClr',
  '5.0(side)': 'LRClr',
  '5.1': 'LRC-lr',
  '5.1(side)': 'LRC-lr',
  '6.0': 'LRCclr',
  '6.1': 'LRC-clr',
  '7.0': 'LRClrlr',
  '7.1': 'LRC-lrlr',
}
const less = Math.SQRT1_2
const weights: Readonly<Record<string, readonly [number, number]>> = {
  L: [1, 0],
  R: [0, 1],
  C: [less, less],
  c: [0.5, 0.5],
  l: [less, 0],
  r: [0, less],
  '-': [0, 0],
}

/** Mixed as ITU-R BS.775-4, annex 4, has it; channels of unknown layouts go left and right in turn. */
function twoChannels(channels: readonly Float32Array[], layout: string): Float32Array[] {
  if (channels.length <= 2) return channels.map((samples) => samples.slice())
  const known = places[layout]
  const order = known?.length === channels.length ? known : 'LR'.repeat(channels.length).slice(0, channels.length)
  return [0, 1].map((side) => {
    const out = new Float32Array(channels[0]!.length)
    for (const [index, samples] of channels.entries()) {
      const weight = weights[order[index]!]![side]!
      if (weight > 0) for (let i = 0; i < out.length; i++) out[i]! += weight * samples[i]!
    }
    return out
  })
}
