import { rename } from 'node:fs/promises'
import { extname, join } from 'node:path'
import {
  type AudioStreamReport,
  type CopiedStream,
  type LeftStream,
  type MediaSource,
  openMedia,
  type RecordingReport,
  Resampler,
  rewriteMedia,
  type SampleBlock,
  type StreamReport,
  writeMedia,
} from '@colophon/media'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import { soundEncoding } from './sound-encoding.ts'

export interface WriteSoundOptions {
  /** Where the sound came from: its tags, and all that is not sound, go along. */
  readonly source?: MediaSource | undefined
  /** Index of the stream among all of the source that the sound stands for. Default: the main one. */
  readonly track?: number | undefined
  /** Path of the file to write; its extension says what it is. */
  readonly target: string
  /**
   * Folder on the same disk in which the file grows until it is whole; default: that of the target. What a process that is killed leaves in
   * the folder of a call goes with that folder.
   */
  readonly folder?: string | undefined
  /** 32-bit floats instead of 24 bits, in WAV, W64 and CAF. */
  readonly float?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with the part that is done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** What was written. */
export interface WrittenSound {
  readonly container: string
  readonly codec: string
  /** Hz */
  readonly sampleRate: number
  /** Of each channel. */
  readonly samples: number
  /** What of the source was taken along as it is, and what could not be. */
  readonly copied: readonly CopiedStream[]
  readonly left: readonly LeftStream[]
}

/**
 * Writes sound into a file: WAV, FLAC, AIFF, CAF, MP3, AAC, Opus, Vorbis. From a video, or from a recording with a cover, chapters or other
 * tracks, all of that is taken along as it is, and the sound stands in the place of the chosen track. The file appears when it is whole.
 *
 * @throws ColophonError MEDIA_NOT_WRITTEN, MEDIA_WRONG_KIND, FILE_NOT_FOUND, FILE_IS_DIRECTORY; the signal's reason
 */
export async function writeSound(pcm: Pcm, options: WriteSoundOptions): Promise<WrittenSound> {
  const { folder, target } = options
  if (folder === undefined) return await write(pcm, options)
  const growing = join(folder, `written${extname(target)}`)
  const written = await write(pcm, { ...options, target: growing })
  await rename(growing, target)
  return written
}

async function write(pcm: Pcm, options: WriteSoundOptions): Promise<WrittenSound> {
  const { source, target, signal, float } = options
  const extension = extname(target).toLowerCase()
  const media = source === undefined ? undefined : await openMedia(source, signal ? { signal } : {})
  const sound = media && soundOf(media.report.streams, options.track)
  const chosen = soundEncoding(extension, pcm.sampleRate, pcm.channels, sound, float)
  const told = { codec: chosen.encoding.codec, sampleRate: chosen.sampleRate }
  if (source !== undefined && media && sound && goesAlong(media.report, sound, extension, chosen.sampleRate)) {
    const { container, audio, copied, left } = await rewriteMedia(source, target, {
      audio: {
        transform: (blocks) => replaced(pcm, blocks, options),
        encoding: chosen.encoding,
        stream: sound.index,
      },
      ...(signal && { signal }),
    })
    options.onProgress?.(1)
    return { container, ...told, samples: audio!.samples, copied, left }
  }
  const { container, samples } = await writeMedia(target, {
    audio: { blocks: blocksAt(pcm, chosen.sampleRate, options), encoding: chosen.encoding },
    tags: tagsFor({ ...sound?.tags, ...media?.report.tags }),
    ...(signal && { signal }),
  })
  options.onProgress?.(1)
  const left = (media?.report.streams ?? [])
    .filter((stream) => stream !== sound)
    .map(({ index, kind, codec }) => ({ index, kind, codec, why: `${extension} files hold one sound alone` }))
  return { container, ...told, samples, copied: [], left }
}

/** The chosen audio stream, or the main one. */
function soundOf(streams: readonly StreamReport[], track: number | undefined): AudioStreamReport | undefined {
  const sounds = streams.filter((stream) => stream.kind === 'audio')
  return track === undefined
    ? (sounds.find((stream) => stream.default) ?? sounds[0])
    : sounds.find(({ index }) => index === track)
}

/** Extensions of files that hold sound alone, but for a cover. */
const soundOnly = /^\.(wav|w64|caf|aiff?|flac|mp3|m4a|aac|ogg|oga|opus|mka)$/
/** Extensions of those that hold nothing else at all. */
const bare = /^\.(wav|w64|caf|aiff?|aac)$/

/** Extensions of files in which tracks have tags of their own. */
const tagged = /^\.(ogg|oga|opus|mka|mkv|webm)$/

/** Whether the source has anything besides the sound that is to be taken along into a file of that extension. */
function goesAlong(
  { streams, chapters }: RecordingReport,
  sound: AudioStreamReport,
  extension: string,
  sampleRate: number,
): boolean {
  if (bare.test(extension) || streams.length + chapters.length < 2) return false
  const isVideo = streams.some((stream) => stream.kind === 'video' && !stream.cover)
  if (!soundOnly.test(extension)) return isVideo
  // Out of a video into a sound file goes the sound; reading all of its pictures would be for nothing.
  if (isVideo || sampleRate !== sound.sampleRate) return false
  // A title counts for more than a cover: Ogg has tags on the track, where many other files have none.
  return tagged.test(extension) || Object.keys(tagsFor(sound.tags)).length === 0
}

/** Tags without those that say something of the file they come from. */
const tagsFor = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).filter(
      ([key]) =>
        !/^(major_brand|minor_version|compatible_brands|encoder|duration|handler_name|vendor_id|language|creation_time)$/i.test(
          key,
        ),
    ),
  )

