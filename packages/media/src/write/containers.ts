import { extname } from 'node:path'

/** A container that is written. */
export interface Container {
  /** As in the reports of what is read. */
  readonly name: string
  /** FFmpeg's muxer. */
  readonly muxer: string
  readonly extensions: readonly string[]
  /** Options of the muxer. */
  readonly options?: Readonly<Record<string, string>>
  /** Options for a target that cannot be gone back in; undefined where the container cannot be written so. */
  readonly streamed?: Readonly<Record<string, string>>
  /** Its muxer draws random numbers unless asked for the same bytes every time; others would only leave out tags then. */
  readonly draws?: true
}

const fragments = { movflags: 'frag_keyframe+empty_moov+default_base_moof+delay_moov' }

/** Containers that are written. Names are those of the formats that are read. */
export const containers: readonly Container[] = [
  { name: 'mp4', muxer: 'mp4', extensions: ['.mp4', '.m4v'], streamed: fragments },
  { name: 'mp4', muxer: 'ipod', extensions: ['.m4a'], streamed: fragments },
  { name: 'mov', muxer: 'mov', extensions: ['.mov'], streamed: fragments },
  { name: 'matroska', muxer: 'matroska', extensions: ['.mkv', '.mka'], streamed: {}, draws: true },
  { name: 'webm', muxer: 'webm', extensions: ['.webm'], streamed: {}, draws: true },
  { name: 'avi', muxer: 'avi', extensions: ['.avi'] },
  { name: 'mpeg', muxer: 'mpeg', extensions: ['.mpg', '.mpeg'], streamed: {} },
  { name: 'flv', muxer: 'flv', extensions: ['.flv'], streamed: { flvflags: 'no_duration_filesize' } },
  { name: 'asf', muxer: 'asf', extensions: ['.asf', '.wmv', '.wma'] },
  { name: 'mpegts', muxer: 'mpegts', extensions: ['.ts', '.m2ts'], streamed: {} },
  { name: 'ogg', muxer: 'ogg', extensions: ['.ogg', '.oga', '.ogv'], streamed: {}, draws: true },
  { name: 'ogg', muxer: 'opus', extensions: ['.opus'], streamed: {}, draws: true },
  { name: 'wav', muxer: 'wav', extensions: ['.wav'], options: { rf64: 'auto' } },
  { name: 'w64', muxer: 'w64', extensions: ['.w64'] },
  { name: 'aiff', muxer: 'aiff', extensions: ['.aiff', '.aif'] },
  { name: 'caf', muxer: 'caf', extensions: ['.caf'] },
  { name: 'flac', muxer: 'flac', extensions: ['.flac'] },
  { name: 'mp3', muxer: 'mp3', extensions: ['.mp3'], streamed: { write_xing: '0' } },
  { name: 'aac', muxer: 'adts', extensions: ['.aac'], streamed: {} },
]

/** The container that a file name asks for, or the one of a given name. */
export function containerFor(target: string | undefined, name?: string): Container | undefined {
  const extension = target === undefined ? '' : extname(target).toLowerCase()
  if (name !== undefined)
    return (
      containers.find((container) => container.name === name && container.extensions.includes(extension)) ??
      containers.find((container) => container.name === name)
    )
  return containers.find(({ extensions }) => extensions.includes(extension))
}
