/** A file format that this room reads: how it is called, what opens it, and how it is served. */
export interface Format {
  readonly name: string
  /** Which library opens it: sharp for still pictures, FFmpeg for everything that runs in time. */
  readonly reader: 'image' | 'stream'
  readonly mediaType: string
  /** Media type of a file that holds sound alone, where it differs. */
  readonly audioType?: string
  /** Name of FFmpeg's demuxer, for `stream` formats. It is forced, so the bytes cannot choose another. */
  readonly demuxer?: string
}

const image = (name: string, mediaType = `image/${name}`): Format => ({ name, reader: 'image', mediaType })
const stream = (name: string, mediaType: string, more: { demuxer?: string; audioType?: string } = {}): Format => ({
  name,
  reader: 'stream',
  mediaType,
  demuxer: name,
  ...more,
})

/**
 * Every format that is read. A format that is not here is refused, whatever FFmpeg or libvips could do with it: no playlists, no
 * concatenation scripts, no vector graphics, nothing that can name another file or a network address.
 */
export const formats = {
  jpeg: image('jpeg'),
  png: image('png'),
  webp: image('webp'),
  gif: image('gif'),
  tiff: image('tiff'),
  avif: image('avif'),
  mp4: stream('mp4', 'video/mp4', { demuxer: 'mov', audioType: 'audio/mp4' }),
  mov: stream('mov', 'video/quicktime', { demuxer: 'mov' }),
  matroska: stream('matroska', 'video/matroska', { audioType: 'audio/matroska' }),
  webm: stream('webm', 'video/webm', { demuxer: 'matroska', audioType: 'audio/webm' }),
  avi: stream('avi', 'video/vnd.avi'),
  flv: stream('flv', 'video/x-flv'),
  asf: stream('asf', 'video/x-ms-asf', { audioType: 'audio/x-ms-wma' }),
  mpegts: stream('mpegts', 'video/mp2t'),
  mpeg: stream('mpeg', 'video/mpeg'),
  mxf: stream('mxf', 'application/mxf'),
  ogg: stream('ogg', 'video/ogg', { audioType: 'audio/ogg' }),
  wav: stream('wav', 'audio/wav'),
  w64: stream('w64', 'audio/x-w64'),
  aiff: stream('aiff', 'audio/aiff'),
  caf: stream('caf', 'audio/x-caf'),
  flac: stream('flac', 'audio/flac'),
  mp3: stream('mp3', 'audio/mpeg'),
  aac: stream('aac', 'audio/aac'),
} as const satisfies Record<string, Format>

export type FormatName = keyof typeof formats