/** The sound in the place of the source's, step by step with it, so that the tracks of a file grow together. */
async function* replaced(
  pcm: Pcm,
  blocks: AsyncIterable<SampleBlock>,
  { signal, onProgress }: WriteSoundOptions,
): AsyncGenerator<SampleBlock, void, void> {
  using reader = new PcmReader(pcm)
  let at = 0
  let like: SampleBlock | undefined
  for await (const block of blocks) {
    signal?.throwIfAborted()
    const length = Math.min(block.length, pcm.length - at)
    like = { ...block, time: block.time - at / block.sampleRate }
    if (length <= 0) continue
    const samples = reader.read(at, at + length)
    // The arrays of the block are used again.
    const channels = block.channels.map((channel, i) => {
      channel.set(samples[i]!)
      return length < channel.length ? channel.slice(0, length) : channel
    })
    at += length
    yield { ...block, channels, length }
    onProgress?.(at / pcm.length)
  }
  if (like && at < pcm.length) yield* blocksFrom(reader, at, like.time, signal)
}

/** Samples of a block. */
const blockLength = 65_536

/** All of the sound, at another rate where it has to be. */
async function* blocksAt(
  pcm: Pcm,
  sampleRate: number,
  { signal, onProgress }: WriteSoundOptions,
): AsyncGenerator<SampleBlock, void, void> {
  using reader = new PcmReader(pcm)
  const resampler = sampleRate === pcm.sampleRate ? undefined : new Resampler(pcm.channels, pcm.sampleRate, sampleRate)
  const block = (time: number, channels: Float32Array[]): SampleBlock => ({
    time,
    sampleRate,
    layout: pcm.layout,
    channels,
    length: channels[0]!.length,
  })
  let made = 0
  for await (const { channels, length, time } of blocksFrom(reader, 0, 0, signal)) {
    const out = resampler ? resampler.push(channels as Float32Array[]) : (channels as Float32Array[])
    if (out[0]!.length > 0) yield block(made / sampleRate, out)
    made += out[0]!.length
    onProgress?.((time * pcm.sampleRate + length) / pcm.length)
  }
  const rest = resampler?.flush()
  if (rest && rest[0]!.length > 0) yield block(made / sampleRate, rest)
}

/** @param start seconds at which the recording begins */
async function* blocksFrom(
  reader: PcmReader,
  from: number,
  start: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SampleBlock, void, void> {
  const { length, sampleRate, layout } = reader.pcm
  for (let at = from; at < length; at += blockLength) {
    signal?.throwIfAborted()
    const channels = reader.read(at, Math.min(length, at + blockLength)).map((samples) => samples.slice())
    yield { time: start + at / sampleRate, sampleRate, layout, channels, length: channels[0]!.length }
  }
}
