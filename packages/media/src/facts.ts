import type { BlobRef } from '@colophon/core'
import { naming } from './failures.ts'
import { readReport } from './probe/read-report.ts'
import type { ProbeReport, StreamReport, VideoStreamReport } from './probe/report.ts'

/** What is known of every media blob in a store. */
export interface MediaFacts {
  readonly kind: 'image' | 'audio' | 'video'
  /** Container or picture format, e.g. `mp4`. */
  readonly format: string
  readonly mediaType: string
  /** Pixels as shown: square, upright. Pictures and video. */
  readonly width?: number
  readonly height?: number
  /** Millions of pixels of one frame. */
  readonly megapixels?: number
  /** Seconds. */
  readonly duration?: number
  /** Frames a second, of video. */
  readonly frameRate?: number
  readonly hasAudio?: boolean
  /** Whether a recording has a picture attached to it. */
  readonly hasCover?: boolean
  /** Codec of the picture, or of the sound where there is none. */
  readonly codec?: string
}

/**
 * Recognises a blob and finds out its facts.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function inspectMedia(blob: BlobRef): Promise<MediaFacts> {
  return naming(blob, async () => factsOf(await readReport(blob)))
}

const sizeFacts = (width: number, height: number) => ({ width, height, megapixels: (width * height) / 1e6 })

/** The stream that stands for the picture of a video: not a cover, the default one first, then the largest. */
export function mainPicture(streams: readonly StreamReport[]): VideoStreamReport | undefined {
  const pictures = streams.filter((stream): stream is VideoStreamReport => stream.kind === 'video' && !stream.cover)
  const rank = (stream: VideoStreamReport) => (stream.default ? 1e12 : 0) + stream.width * stream.height
  return pictures.toSorted((a, b) => rank(b) - rank(a))[0]
}

/** The stream of a kind that players choose. */
export const mainStream = (streams: readonly StreamReport[], kind: 'video' | 'audio'): StreamReport | undefined =>
  kind === 'video'
    ? mainPicture(streams)
    : (streams.find((stream) => stream.kind === kind && stream.default) ??
      streams.find((stream) => stream.kind === kind))

/** The facts in a report. */
export function factsOf(report: ProbeReport): MediaFacts {
  const { kind, format, mediaType, duration } = report
  const common = { kind, format, mediaType, ...(duration !== undefined && { duration }) }
  if (kind === 'image') return { ...common, ...sizeFacts(report.displayWidth, report.displayHeight) }
  const sound = report.streams.find((stream) => stream.kind === 'audio')
  const hasCover = report.streams.some((stream) => stream.kind === 'video' && stream.cover)
  const picture = mainPicture(report.streams)
  const codec = (picture ?? sound)?.codec
  return {
    ...common,
    ...(picture && sizeFacts(picture.displayWidth, picture.displayHeight)),
    ...(picture?.frameRate && { frameRate: picture.frameRate }),
    hasAudio: sound !== undefined,
    hasCover,
    ...(codec && { codec }),
  }
}
