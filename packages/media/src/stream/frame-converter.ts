import type { Frame, SoftwareScaleContext } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import { bitDepthOf } from '../av/names.ts'
import { notRecognised } from '../failures.ts'
import type { Size } from '../geometry/fit.ts'
import { FramePool } from './frame-pool.ts'
import { pixelLayout, substituteFor } from './pixel-layout.ts'
import { VideoFrame } from './video-frame.ts'

/**
 * Gives decoded frames in one pixel format and size. A frame that has them already is passed on as it is; one whose format has no
 * layout of planes is converted to one that loses nothing.
 */
export class FrameConverter implements Disposable {
  readonly #av: Av
  readonly #format: string | undefined
  readonly #size: Size | undefined
  readonly #pool: FramePool
  #scaler: SoftwareScaleContext | undefined

  /** @param format FFmpeg's name; it must have a layout */
  constructor(av: Av, format?: string, size?: Size) {
    if (format !== undefined && !pixelLayout(format))
      throw new RangeError(`Frames are not given as "${format}"; yuv420p and rgb24 are among the formats that are.`)
    this.#av = av
    this.#format = format
    this.#size = size
    this.#pool = new FramePool(av)
  }

  /**
   * Takes over a decoded frame.
   *
   * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED
   */
  async convert(decoded: Frame, time: number, duration: number | undefined): Promise<VideoFrame> {
    const av = this.#av
    const broken = (decoded.flags & av.AV_FRAME_FLAG_CORRUPT) !== 0 || decoded.decodeErrorFlags !== 0
    const timing = { time, duration, broken }
    const name = av.avGetPixFmtName(decoded.format as never) ?? 'unknown'
    const format = this.#format ?? (pixelLayout(name) ? name : substituteFor(name, bitDepthOf(name)))
    const { width, height } = this.#size ?? decoded
    const upsideDown = decoded.linesize.some((stride) => stride < 0)
    if (format === name && width === decoded.width && height === decoded.height && !upsideDown)
      return new VideoFrame(av, decoded, timing, this.#pool)
    try {
      return new VideoFrame(av, await this.#scaled(decoded, name, format, { width, height }), timing, this.#pool, true)
    } finally {
      decoded.free()
    }
  }

  async #scaled(decoded: Frame, name: string, format: string, { width, height }: Size): Promise<Frame> {
    const av = this.#av
    this.#scaler ??= this.#open()
    const scaler = this.#scaler
    const target = this.#pool.take({ width, height, format: av.avGetPixFmtFromName(format) })
    target.copyProps(decoded)
    // swscale would convert primaries by a table that takes a second to prepare, and ends the process on reserved numbers.
    const { colorPrimaries, colorTrc } = decoded
    const plain = 1 as never
    for (const frame of [decoded, target]) {
      frame.colorPrimaries = plain
      frame.colorTrc = plain
    }
    const isRgb = pixelLayout(format)?.family === 'rgb'
    if (isRgb) {
      target.colorSpace = 0 as never
      target.colorRange = 2 as never
    } else if (pixelLayout(name)?.family === 'rgb') {
      target.colorSpace = (height > 576 ? 1 : 6) as never
      target.colorRange = 1 as never
    }
    target.clearFlags(av.AV_FRAME_FLAG_INTERLACED)
    const done = await scaler.scaleFrame(target, decoded)
    target.colorPrimaries = colorPrimaries
    target.colorTrc = colorTrc
    if (done < 0) {
      target.free()
      throw notRecognised(`its frames (${name}) cannot be converted to ${format}`)
    }
    return target
  }

  #open(): SoftwareScaleContext {
    const scaler = new this.#av.SoftwareScaleContext()
    scaler.allocContext()
    // Without these flags the result depends on the processor's instruction set.
    scaler.setOption('sws_flags', 'bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact')
    scaler.setOption('threads', 1)
    return scaler
  }

  [Symbol.dispose](): void {
    this.#scaler?.freeContext()
    this.#pool[Symbol.dispose]()
  }
}
