/**
 * Writes small whole files of every format that is read, for fuzzing to start from:
 *
 *   node fuzz-seeds.ts FOLDER
 *
 * They are called FORMAT.NAME, e.g. `mp4.h264-aac`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { FormatName } from '../read/formats.ts'
import { box, bytesFrom, element, u32, u64 } from './bytes.ts'
import { type AudioTrack, encodeMedia, type Recipe, type VideoTrack } from './encode.ts'
import { texture, tone } from './paint.ts'

const size = { width: 64, height: 48 }

const picture = (encoder: string, options: Record<string, string> = {}): VideoTrack => ({
  encoder,
  ...size,
  rate: 25,
  frames: 8,
  paint: texture(size.width),
  options: { g: '4', ...options },
})

const sound = (encoder: string, more: Partial<AudioTrack> = {}): AudioTrack =>
  tone(encoder, { sampleRate: 48000, channels: 1, seconds: 0.2, ...more })

const h264 = picture('libx264', { preset: 'veryfast', crf: '35', bf: '2' })
const hevc = picture('libx265', { preset: 'ultrafast', 'x265-params': 'log-level=none:pools=1:frame-threads=1' })
const av1 = picture('libsvtav1', { preset: '12', crf: '50' })
const vp9 = picture('libvpx-vp9', { deadline: 'realtime', 'cpu-used': '8', crf: '50' })
const vp8 = picture('libvpx', { deadline: 'realtime', 'cpu-used': '8' })
const mpeg4 = picture('mpeg4', { 'q:v': '10' })
const mpeg2 = picture('mpeg2video', { 'q:v': '10' })

const tags = { title: 'Fuzz', artist: 'Colophon', comment: 'Ä longer comment' }
const still = { ...size, channels: 3, background: '#483' } as const
const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
const painted = () => sharp({ create: { ...still, noise } })
const cover = await painted().jpeg({ quality: 40 }).toBuffer()
const coverParts = { cover, coverSize: size }

type Seeds = Readonly<Record<string, Recipe>>

const recordings: Partial<Record<FormatName, Seeds>> = {
  mp4: {
    'h264-aac': { muxer: 'mp4', video: h264, audio: sound('aac'), tags },
    'h264-fast': { muxer: 'mp4', video: h264, options: { movflags: 'faststart' } },
    'h264-fragments': {
      muxer: 'mp4',
      video: h264,
      audio: sound('aac'),
      options: { movflags: 'frag_keyframe+empty_moov+default_base_moof' },
    },
    hevc: { muxer: 'mp4', video: hevc },
    av1: { muxer: 'mp4', video: av1 },
    'vp9-opus': { muxer: 'mp4', video: vp9, audio: sound('libopus') },
    'mpeg4-mp3': { muxer: 'mp4', video: mpeg4, audio: sound('libmp3lame') },
    turned: {
      muxer: 'mp4',
      video: { ...h264, turn: [0, 1, -1, 0], sampleAspectRatio: { num: 4, den: 3 } },
      audio: sound('ac3'),
    },
    'alac-cover': { muxer: 'ipod', audio: sound('alac'), tags, ...coverParts },
  },
  mov: {
    'mpeg4-pcm': { muxer: 'mov', video: mpeg4, audio: sound('pcm_s16be') },
    'h264-aac': { muxer: 'mov', video: h264, audio: sound('aac'), tags },
  },
  matroska: {
    'h264-aac': { muxer: 'matroska', video: h264, audio: sound('aac'), tags },
    'mpeg2-flac': { muxer: 'matroska', video: mpeg2, audio: sound('flac') },
    ffv1: { muxer: 'matroska', video: picture('ffv1', { level: '3' }), audio: sound('pcm_s24le') },
    hevc: { muxer: 'matroska', video: hevc, audio: sound('libvorbis') },
  },
  webm: {
    'vp9-opus': { muxer: 'webm', video: vp9, audio: sound('libopus') },
    'vp8-vorbis': { muxer: 'webm', video: vp8, audio: sound('libvorbis') },
    av1: { muxer: 'webm', video: av1 },
  },
  avi: {
    'mpeg4-mp3': { muxer: 'avi', video: mpeg4, audio: sound('libmp3lame') },
    'h264-pcm': { muxer: 'avi', video: h264, audio: sound('pcm_s16le') },
    ffv1: { muxer: 'avi', video: picture('ffv1') },
  },
  flv: {
    'flv1-mp3': { muxer: 'flv', video: picture('flv'), audio: sound('libmp3lame', { sampleRate: 44100 }) },
    'h264-aac': { muxer: 'flv', video: h264, audio: sound('aac') },
  },
  asf: {
    'wmv2-wma': { muxer: 'asf', video: picture('wmv2'), audio: sound('wmav2', { sampleRate: 44100 }), tags },
    'mpeg4-mp3': { muxer: 'asf', video: picture('msmpeg4'), audio: sound('libmp3lame') },
  },
  mpegts: {
    'h264-aac': { muxer: 'mpegts', video: h264, audio: sound('aac') },
    'mpeg2-mp2': { muxer: 'mpegts', video: mpeg2, audio: sound('mp2') },
    hevc: { muxer: 'mpegts', video: hevc, audio: sound('ac3') },
  },
  mpeg: {
    'mpeg1-mp2': { muxer: 'mpeg', video: picture('mpeg1video'), audio: sound('mp2') },
    'mpeg2-ac3': { muxer: 'vob', video: mpeg2, audio: sound('ac3') },
  },
  mxf: { mpeg2: { muxer: 'mxf', video: { ...mpeg2, ...size, options: { g: '1' } }, audio: sound('pcm_s16le') } },
  ogg: {
    vorbis: { muxer: 'ogg', audio: sound('libvorbis'), tags },
    opus: { muxer: 'ogg', audio: sound('libopus') },
    flac: { muxer: 'ogg', audio: sound('flac') },
    'theora-vorbis': { muxer: 'ogg', video: picture('libtheora'), audio: sound('libvorbis') },
  },
  wav: {
    s16: { muxer: 'wav', audio: sound('pcm_s16le', { sampleRate: 8000 }), tags },
    f32: { muxer: 'wav', audio: sound('pcm_f32le', { sampleRate: 8000, channels: 2 }) },
    adpcm: { muxer: 'wav', audio: sound('adpcm_ima_wav', { sampleRate: 8000 }) },
  },
  w64: { s16: { muxer: 'w64', audio: sound('pcm_s16le', { sampleRate: 8000 }) } },
  aiff: {
    s16: { muxer: 'aiff', audio: sound('pcm_s16be', { sampleRate: 8000 }) },
    mulaw: { muxer: 'aiff', audio: sound('pcm_mulaw', { sampleRate: 8000 }) },
  },
  caf: {
    s16: { muxer: 'caf', audio: sound('pcm_s16be', { sampleRate: 8000 }), tags },
    alac: { muxer: 'caf', audio: sound('alac') },
  },
  flac: {
    s16: { muxer: 'flac', audio: sound('flac'), tags },
    cover: { muxer: 'flac', audio: sound('flac'), tags, ...coverParts },
  },
  mp3: {
    plain: { muxer: 'mp3', audio: sound('libmp3lame') },
    cover: { muxer: 'mp3', audio: sound('libmp3lame'), tags, ...coverParts },
  },
  aac: { plain: { muxer: 'adts', audio: sound('aac') } },
}

const pictures: Readonly<Record<string, () => Sharp>> = {
  'jpeg.plain': () => painted().jpeg({ quality: 40 }),
  'jpeg.progressive': () =>
    painted()
      .withExif({ IFD0: { Copyright: 'x' } })
      .jpeg({ progressive: true }),
  'png.plain': () => painted().png(),
  'png.interlaced': () => painted().withIccProfile('p3').png({ progressive: true }),
  'png.palette': () => painted().png({ palette: true, colours: 16 }),
  'webp.lossy': () => painted().webp({ quality: 30 }),
  'webp.lossless': () => painted().webp({ lossless: true }),
  'gif.plain': () => painted().gif({ colours: 16 }),
  'tiff.plain': () => painted().tiff({ compression: 'none' }),
  'tiff.deflate': () => painted().tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }),
  'tiff.jpeg': () => painted().tiff({ compression: 'jpeg' }),
  'avif.plain': () => painted().avif({ quality: 30, effort: 0 }),
}

/** An MP4 file whose index comes last, with chapters in both ways: a text track and a list. */
function withChapters(movie: Buffer): Buffer {
  const index = movie.indexOf('moov') - 4
  const header = (id: number) => box('tkhd', u32(0), u32(0), u32(0), u32(id), Buffer.alloc(64))
  const table = box(
    'stbl',
    box('stts', u32(0), u32(1), u32(2), u32(100)),
    box('stsz', u32(0), u32(0), u32(2), u32(9), u32(9)),
    box('stsc', u32(0), u32(1), u32(1), u32(1), u32(1)),
    box('stco', u32(0), u32(2), u32(40), u32(49)),
  )
  const times = box('mdhd', u32(0), u32(0), u32(0), u32(600), u32(200), u32(0))
  const text = box('trak', header(9), box('mdia', times, box('minf', table)))
  const sound = box('trak', header(8), box('tref', box('chap', u32(9))))
  const list = box('chpl', u32(0x01000000), u32(0), [1], u64(0), [7], 'Opening')
  return bytesFrom(movie.subarray(0, index), box('moov', movie.subarray(index + 8), text, sound, box('udta', list)))
}

