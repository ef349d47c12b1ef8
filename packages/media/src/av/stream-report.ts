import type { Stream } from 'node-av/lib'
import { squarePixels } from '../geometry/fit.ts'
import { isMirrored, type Orientation, orientationOfMatrix, orientedSize, rotationOf } from '../geometry/orientation.ts'
import type { AudioStreamReport, StreamReport, VideoStreamReport } from '../probe/report.ts'
import { secondsOf } from './container.ts'
import type { Av } from './library.ts'
import { bitDepthOf, colourNames, isHdrTransfer } from './names.ts'

interface Ratio {
  readonly num: number
  readonly den: number
}

/** Tags are told up to this length; a longer one is no tag but a smuggled file. */
const longestTag = 65_536

/** Tags as plain text. */
export function tagsOf(metadata: { getAll(): Record<string, string> } | null): Record<string, string> {
  const entries = Object.entries(metadata?.getAll() ?? {})
  return Object.fromEntries(entries.map(([key, value]) => [key, value.slice(0, longestTag)]))
}

/** Leaves out what is undefined, so that reports hold only what is known. */
const known = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T

const ratioOf = ({ num, den }: Ratio): Ratio | undefined => (num > 0 && den > 0 ? { num, den } : undefined)
const positive = (value: bigint | number): number | undefined => (value > 0 ? Number(value) : undefined)
const thousandths = (value: number): number => Math.round(value * 1000) / 1000

/** Whether a stream is a still picture attached to a recording. */
export const isCover = (av: Av, stream: Stream): boolean => (stream.disposition & av.AV_DISPOSITION_ATTACHED_PIC) !== 0

/** The turn that the container asks players to make. */
export function orientationOf(av: Av, stream: Stream): Orientation {
  const matrix = stream.codecpar.getCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX)
  return matrix ? orientationOfMatrix(matrix) : 1
}

/** Shape of the pixels: the container's word goes before the codec's. */
export const pixelShape = (stream: Stream): Ratio =>
  ratioOf(stream.sampleAspectRatio) ?? ratioOf(stream.codecpar.sampleAspectRatio) ?? { num: 1, den: 1 }

function base(av: Av, stream: Stream) {
  const { codecpar } = stream
  const tags = tagsOf(stream.metadata)
  const profiles = av.Codec.findDecoder(codecpar.codecId)?.profiles
  return {
    index: stream.index,
    codec: av.avGetCodecName(codecpar.codecId) ?? 'unknown',
    profile: profiles?.find(({ profile }) => profile === codecpar.profile)?.name,
    language: tags.language && tags.language !== 'und' ? tags.language : undefined,
    // MP4 and MOV call it the name of the track.
    title: tags.title ?? tags.name,
    default: (stream.disposition & av.AV_DISPOSITION_DEFAULT) !== 0,
    forced: (stream.disposition & av.AV_DISPOSITION_FORCED) !== 0,
    duration: secondsOf(stream.duration, stream.timeBase),
    bitRate: positive(codecpar.bitRate),
    frames: positive(stream.nbFrames),
    tags,
  }
}

function videoReport(av: Av, stream: Stream): VideoStreamReport {
  const { codecpar } = stream
  const { width, height } = codecpar
  const orientation = orientationOf(av, stream)
  const shape = pixelShape(stream)
  const shown = orientedSize(squarePixels({ width, height }, shape), orientation)
  const pixelFormat = av.avGetPixFmtName(codecpar.format as Parameters<Av['avGetPixFmtName']>[0]) ?? undefined
  const average = ratioOf(stream.avgFrameRate)
  const real = ratioOf(stream.rFrameRate)
  const cover = isCover(av, stream)
  const rate = average && average.num / average.den
  const fieldOrder: number = codecpar.toJSON().fieldOrder ?? 0
  return known({
    kind: 'video' as const,
    ...base(av, stream),
    cover,
    width,
    height,
    displayWidth: shown.width,
    displayHeight: shown.height,
    rotation: rotationOf(orientation),
    mirrored: isMirrored(orientation),
    sampleAspectRatio: shape.num === shape.den ? undefined : shape,
    pixelFormat,
    bitDepth: pixelFormat === undefined ? undefined : bitDepthOf(pixelFormat),
    ...(!cover && {
      frameRate: rate && thousandths(rate),
      averageFrameRate: average,
      realFrameRate: real,
      variableFrameRate: rate && real ? Math.abs(real.num / real.den / rate - 1) > 0.02 : undefined,
    }),
    colour: known({
      primaries: colourNames.primaries[codecpar.colorPrimaries],
      transfer: colourNames.transfers[codecpar.colorTrc],
      matrix: colourNames.matrices[codecpar.colorSpace],
      range: colourNames.ranges[codecpar.colorRange],
    }),
    hdr: isHdrTransfer(codecpar.colorTrc),
    interlaced: fieldOrder > 1,
    fieldOrder: colourNames.fieldOrders[fieldOrder],
  })
}

function audioReport(av: Av, stream: Stream): AudioStreamReport {
  const { codecpar } = stream
  const pcm = /^pcm_/.test(av.avGetCodecName(codecpar.codecId) ?? '')
  const sampleFormat = av.avGetSampleFmtName(codecpar.format as Parameters<Av['avGetSampleFmtName']>[0]) ?? undefined
  return known({
    kind: 'audio' as const,
    ...base(av, stream),
    sampleRate: codecpar.sampleRate,
    channels: codecpar.channels,
    layout: layoutOf(av, stream),
    sampleFormat,
    // Containers write 16 for lossy codecs, which have no bit depth.
    bitDepth: positive(codecpar.bitsPerRawSample) ?? (pcm ? positive(codecpar.bitsPerCodedSample) : undefined),
  })
}

/** Name of the channel layout. One or two channels of which the file says nothing are mono or stereo, as for every player. */
function layoutOf(av: Av, { codecpar }: Stream): string | undefined {
  const { channelLayout, channels } = codecpar
  if (channelLayout.order !== av.AV_CHANNEL_ORDER_UNSPEC) return av.avChannelLayoutDescribe(channelLayout) ?? undefined
  return ['mono', 'stereo'][channels - 1]
}

/** What is to be told of one stream. */
export function streamReport(av: Av, stream: Stream): StreamReport {
  switch (stream.codecpar.codecType) {
    case av.AVMEDIA_TYPE_VIDEO:
      return videoReport(av, stream)
    case av.AVMEDIA_TYPE_AUDIO:
      return audioReport(av, stream)
    case av.AVMEDIA_TYPE_SUBTITLE:
      return known({ kind: 'subtitle' as const, ...base(av, stream) })
    case av.AVMEDIA_TYPE_ATTACHMENT:
      return known({ kind: 'attachment' as const, ...base(av, stream) })
    default:
      return known({ kind: 'data' as const, ...base(av, stream) })
  }
}
