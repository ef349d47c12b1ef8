import { av as load } from '../av/library.ts'
import { checkLimit } from '../failures.ts'
import { limits } from '../limits.ts'
import { FramePool } from './frame-pool.ts'
import { pixelLayout } from './pixel-layout.ts'
import { VideoFrame } from './video-frame.ts'

/** What a frame is to be. */
export interface FrameSpec {
  readonly width: number
  readonly height: number
  /** FFmpeg's name of a pixel format that has planes, e.g. `yuv420p`. */
  readonly format: string
  /** Seconds from the beginning. */
  readonly time: number
  /** Seconds that it is shown for. */
  readonly duration?: number
  /** H.273 numbers. Default: unspecified. */
  readonly colour?: { readonly primaries?: number; readonly transfer?: number; readonly matrix?: number }
  readonly range?: 'limited' | 'full'
}

/** Where the memory of the last frames came from. Frames keep it; when there are none any more, it goes. */
let lastPool: WeakRef<FramePool> | undefined

/**
 * A frame to be painted by writing to its planes, which begin with whatever was in memory.
 *
 * @throws ColophonError MEDIA_TOO_LARGE; RangeError for a pixel format without planes or a size that is none
 */
export async function createFrame(spec: FrameSpec): Promise<VideoFrame> {
  const av = await load()
  const { width, height, format, time, duration, colour = {}, range } = spec
  if (!pixelLayout(format)) throw new RangeError(`Frames are not made as "${format}".`)
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0))
    throw new RangeError(`A frame has a width and a height in whole pixels, not ${width}x${height}.`)
  checkLimit('pixels in a frame', width * height, limits.framePixels)
  const pool = lastPool?.deref() ?? new FramePool(av)
  lastPool = new WeakRef(pool)
  const frame = pool.take({ width, height, format: av.avGetPixFmtFromName(format) })
  frame.colorPrimaries = (colour.primaries ?? 2) as never
  frame.colorTrc = (colour.transfer ?? 2) as never
  frame.colorSpace = (colour.matrix ?? 2) as never
  frame.colorRange = (range === 'full' ? 2 : range === 'limited' ? 1 : 0) as never
  return new VideoFrame(av, frame, { time, duration, broken: false }, pool, true)
}
