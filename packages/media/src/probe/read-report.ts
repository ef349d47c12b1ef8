import type { BlobRef } from '@colophon/core'
import { identify } from '../read/identify.ts'
import { probeImage } from './image.ts'
import { probeRecording } from './recording.ts'
import type { ProbeReport } from './report.ts'

/**
 * Reads the headers of a media blob.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function readReport(blob: Pick<BlobRef, 'path'>, signal?: AbortSignal): Promise<ProbeReport> {
  const { path, format } = await identify(blob)
  signal?.throwIfAborted()
  return format.reader === 'image' ? probeImage(path, format) : probeRecording(path, format, signal)
}
