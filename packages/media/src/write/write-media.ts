import { ColophonError } from '@colophon/core'
import type { Packet, Stream } from 'node-av/lib'
import { type Av, av as load } from '../av/library.ts'
import { reblocked } from '../stream/reblocked.ts'
import type { SampleBlock } from '../stream/samples.ts'
import type { VideoFrame } from '../stream/video-frame.ts'
import { AudioEncoder, type AudioEncoding } from './audio-encoder.ts'
import { type MediaTarget, Muxer } from './muxer.ts'
import { VideoEncoder, type VideoEncoding } from './video-encoder.ts'

/** A recording that is to be written. */
export interface NewMedia {
  readonly video?: {
    /** All of one size and pixel format, in order of time. Each is disposed of by whoever made it. */
    readonly frames: AsyncIterable<VideoFrame>
    /** Default: `h264`. */
    readonly encoding?: VideoEncoding
    /** Frames a second, for what containers and encoders want to know; the times of frames decide. Default 25. */
    readonly frameRate?: number
  }
  readonly audio?: {
    /** All of one rate and layout, without gaps. */
    readonly blocks: AsyncIterable<SampleBlock>
    /** Default: by the container `pcm_s16le`, `flac`, `mp3`, `opus`, `aac`. */
    readonly encoding?: AudioEncoding
  }
  /** Name of the container. Default: as the target's name says. */
  readonly container?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** What was written. */
export interface WrittenMedia {
  readonly container: string
  readonly frames: number
  /** Of each channel. */
  readonly samples: number
}

/** Fine enough for every usual rate of frames. */
const timeBase = { num: 1, den: 90_000 }

const usualSound: Readonly<Record<string, string>> = {
  wav: 'pcm_s16le',
  w64: 'pcm_s16le',
  aiff: 'pcm_s16be',
  caf: 'pcm_s16le',
  flac: 'flac',
  mp3: 'mp3',
  ogg: 'opus',
  webm: 'opus',
}

/** A track that is written step by step, so that neither runs ahead of the other. */
interface Lane {
  /** Seconds that are written. */
  time: number
  /** Writes a little more; false when there is no more. */
  advance(): Promise<boolean>
  close(): Promise<void>
}

/**
 * Writes a recording from frames and samples. A file appears under its name only when it is whole.
 *
 * @example
 * await writeMedia('tone.flac', { audio: { blocks: media.samples() } })
 * @throws ColophonError MEDIA_NOT_WRITTEN, FILE_NOT_FOUND, FILE_IS_DIRECTORY, and whatever the iterables throw
 */
export async function writeMedia(target: MediaTarget, media: NewMedia): Promise<WrittenMedia> {
  const av = await load()
  await using muxer = await Muxer.create(av, target, media.container)
  if (media.tags) muxer.context.metadata = av.Dictionary.fromObject({ ...media.tags })
  const written = { frames: 0, samples: 0 }
  const lanes: Lane[] = []
  try {
    if (media.video) lanes.push(await videoLane(av, muxer, media.video, written))
    if (media.audio) lanes.push(await audioLane(av, muxer, media.audio, written))
    await muxer.begin()
    for (const open = new Set(lanes); open.size > 0; ) {
      media.signal?.throwIfAborted()
      const lane = [...open].reduce((a, b) => (b.time < a.time ? b : a))
      if (!(await lane.advance())) open.delete(lane)
    }
    await muxer.finish()
  } finally {
    for (const lane of lanes) await lane.close()
  }
  return { container: muxer.container.name, ...written }
}

const nothing = (what: string) =>
  new ColophonError('MEDIA_NOT_WRITTEN', { name: 'The output', why: `there are no ${what}` })

async function videoLane(
  av: Av,
  muxer: Muxer,
  { frames, encoding = {}, frameRate = 25 }: NonNullable<NewMedia['video']>,
  written: { frames: number },
): Promise<Lane> {
  const iterator = frames[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done) throw nothing('frames')
  const { width, height, layout } = first.value
  const native = first.value.native()
  const pictures = {
    width,
    height,
    pixelFormat: layout.name,
    timeBase,
    frameRate: { num: Math.round(frameRate * 1000), den: 1000 },
    colour: {
      primaries: native.colorPrimaries,
      transfer: native.colorTrc,
      matrix: native.colorSpace,
      range: native.colorRange,
      chromaLocation: native.chromaLocation,
    },
  }
  const codec = encoding.codec ?? (muxer.container.name === 'webm' ? 'vp9' : 'h264')
  const encoder = await VideoEncoder.open(av, pictures, { ...encoding, codec }, muxer.wantsGlobalHeader)
  const stream = await muxer.addEncoded(encoder.context)
  const base = encoder.timeBase
  const ticks = (seconds: number) => BigInt(Math.round((seconds * base.den) / base.num))
  let next: IteratorResult<VideoFrame, unknown> = first
  const lane: Lane = {
    time: 0,
    async advance() {
      const frame = next.done ? undefined : next.value
      if (frame) {
        const picture = frame.native()
        picture.pts = ticks(frame.time)
        picture.duration = ticks(frame.duration ?? 1 / frameRate)
        picture.pictType = av.AV_PICTURE_TYPE_NONE
        lane.time = frame.time
        written.frames++
      }
      await drain(muxer, stream, base, encoder.encode(frame?.native()))
      if (!frame) return false
      next = await iterator.next()
      return true
    },
    async close() {
      encoder[Symbol.dispose]()
      await iterator.return?.()
    },
  }
  return lane
}

async function audioLane(
  av: Av,
  muxer: Muxer,
  { blocks, encoding = {} }: NonNullable<NewMedia['audio']>,
  written: { samples: number },
): Promise<Lane> {
  const source = blocks[Symbol.asyncIterator]()
  const first = await source.next()
  if (first.done) throw nothing('samples')
  const { sampleRate, channels, layout } = first.value
  const codec = encoding.codec ?? usualSound[muxer.container.name] ?? 'aac'
  const sound = { sampleRate, channels: channels.length, channelLayout: channelLayout(av, layout, channels.length) }
  const bits = /^pcm_s(16|24|32)/.exec(codec)?.[1]
  const encoder = await AudioEncoder.open(
    av,
    { ...sound, ...(bits && { bits: Number(bits) }) },
    { ...encoding, codec },
    muxer.wantsGlobalHeader,
  )
  const stream = await muxer.addEncoded(encoder.context)
  const base = { num: 1, den: sampleRate }
  const all = async function* () {
    yield first.value
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  }
  const framed = reblocked(all(), encoder.frameSize, true)
  let pts = BigInt(Math.round(first.value.time * sampleRate))
  const lane: Lane = {
    time: first.value.time,
    async advance() {
      const { done, value: block } = await framed.next()
      await drain(muxer, stream, base, encoder.encode(block ?? undefined, pts))
      if (done) return false
      pts += BigInt(block.length)
      written.samples += block.length
      lane.time += block.length / sampleRate
      return true
    },
    async close() {
      encoder[Symbol.dispose]()
      await source.return?.()
    },
  }
  return lane
}

async function drain(
  muxer: Muxer,
  stream: Stream,
  base: { num: number; den: number },
  packets: AsyncIterable<Packet>,
): Promise<void> {
  for await (const packet of packets) await muxer.write(packet, stream, base)
}

/** FFmpeg's layout of that name; the usual one of so many channels where it knows none. */
function channelLayout(av: Av, name: string, channels: number) {
  const usual = av.avChannelLayoutDefault(channels)
  if (av.avChannelLayoutDescribe(usual) === name) return usual
  const known = Object.entries(av).find(
    ([key, layout]) =>
      key.startsWith('AV_CHANNEL_LAYOUT_') &&
      typeof layout === 'object' &&
      av.avChannelLayoutDescribe(layout as typeof usual) === name,
  )
  return (known?.[1] as typeof usual | undefined) ?? usual
}
