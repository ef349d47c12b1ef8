import { stat } from 'node:fs/promises'
import { rewriteMedia } from '../../rewrite/rewrite-media.ts'
import type { Media } from '../../stream/open-media.ts'
import type { Samples } from '../../stream/samples.ts'
import { differences } from './differences.ts'
import { makeRecording, soundAt } from './recording.ts'
import { see } from './seen.ts'
import type { SoundRow } from './sound-rows.ts'

/** What was found of a sound file, in the words of the page. */
export interface SoundFinding {
  /** What is not as it was made. */
  readonly read: readonly string[]
  /** What is not kept when the sound is decoded and encoded again. */
  readonly rewritten: readonly string[]
  /** Samples of each channel, and their rate. */
  readonly length: number
  readonly sampleRate: number
}

interface Sound {
  readonly time: number
  readonly sampleRate: number
  readonly layout: string
  readonly channels: readonly Float64Array[]
}

/** All samples of the main sound track. */
async function soundOf(media: Media): Promise<Sound> {
  const parts: (readonly Samples[])[] = []
  let first: Omit<Sound, 'channels'> | undefined
  for await (const { time, sampleRate, layout, channels } of media.samples()) {
    first ??= { time, sampleRate, layout }
    parts.push(channels)
  }
  const length = parts.reduce((sum, part) => sum + part[0]!.length, 0)
  const channels = parts[0]!.map(() => new Float64Array(length))
  let at = 0
  for (const part of parts) {
    for (const [channel, samples] of part.entries()) channels[channel]!.set(samples, at)
    at += part[0]!.length
  }
  return { ...first!, channels }
}

/** Makes a file, reads it, and encodes its sound again without a change. */
export async function trySound(row: SoundRow, path: (name: string) => string): Promise<SoundFinding> {
  const { track, lossless } = row
  const name = `${row.codec} ${track.sampleRate} ${track.layout}`.replaceAll(/[^a-z0-9]+/gi, '-')
  const [from, to] = ['', '-again'].map((suffix) => path(`${name}${suffix}.${row.container}`))
  await makeRecording(from!, { muxer: row.muxer, sounds: [track], tags: { title: 'Three tones', artist: 'Nobody' } })
  const source = await see(from!)
  const sound = await soundOf(source.media)
  const made = Array.from({ length: sound.channels.length }, (_, channel) =>
    Float64Array.from({ length: track.length }, (_, at) => soundAt(at, channel, track.sampleRate)),
  )
  const read = [
    ...(sound.sampleRate === track.sampleRate ? [] : [`${track.sampleRate} Hz are read as ${sound.sampleRate}`]),
    ...(sound.layout.replace('(side)', '') === track.layout ? [] : [`${track.layout} is read as ${sound.layout}`]),
    ...(Math.abs(sound.time) < 0.0011 ? [] : [`begins at ${sound.time.toFixed(3)} s`]),
    ...unlike(made, sound.channels, lossless ? precision(row) : undefined),
  ]
  return { ...(await rewriteSound(from!, to!, lossless)), read }
}

/** What is not kept when the sound of a file is encoded again. */
export async function rewriteSound(from: string, to: string, lossless: boolean): Promise<SoundFinding> {
  const source = await see(from)
  const sound = await soundOf(source.media)
  const { audio } = await rewriteMedia(from, to, { audio: { transform: (blocks) => blocks } })
  const result = await see(to)
  const again = await soundOf(result.media)
  const found = [
    ...differences(source, result, { encoded: [audio!.index] }),
    ...(Math.abs(again.time - sound.time) < 0.0011
      ? []
      : [`begins at ${again.time.toFixed(3)} s instead of ${sound.time.toFixed(3)}`]),
    ...unlike(sound.channels, again.channels, lossless ? 0 : undefined),
  ]
  if (!lossless && source.streams.length === 1) {
    const [was, is] = [(await stat(from)).size, (await stat(to)).size]
    if (is > was * 1.5 || is < was * 0.6) found.push(`${Math.round((is / was) * 100)} % of the size`)
  }
  const { sampleRate, channels } = sound
  return { read: [], rewritten: found, length: channels[0]!.length, sampleRate }
}

/** How far a sample may be off in a file that keeps every bit. */
function precision({ track: { encoder, bits, sampleFormat = '' } }: SoundRow): number {
  const depth = bits ?? Number(/\d+/.exec(sampleFormat || encoder.replace('pcm_', ''))![0])
  return /_f/.test(encoder) ? 2 ** -24 : 2 ** (1 - depth)
}

/** In what two sounds differ: in length, in time, or in their samples. */
function unlike(a: readonly Samples[], b: readonly Samples[], tolerance: number | undefined): string[] {
  const [was, is] = [a[0]!, b[0]!]
  const found = was.length === is.length ? [] : [lengthDifference(is.length - was.length)]
  if (tolerance !== undefined) {
    const off = a.some((samples, channel) => samples.some((x, at) => !(Math.abs(x - b[channel]![at]!) <= tolerance)))
    return off ? [...found, 'samples differ'] : found
  }
  // Of the channel for low frequencies coders leave little; the front ones tell.
  const late = a
    .slice(0, 2)
    .map((samples, channel) => shift(samples, b[channel]!))
    .find((by) => Math.abs(by) > 1)
  if (late !== undefined) found.push(`${Math.abs(late)} samples too ${late > 0 ? 'late' : 'early'}`)
  return found
}

const lengthDifference = (more: number): string => `${Math.abs(more)} samples ${more > 0 ? 'more' : 'fewer'}`

const farthest = 3000
const window = 2000

/** By how many samples b comes later than a: where their middles are most alike. */
function shift(a: Samples, b: Samples): number {
  const from = Math.max(0, Math.floor(a.length / 2 - window / 2))
  const length = Math.min(window, a.length)
  let [best, most] = [0, Number.NEGATIVE_INFINITY]
  for (let by = -farthest; by <= farthest; by++) {
    let [sum, energy] = [0, 0]
    for (let i = from; i < from + length; i++) {
      const value = b[i + by] ?? 0
      sum += a[i]! * value
      energy += value * value
    }
    const likeness = sum / Math.sqrt(energy || 1)
    if (likeness > most) [best, most] = [by, likeness]
  }
  return best
}
