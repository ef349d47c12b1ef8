import type { SoundTrack } from './recording.ts'

/** A kind of sound file that is tried. */
export interface SoundRow {
  /** Ending of the file's name. */
  readonly container: string
  readonly muxer: string
  readonly codec: string
  readonly track: SoundTrack
  /** Whether every sample is kept. */
  readonly lossless: boolean
  /** What is known not to be as it was made, or not to be kept when it is encoded again. */
  readonly known?: readonly string[]
}

type Layout = SoundTrack['layout']

const sound = (encoder: string, sampleRate: number, layout: Layout, more: Partial<SoundTrack> = {}): SoundTrack => ({
  encoder,
  sampleRate,
  layout,
  // No multiple of any frame.
  length: Math.round(sampleRate * 0.4) + 77,
  ...more,
})

const row = (
  container: string,
  muxer: string,
  codec: string,
  lossless: boolean,
  track: SoundTrack,
  more: Partial<SoundRow> = {},
): SoundRow => ({ container, muxer, codec, lossless, track, ...more })

const wav = (codec: string, ...of: Parameters<typeof sound>) => row('wav', 'wav', codec, true, sound(...of))

const deep = { sampleFormat: 's32', bits: 24 }

/** A file of AAC alone has no place to say how many samples its encoder put before the sound, or how many after it. */
const untoldDelay = [
  'read: 1739 samples more',
  'read: 1024 samples too late',
  '1024 samples more',
  '1024 samples too late',
]

/** Every kind of sound file that is tried. */
export const soundRows: readonly SoundRow[] = [
  wav('8 bit', 'pcm_u8', 8000, 'mono'),
  wav('16 bit', 'pcm_s16le', 44_100, 'stereo'),
  wav('24 bit', 'pcm_s24le', 48_000, '5.1', deep),
  wav('32 bit', 'pcm_s32le', 96_000, '7.1'),
  wav('float', 'pcm_f32le', 48_000, 'stereo'),
  wav('double', 'pcm_f64le', 192_000, 'mono'),
  row('flac', 'flac', 'FLAC, 16 bit', true, sound('flac', 44_100, 'stereo', { sampleFormat: 's16' })),
  row('flac', 'flac', 'FLAC, 16 bit', true, sound('flac', 8000, '7.1', { sampleFormat: 's16' })),
  row('flac', 'flac', 'FLAC, 24 bit', true, sound('flac', 96_000, '5.1', deep)),
  row('m4a', 'ipod', 'ALAC, 16 bit', true, sound('alac', 44_100, 'stereo', { sampleFormat: 's16p' })),
  row('m4a', 'ipod', 'ALAC, 24 bit', true, sound('alac', 48_000, '5.1', { sampleFormat: 's32p', bits: 24 })),
  row('mov', 'mov', 'PCM, 24 bit', true, sound('pcm_s24le', 48_000, 'stereo', deep)),
  row('mkv', 'matroska', 'PCM, 16 bit', true, sound('pcm_s16le', 48_000, 'stereo')),
  row('mkv', 'matroska', 'FLAC, 16 bit', true, sound('flac', 48_000, 'stereo', { sampleFormat: 's16' })),
  row('mp3', 'mp3', 'MP3', false, sound('libmp3lame', 44_100, 'stereo', { bitRate: 128_000 })),
  row('mp3', 'mp3', 'MP3', false, sound('libmp3lame', 22_050, 'mono', { bitRate: 64_000 })),
  row('m4a', 'ipod', 'AAC', false, sound('aac', 48_000, 'stereo', { bitRate: 128_000 })),
  row('m4a', 'ipod', 'AAC', false, sound('aac', 48_000, '5.1', { bitRate: 384_000 })),
  row('aac', 'adts', 'AAC', false, sound('aac', 44_100, 'stereo', { bitRate: 128_000 }), { known: untoldDelay }),
  row('ogg', 'ogg', 'Opus', false, sound('libopus', 48_000, 'mono', { bitRate: 64_000 })),
  row('opus', 'opus', 'Opus', false, sound('libopus', 48_000, '5.1', { bitRate: 256_000 })),
  row('webm', 'webm', 'Opus', false, sound('libopus', 48_000, 'stereo', { bitRate: 96_000 })),
  row('mkv', 'matroska', 'Opus', false, sound('libopus', 48_000, 'stereo', { bitRate: 96_000 })),
  row('ogg', 'ogg', 'Vorbis', false, sound('libvorbis', 44_100, 'stereo', { bitRate: 128_000, length: 99_999 })),
  row('mkv', 'matroska', 'Vorbis', false, sound('libvorbis', 48_000, '5.1')),
  row('webm', 'webm', 'Vorbis', false, sound('libvorbis', 48_000, 'stereo')),
]
