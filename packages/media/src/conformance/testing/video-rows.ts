import type { PictureTrack } from './recording.ts'

/** A kind of video file that is tried. */
export interface VideoRow {
  readonly codec: VideoCodec
  readonly container: VideoContainer
  /** What is special about it. */
  readonly case: string
  readonly track: PictureTrack
  /** What is known not to be kept when all frames are encoded again; the page says it too. */
  readonly known?: readonly string[]
}

export type VideoCodec = 'h264' | 'hevc' | 'vp9' | 'av1'
export type VideoContainer = 'mp4' | 'mov' | 'mkv' | 'webm'

export const muxers: Readonly<Record<VideoContainer, string>> = {
  mp4: 'mp4',
  mov: 'mov',
  mkv: 'matroska',
  webm: 'webm',
}

/** Groups of eight pictures, small quantisers, and one thread, so that every run makes the same file. */
const encoders: Readonly<Record<VideoCodec, Pick<PictureTrack, 'encoder' | 'options'>>> = {
  h264: { encoder: 'libx264', options: { preset: 'veryfast', crf: '12', g: '8', bf: '2', sc_threshold: '0' } },
  hevc: {
    encoder: 'libx265',
    options: {
      preset: 'ultrafast',
      'x265-params': 'log-level=none:pools=none:frame-threads=1:keyint=8:crf=12:bframes=2',
    },
  },
  vp9: { encoder: 'libvpx-vp9', options: { deadline: 'realtime', 'cpu-used': '8', crf: '10', b: '0', g: '8' } },
  av1: { encoder: 'libsvtav1', options: { preset: '12', crf: '12', g: '8', 'svtav1-params': 'lp=1' } },
}

/** Twenty-four frames, 25 a second, in the units that FFmpeg gives such MP4 files. */
const even = Array.from({ length: 25 }, (_, index) => index * 512)

/** Frames that are shown for one to four units of 1/25 s, and a little more or less. */
const uneven = even.map((_, index) => index * 700 + ((index * index * 37) % 5) * 128)

const plain: Omit<PictureTrack, 'encoder' | 'options'> = {
  width: 96,
  height: 64,
  pixelFormat: 'yuv420p',
  timeBase: { num: 1, den: 12_800 },
  times: even,
}

const pqLight = { pixelFormat: 'yuv420p10le', colour: { primaries: 9, transfer: 16, matrix: 9 }, mastered: true }
const hlgLight = { pixelFormat: 'yuv420p10le', colour: { primaries: 9, transfer: 18, matrix: 9 } }

type Case = readonly [name: string, more: Partial<PictureTrack>]

const cases = {
  plain: ['constant rate', { colour: { primaries: 1, transfer: 1, matrix: 1 } }],
  variable: ['variable rate', { times: uneven }],
  quarter: ['turned by 90°', { turn: [0, 1, -1, 0] }],
  half: ['turned by 180°', { turn: [-1, 0, 0, -1] }],
  threeQuarters: ['turned by 270°', { turn: [0, -1, 1, 0] }],
  mirrored: ['mirrored', { turn: [-1, 0, 0, 1] }],
  deep: ['10 bit', { pixelFormat: 'yuv420p10le' }],
  hdr10: ['HDR10 (PQ, mastering display, light levels)', pqLight],
  hlg: ['HLG', hlgLight],
  full: ['full range', { fullRange: true }],
  half422: ['4:2:2', { pixelFormat: 'yuv422p' }],
  full444: ['4:4:4', { pixelFormat: 'yuv444p' }],
  odd: ['125x75 pixels, 4:4:4', { width: 125, height: 75, pixelFormat: 'yuv444p' }],
  oddHalf: ['125x75 pixels', { width: 125, height: 75 }],
  wide: ['pixels of 4:3', { sampleAspectRatio: { num: 4, den: 3 } }],
} satisfies Record<string, Case>

const own = (name: string, more: Partial<PictureTrack>, options: Readonly<Record<string, string>>): Case => [
  name,
  { ...more, options: { ...encoders.h264.options, ...options } },
]

const interlaced = own('interlaced', { interlaced: true }, { flags: '+ildct+ilme' })
const openGroups = own('open groups of pictures', {}, { 'x264-params': 'open-gop=1', bf: '3' })
const noReorder = own('no B pictures', {}, { bf: '0' })
const oneGroup = own('one group of pictures', {}, { g: '99' })

const rows = (codec: VideoCodec, containers: readonly VideoContainer[], ...list: readonly Case[]): VideoRow[] =>
  list.flatMap(([name, more]) =>
    containers.map((container) => ({
      codec,
      container,
      case: name,
      track: { ...encoders[codec], ...plain, ...more },
    })),
  )

const { plain: constant, variable, quarter, half, threeQuarters, mirrored, wide, deep, hdr10: pq, hlg: hybrid } = cases
const { full, half422, full444, odd, oddHalf } = cases

/** Every kind of video file that is tried, by codec: what containers tell in all of them, what is the codec's own in two. */
export const videoRows: readonly VideoRow[] = [
  ...rows('h264', ['mp4', 'mov', 'mkv'], constant, variable, interlaced, quarter, half, threeQuarters, mirrored, wide),
  ...rows('h264', ['mp4', 'mkv'], noReorder, openGroups, oneGroup, deep, full, half422, full444, odd),
  ...rows('hevc', ['mp4', 'mov', 'mkv'], constant, variable, quarter, wide, pq),
  ...rows('hevc', ['mp4', 'mkv'], deep, hybrid, full, half422, full444),
  ...rows('vp9', ['webm', 'mkv', 'mp4'], constant, variable, wide, pq),
  ...rows('vp9', ['webm', 'mp4'], deep, hybrid, full, full444, oddHalf),
  ...rows('av1', ['mp4', 'mkv', 'webm'], constant, variable, wide, pq),
  ...rows('av1', ['mp4', 'webm'], deep, hybrid, full),
]
