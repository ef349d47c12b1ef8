import { type Container, openContainer } from '../av/container.ts'
import { streamReport, tagsOf } from '../av/stream-report.ts'
import { readChapters } from '../chapters/chapters.ts'
import { notRecognised } from '../failures.ts'
import { type Bytes, withBytes } from '../read/bytes.ts'
import type { Format } from '../read/formats.ts'
import type { RecordingReport } from './report.ts'

/**
 * Everything that the headers of an audio or video file tell.
 *
 * @param input path of a local file, or its bytes wherever they are
 * @throws ColophonError MEDIA_DAMAGED, MEDIA_NOT_RECOGNISED, MEDIA_TOO_LARGE
 */
export async function probeRecording(
  input: string | Bytes,
  format: Format,
  signal?: AbortSignal,
): Promise<RecordingReport> {
  await using container = await openContainer(input, format, signal)
  return await (typeof input === 'string'
    ? withBytes(input, (bytes) => reportOf(container, bytes, format))
    : reportOf(container, input, format))
}

async function reportOf(
  { av, context, ...container }: Container,
  bytes: Bytes,
  format: Format,
): Promise<RecordingReport> {
  const streams = container.streams.map((stream) => streamReport(av, stream))
  const video = streams.some((stream) => stream.kind === 'video' && !stream.cover)
  if (!video && !streams.some((stream) => stream.kind === 'audio'))
    throw notRecognised('it has no picture and no sound')
  const bitRate = Number(context.bitRate)
  return {
    kind: video ? 'video' : 'audio',
    format: format.name,
    mediaType: video ? format.mediaType : (format.audioType ?? format.mediaType),
    size: bytes.size,
    ...(container.duration !== undefined && { duration: container.duration }),
    start: container.start,
    ...(bitRate > 0 && { bitRate }),
    tags: tagsOf(context.metadata),
    chapters: await readChapters(bytes, format),
    streams,
  }
}