/** A Matroska file with chapters at the beginning of its segment, whose size takes eight bytes. */
function withEdition(file: Buffer): Buffer {
  const start = file.indexOf(Buffer.from('18538067', 'hex')) + 12
  const atom = element('b6', element('91', u64(0)), element('92', u64(1e8)), element('80', element('85', 'Opening')))
  const chapters = element('1043a770', element('45b9', atom))
  const whole = bytesFrom(file.subarray(0, start), chapters, file.subarray(start))
  whole.writeBigUInt64BE((1n << 56n) | BigInt(whole.length - start), start - 8)
  return whole
}

const folder = process.argv[2]!
for (const [format, seeds] of Object.entries(recordings))
  for (const [name, recipe] of Object.entries(seeds)) {
    try {
      await encodeMedia(join(folder, `${format}.${name}`), recipe)
    } catch (error) {
      throw new Error(`the seed ${format}.${name} cannot be made`, { cause: error })
    }
  }
for (const [name, make] of Object.entries(pictures)) writeFileSync(join(folder, name), await make().toBuffer())
writeFileSync(join(folder, 'mp4.chapters'), withChapters(readFileSync(join(folder, 'mp4.h264-aac'))))
writeFileSync(join(folder, 'matroska.chapters'), withEdition(readFileSync(join(folder, 'matroska.h264-aac'))))
