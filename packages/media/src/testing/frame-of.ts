import type { Frame } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import { pixelLayout } from '../stream/pixel-layout.ts'

interface FrameFacts {
  readonly width: number
  readonly height: number
  /** FFmpeg's name of a pixel format that has planes. */
  readonly format: string
  /** Frames in a second, which is also the time base. */
  readonly rate: number
  /** The frame's place in the row. */
  readonly index: number
}

/**
 * A frame with pixels of its own. node-av's `fromVideoBuffer` (6.1) says that it copies, but leaves the frame pointing into the buffer, which
 * may be gone before an encoder looks at it: then a lossless file holds a few wrong pixels, on a busy machine every few dozen frames.
 *
 * @param bytes the planes one after another, without gaps between rows
 */
export function frameOf(av: Av, bytes: Uint8Array, { width, height, format, rate, index }: FrameFacts): Frame {
  const frame = new av.Frame()
  frame.alloc()
  frame.width = width
  frame.height = height
  frame.format = av.avGetPixFmtFromName(format)
  frame.timeBase = new av.Rational(1, rate)
  frame.pts = BigInt(index)
  av.FFmpegError.throwIfError(frame.getBuffer(), 'Failed to allocate a frame')
  const layout = pixelLayout(format)!
  let from = 0
  for (const [plane, { shiftX, shiftY, step }] of layout.planes.entries()) {
    const row = Math.ceil(width / 2 ** shiftX) * step * layout.bytes
    const rows = Math.ceil(height / 2 ** shiftY)
    const data = frame.data![plane]!
    const stride = frame.linesize[plane]!
    for (let y = 0; y < rows; y++, from += row) data.set(bytes.subarray(from, from + row), y * stride)
  }
  if (from !== bytes.length) throw new RangeError(`A frame of ${from} bytes was given ${bytes.length}.`)
  return frame
}
