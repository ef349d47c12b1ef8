import { wrongKind } from '../failures.ts'
import type { VideoStreamReport } from '../probe/report.ts'
import type { Media } from '../stream/open-media.ts'
import type { VideoFrame } from '../stream/video-frame.ts'
import { pairs } from './pairs.ts'
import { type NamedPlane, PictureScores, type PlaneName } from './picture-scores.ts'
import type { PictureComparison } from './report.ts'

/** Frame rates are the same if they differ by less than this part. */
const rateTolerance = 0.001

interface Watching {
  readonly signal?: AbortSignal
  readonly onProgress?: (fraction: number) => void
}

/**
 * Compares the main pictures of two videos, frame by frame in their order, as coded and in the pixel format of the reference.
 *
 * @returns what was measured, and whether the test was converted to another pixel format
 * @throws ColophonError MEDIA_WRONG_KIND if their sizes or frame rates differ
 */
export async function compareVideos(
  reference: Media,
  test: Media,
  streams: readonly [VideoStreamReport, VideoStreamReport],
  quick: boolean,
  watching: Watching,
): Promise<{ picture: PictureComparison; notes: string[] }> {
  checkAlike(...streams)
  const { format, bits, shift } = await firstLayout(reference, streams[0].index)
  const scores = new PictureScores((2 ** bits - 1) * 2 ** shift, quick)
  const { signal, onProgress } = watching
  const left = reference.frames({
    stream: streams[0].index,
    format,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  })
  const right = test.frames({ stream: streams[1].index, format, ...(signal && { signal }) })
  const only = { left: 0, right: 0 }
  for await (const pair of pairs(left, right)) {
    if (!('left' in pair)) only.right++
    else if (!('right' in pair)) only.left++
    else scores.add(planesOf(pair.left), planesOf(pair.right), pair.left.time)
  }
  if (scores.frames === 0) throw wrongKind('a video without frames', 'one with frames')
  const [{ width, height, pixelFormat }, other] = streams
  const notes =
    other.pixelFormat === format ? [] : [`Frames of the test were converted from ${other.pixelFormat} to ${format}.`]
  if (pixelFormat !== format) notes.push(`Frames of the reference were converted from ${pixelFormat} to ${format}.`)
  return { picture: { width, height, format, frames: scores.frames, ...only, ...scores.result }, notes }
}

function checkAlike(a: VideoStreamReport, b: VideoStreamReport): void {
  if (a.width !== b.width || a.height !== b.height)
    throw wrongKind(`a video of ${b.width}x${b.height}`, `one of ${a.width}x${a.height}, as the reference has,`)
  if (a.frameRate && b.frameRate && Math.abs(a.frameRate - b.frameRate) > rateTolerance * a.frameRate)
    throw wrongKind(
      `a video of ${b.frameRate} frames a second`,
      `one of ${a.frameRate} frames a second, as the reference has,`,
    )
}

async function firstLayout(media: Media, stream: number): Promise<{ format: string; bits: number; shift: number }> {
  for await (const { layout } of media.frames({ stream })) return { ...layout, format: layout.name }
  throw wrongKind('a video without frames', 'one with frames')
}

/** A plane for each component; those that lie interleaved are views of the same array. */
const planesOf = (frame: VideoFrame): NamedPlane[] =>
  frame.planes.flatMap(({ holds, ...plane }) =>
    [...holds].map((name, offset) => ({ ...plane, plane: name as PlaneName, offset })),
  )
