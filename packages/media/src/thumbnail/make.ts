import type { BlobRef } from '@colophon/core'
import { openContainer } from '../av/container.ts'
import { readCover } from '../av/cover.ts'
import { streamReport } from '../av/stream-report.ts'
import { mainPicture } from '../facts.ts'
import { notRecognised, wrongKind } from '../failures.ts'
import { identify } from '../read/identify.ts'
import { sniff } from '../read/sniff.ts'
import { thumbnailOfImage } from './of-image.ts'
import { thumbnailOfVideo } from './of-video.ts'
import type { ThumbnailParams, ThumbnailReport } from './report.ts'

/** What a thumbnail is made under. */
export interface Making {
  readonly signal: AbortSignal
  readonly progress: (fraction: number, note?: string) => void
}

/**
 * Makes a thumbnail of a picture, of a good frame of a video, or of the cover of a sound recording.
 *
 * @param target file to write
 * @throws ColophonError MEDIA_WRONG_KIND, MEDIA_DAMAGED, MEDIA_NOT_RECOGNISED, MEDIA_TOO_LARGE, CALL_PARAM_INVALID
 */
export async function makeThumbnail(
  media: Pick<BlobRef, 'path'>,
  params: ThumbnailParams,
  target: string,
  making: Making,
): Promise<ThumbnailReport> {
  const { path, format } = await identify(media)
  if (format.reader === 'image') return thumbnailOfImage(path, 'image', params, target)
  await using container = await openContainer(path, format, making.signal)
  const picture = mainPicture(container.streams.map((stream) => streamReport(container.av, stream)))
  if (picture) return await thumbnailOfVideo(container, picture, params, target, making)
  const cover = await readCover(container)
  if (!cover) throw wrongKind('a sound recording without cover art', 'a picture or a video')
  const sniffed = sniff(cover)
  if (!('format' in sniffed) || sniffed.format.reader !== 'image')
    throw notRecognised('its cover art is no picture that is read')
  return await thumbnailOfImage(cover, 'cover', params, target)
}
