import { renamed } from '../failures.ts'
import { locate, type MediaSource, nameOf } from '../stream/source.ts'
import type { AudioEncoding } from '../write/audio-encoder.ts'
import type { MediaTarget } from '../write/muxer.ts'
import type { VideoEncoding } from '../write/video-encoder.ts'
import type { TransformSamples } from './audio-track.ts'
import type { CopiedStream, LeftStream } from './copies.ts'
import type { KeptChapters } from './finish-file.ts'
import type { TimeRange } from './groups.ts'
import type { PacketDigest } from './packet-digest.ts'
import { NotPartial } from './partial-track.ts'
import { Rewriting } from './rewriting.ts'
import type { Verified } from './verify-joints.ts'
import type { OnFrame, Reach } from './video-track.ts'

/** What is to be done to the pictures. */
export interface VideoRewrite {
  readonly onFrame: OnFrame
  /** Index of the stream. Default: the main one. */
  readonly stream?: number
  /** How many frames around each are given along with it. Default: none. */
  readonly reach?: Reach
  /**
   * Only frames shown within these times are given. Groups of pictures that show none of them are copied as they are, where the
   * codec and the container allow it.
   */
  readonly only?: readonly TimeRange[]
  /** What is not said is taken from the source. */
  readonly encoding?: VideoEncoding
}

/** What is to be done to the sound. */
export interface AudioRewrite {
  readonly transform: TransformSamples
  /** Index of the stream. Default: the main one. */
  readonly stream?: number
  /** What is not said is taken from the source. */
  readonly encoding?: AudioEncoding
}

export interface RewriteOptions {
  readonly video?: VideoRewrite
  readonly audio?: AudioRewrite
  /** Name of the container. Default: what the target's name says, else the source's. */
  readonly container?: string
  readonly signal?: AbortSignal
  /** Called now and then with the part that is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void
}

/** What became of the pictures. */
export interface RewrittenVideo {
  readonly index: number
  readonly codec: string
  readonly encoding: VideoEncoding
  /** How many frames were encoded. */
  readonly frames: number
  /** What was copied, where only some groups of pictures were encoded. */
  readonly kept?: PacketDigest & { readonly groups: number; readonly ofGroups: number; readonly verified: Verified }
  /** Why everything was encoded although only some frames were to change, or why the codec is another. */
  readonly why?: string
}

/** What became of the sound. */
export interface RewrittenAudio {
  readonly index: number
  readonly codec: string
  readonly encoding: AudioEncoding
  /** Of each channel. */
  readonly samples: number
}

export interface RewriteReport {
  readonly container: string
  readonly video?: RewrittenVideo
  readonly audio?: RewrittenAudio
  /** What became of the source's chapters; missing where it has none. */
  readonly chapters?: KeptChapters
  readonly copied: readonly CopiedStream[]
  readonly left: readonly LeftStream[]
}

/**
 * Writes a recording anew with other pictures, other sound, or both. All other streams, chapters, attachments, tags and time
 * stamps are taken along as they are, packet by packet.
 *
 * A file appears under its name only when it is whole.
 *
 * @throws ColophonError FILE_NOT_FOUND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, MEDIA_WRONG_KIND, MEDIA_NOT_WRITTEN
 */
export async function rewriteMedia(
  source: MediaSource,
  target: MediaTarget,
  options: RewriteOptions,
): Promise<RewriteReport> {
  try {
    const located = await locate(source)
    try {
      return await new Rewriting(located, options).into(target)
    } catch (error) {
      if (!(error instanceof NotPartial)) throw error
      return await new Rewriting(located, options, error.message).into(target)
    }
  } catch (error) {
    throw renamed(error, nameOf(source))
  }
}

/**
 * Writes a video anew, with every frame as `onFrame` leaves it. {@link rewriteMedia} can do more.
 *
 * @example
 * // Darken the lower quarter of the picture.
 * await rewriteVideo('episode.mkv', 'dark.mkv', ({ planes: [luma] }) => {
 *   luma.data.fill(16, Math.floor(luma.height * 0.75) * luma.stride)
 * })
 */
export const rewriteVideo = (
  source: MediaSource,
  target: MediaTarget,
  onFrame: OnFrame,
  { signal, onProgress, container, ...video }: Omit<VideoRewrite, 'onFrame'> & Omit<RewriteOptions, 'video'> = {},
): Promise<RewriteReport> =>
  rewriteMedia(source, target, {
    video: { onFrame, ...video },
    ...(container && { container }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  })
