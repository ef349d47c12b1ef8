import { sharp } from '../../image/library.ts'
import type { PictureTrack, Recording, SoundTrack } from './recording.ts'

/** A file with all that its container can hold. */
export interface RichFile {
  readonly container: 'mp4' | 'mov' | 'mkv' | 'webm'
  /** What is in it, in the words of the page. */
  readonly holds: string
  readonly recording: Recording
}

const frames = 50
const timeBase = { num: 1, den: 12_800 }
const picture: PictureTrack = {
  encoder: 'libx264',
  options: { preset: 'veryfast', crf: '12', g: '10', bf: '2', sc_threshold: '0' },
  width: 96,
  height: 64,
  pixelFormat: 'yuv420p',
  timeBase,
  times: Array.from({ length: frames + 1 }, (_, index) => index * 512),
  tags: { language: 'jpn' },
}

const vp9: PictureTrack = {
  ...picture,
  encoder: 'libvpx-vp9',
  options: { deadline: 'realtime', 'cpu-used': '8', crf: '10', b: '0', g: '10' },
}

const sound = (encoder: string, more: Partial<SoundTrack> = {}): SoundTrack => ({
  encoder,
  sampleRate: 48_000,
  layout: 'stereo',
  length: 96_000,
  ...more,
})

const first = { tags: { language: 'eng', title: 'Main' }, disposition: 'default' } as const
const second = { tags: { language: 'fra', title: 'Commentaire' }, disposition: 'comment' } as const

const lines = ['One, two.', 'Ünïcödé: 三']
const subtitles = { lines, tags: { language: 'deu', title: 'Untertitel' } }
const chapters = [
  { start: 0, end: 0.8, title: 'Opening' },
  { start: 0.8, end: 2, title: 'Überfahrt' },
]
const tags = { title: 'All that fits', artist: 'Nobody', comment: 'Made by code', date: '2020-02-02' }

/** MP4, MOV, Matroska and WebM files with two sound tracks, subtitles, chapters, tags and what else each can hold. */
export async function richFiles(): Promise<readonly RichFile[]> {
  const size = { width: 32, height: 24 }
  const bytes = await (await sharp())({ create: { ...size, channels: 3, background: '#a52' } })
    .jpeg()
    .toBuffer()
  const cover = { bytes, ...size }
  const attachment = { bytes: Buffer.from('not really a font'), filename: 'some.ttf', mimetype: 'font/ttf' }
  const aac = [sound('aac', first), sound('aac', { ...second, layout: 'mono' })]
  return [
    {
      container: 'mp4',
      holds: 'H.264; AAC in two languages, one a commentary; timed text; cover; chapters; tags',
      recording: {
        muxer: 'mp4',
        picture,
        sounds: aac,
        subtitles: [{ codec: 'mov_text', ...subtitles }],
        cover,
        chapters,
        tags,
      },
    },
    {
      container: 'mov',
      holds: 'H.264; PCM and AAC in two languages; chapters; tags',
      recording: {
        muxer: 'mov',
        picture,
        sounds: [sound('pcm_s16le', first), aac[1]!],
        chapters,
        tags: { title: 'All that fits', comment: 'Made by code' },
      },
    },
    {
      container: 'mkv',
      holds: 'H.264; FLAC and AAC in two languages, one a commentary; SubRip and ASS; a font; cover; chapters; tags',
      recording: {
        muxer: 'matroska',
        picture,
        sounds: [sound('flac', { ...first, sampleFormat: 's16' }), aac[1]!],
        subtitles: [
          { codec: 'subrip', ...subtitles },
          { codec: 'ass', ...subtitles, tags: { language: 'spa', title: 'Subtítulos' } },
        ],
        attachment,
        cover,
        chapters,
        tags,
      },
    },
    {
      container: 'webm',
      holds: 'VP9; Opus in two languages; WebVTT; chapters; tags',
      recording: {
        muxer: 'webm',
        picture: vp9,
        sounds: [sound('libopus', first), sound('libopus', { ...second, layout: 'mono' })],
        subtitles: [{ codec: 'webvtt', ...subtitles }],
        chapters,
        tags,
      },
    },
  ]
}
