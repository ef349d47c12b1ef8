import { ColophonError } from '@colophon/core'
import { fitInside } from '../geometry/fit.ts'
import { type ImageSource, imageHeader } from '../image/open.ts'
import { writeImage } from './encode.ts'
import type { ThumbnailParams, ThumbnailReport } from './report.ts'

/** @throws ColophonError MEDIA_DAMAGED, MEDIA_TOO_LARGE, CALL_PARAM_INVALID */
export async function thumbnailOfImage(
  source: ImageSource,
  kind: 'image' | 'cover',
  params: ThumbnailParams,
  target: string,
): Promise<ThumbnailReport> {
  if (params.at !== undefined) {
    const why = 'there is no video to take a moment of. Leave it out'
    throw new ColophonError('CALL_PARAM_INVALID', { op: 'media.thumbnail', param: 'at', why })
  }
  const { width, height } = (await imageHeader(source)).autoOrient
  const size = fitInside({ width, height }, params, params.enlarge)
  await writeImage(source, size, params, target)
  return { ...size, format: params.format, source: { kind, width, height }, chosen: false, candidates: [] }
}
