import { ColophonError } from '@colophon/core'
import type { Container } from '../av/container.ts'
import { FrameScaler } from '../av/picture.ts'
import { orientationOf, pixelShape } from '../av/stream-report.ts'
import { VideoReader } from '../av/video-reader.ts'
import { damaged } from '../failures.ts'
import { fitInside, squarePixels } from '../geometry/fit.ts'
import { orientedSize, orientPixels } from '../geometry/orientation.ts'
import type { VideoStreamReport } from '../probe/report.ts'
import { chooseFrame, frameAt } from './choose-frame.ts'
import { writePixels } from './encode.ts'
import { KeptFrame } from './kept-frame.ts'
import type { Making } from './make.ts'
import type { ThumbnailParams, ThumbnailReport } from './report.ts'

/** @throws ColophonError MEDIA_DAMAGED, MEDIA_NOT_RECOGNISED, CALL_PARAM_INVALID */
export async function thumbnailOfVideo(
  container: Container,
  picture: VideoStreamReport,
  params: ThumbnailParams,
  target: string,
  { signal, progress }: Making,
): Promise<ThumbnailReport> {
  const { av, duration } = container
  const { at } = params
  if (at !== undefined && duration !== undefined && at > duration) {
    const why = `the video ends at ${duration.toFixed(2)} s. Give an earlier moment`
    throw new ColophonError('CALL_PARAM_INVALID', { op: 'media.thumbnail', param: 'at', why })
  }
  const stream = container.streams[picture.index]!
  const orientation = orientationOf(av, stream)
  const shape = squarePixels(picture, pixelShape(stream))
  using kept = new KeptFrame()
  using reader = await VideoReader.open(container, stream, signal)
  const choice =
    at !== undefined
      ? await frameAt(reader, at, kept)
      : await chooseFrame(av, reader, { ...shape, duration, frameRate: picture.frameRate }, kept, (part) =>
          progress(0.9 * part, 'choosing a frame'),
        )
  if (!choice || !kept.frame) throw damaged('no frame of its video can be decoded')
  progress(0.9, 'writing the thumbnail')
  const size = fitInside(orientedSize(shape, orientation), params, params.enlarge)
  const stored = orientedSize(size, orientation)
  using scaler = new FrameScaler(av)
  const pixels = await scaler.scale(kept.frame, stored)
  const upright = orientPixels(pixels.data, stored, pixels.channels, orientation)
  signal.throwIfAborted()
  await writePixels({ ...size, channels: pixels.channels, data: upright }, params, target)
  return {
    ...size,
    format: params.format,
    source: {
      kind: 'video',
      width: picture.displayWidth,
      height: picture.displayHeight,
      ...(duration !== undefined && { duration }),
    },
    at: choice.at,
    chosen: at === undefined,
    ...(choice.looks && { looks: choice.looks }),
    candidates: [...choice.candidates],
  }
}
