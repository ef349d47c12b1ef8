import { join } from 'node:path'
import { ColophonError } from '@colophon/core'
import type { MediaSource, WorkerPool } from '@colophon/media'
import { analyse } from '../analysis/analyse.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { decodeToPcm } from '../pcm/decode-to-pcm.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { decimate, shortTermLoudness, type Track } from '../report/track.ts'

/** A recording, decoded and gone over. */
export interface Recording {
  readonly name: string
  readonly pcm: Pcm
  readonly analysis: Analysis
  /** Short-term loudness over time. */
  readonly course: Track
}

/** How recordings are read. */
export interface ReadRecordingOptions {
  readonly name: string
  readonly folder: string
  /** File name of the samples in the folder. */
  readonly file: string
  readonly kind: 'auto' | 'speech' | 'music'
  readonly track?: number | undefined
  readonly workers: WorkerPool
  readonly signal: AbortSignal
  readonly onProgress: (fraction: number) => void
}

/** Short-term loudness over time, as it is drawn. */
export const courseOf = ({ power }: Analysis): Track => decimate(shortTermLoudness(power), 10)

/** Seconds below which nothing can be said of loudness: the length of its gating block. */
const leastSeconds = 0.4

/**
 * Decodes a recording into a folder and analyses it.
 *
 * @throws ColophonError TONE_TOO_SHORT, TONE_SILENT, TONE_NOT_FINITE, MEDIA_*
 */
export async function readRecording(source: MediaSource, options: ReadRecordingOptions): Promise<Recording> {
  const { name, folder, file, kind, track, workers, signal, onProgress } = options
  const { pcm, hops } = await decodeToPcm(source, join(folder, file), {
    name,
    ...(track !== undefined && { stream: track }),
    signal,
    onProgress: (fraction) => onProgress(fraction / 2),
  })
  const seconds = pcm.length / pcm.sampleRate
  if (seconds < leastSeconds) throw new ColophonError('TONE_TOO_SHORT', { name, seconds, least: leastSeconds })
  const analysis = await analyse(pcm, {
    kind,
    workers,
    hops,
    signal,
    onProgress: (fraction) => onProgress(0.5 + fraction / 2),
  })
  if (analysis.profile.loudness.integrated === null) throw new ColophonError('TONE_SILENT', { name })
  return { name, pcm, analysis, course: courseOf(analysis) }
}
