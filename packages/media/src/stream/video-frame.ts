import type { Frame } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import { colourNames } from '../av/names.ts'
import type { FramePool } from './frame-pool.ts'
import { type PixelLayout, type PlaneLayout, pixelLayout } from './pixel-layout.ts'

/** One plane of a frame: a view of FFmpeg's own memory. */
export interface Plane extends PlaneLayout {
  /** Elements of all rows; row `y` begins at `y * stride`. */
  readonly data: Uint8Array | Uint16Array
  /** Elements from one row to the next. */
  readonly stride: number
  /** Pixels of a row. */
  readonly width: number
  readonly height: number
}

/** What the file says of a frame's colours, in FFmpeg's words; undefined where it says nothing. */
export interface FrameColour {
  readonly primaries: string | undefined
  readonly transfer: string | undefined
  readonly matrix: string | undefined
  readonly range: 'limited' | 'full' | undefined
}

/**
 * A decoded picture of a video. Its planes are views of the decoder's memory, so nothing is copied; once the frame is disposed of
 * they are empty, and reading them gives no one else's bytes.
 *
 * A frame that an iterator gives lives until the next one is asked for. {@link clone} it to keep it longer; a clone shares the
 * memory. Decoders look at earlier frames to make later ones: make a frame {@link writable} before changing it.
 */
export class VideoFrame implements Disposable {
  /** Seconds from the beginning of the file at which it is shown. */
  readonly time: number
  /** Seconds that it is shown for, where the container tells. */
  readonly duration: number | undefined
  readonly width: number
  readonly height: number
  readonly layout: PixelLayout
  /** Whether the decoder had to make up parts of it. */
  readonly broken: boolean
  readonly #av: Av
  readonly #pool: FramePool
  #frame: Frame
  /** Whether the memory is this frame's alone, as far as it knows. */
  #alone: boolean
  #planes: readonly Plane[] | undefined
  #live = true

  /**
   * Takes over the frame. Its pixel format must have a layout.
   *
   * @param pool gives memory to copies of it
   * @param alone whether nobody else has its memory, as when it comes from the pool
   */
  constructor(
    av: Av,
    frame: Frame,
    timing: { time: number; duration: number | undefined; broken: boolean },
    pool: FramePool,
    alone = false,
  ) {
    this.#av = av
    this.#frame = frame
    this.#pool = pool
    this.#alone = alone
    this.width = frame.width
    this.height = frame.height
    this.time = timing.time
    this.duration = timing.duration
    this.broken = timing.broken
    this.layout = pixelLayout(av.avGetPixFmtName(frame.format as never) ?? '')!
  }

  /** The planes, for reading; for writing only after {@link writable}. */
  get planes(): readonly Plane[] {
    if (!this.#live) throw new RangeError('This frame was disposed of. Clone a frame that is to outlive its iterator.')
    this.#planes ??= planesOf(this.#frame, this.layout)
    return this.#planes
  }

  get colour(): FrameColour {
    const { colorPrimaries, colorTrc, colorSpace, colorRange } = this.#frame
    return {
      primaries: colourNames.primaries[colorPrimaries],
      transfer: colourNames.transfers[colorTrc],
      matrix: colourNames.matrices[colorSpace],
      range: this.layout.fullRange ? 'full' : (colourNames.ranges[colorRange] as FrameColour['range']),
    }
  }

  /** Whether a decoder can begin here. */
  get keyFrame(): boolean {
    return this.#frame.hasFlags(this.#av.AV_FRAME_FLAG_KEY)
  }

  get interlaced(): boolean {
    return this.#frame.hasFlags(this.#av.AV_FRAME_FLAG_INTERLACED)
  }

  /** Another frame on the same memory, to be kept and disposed of on its own. */
  clone(): VideoFrame {
    if (!this.#live) throw new RangeError('This frame was disposed of and cannot be cloned.')
    const { time, duration, broken } = this
    this.#alone = false
    return new VideoFrame(this.#av, this.#frame.clone()!, { time, duration, broken }, this.#pool)
  }

  /**
   * Makes sure that no one else sees what is written to the planes: the pixels are copied if a decoder or a clone shares them.
   *
   * @returns the frame itself
   */
  writable(): this {
    if (!this.#live) throw new RangeError('This frame was disposed of.')
    if (this.#alone || this.#frame.isWritable) return this
    const shared = this.#frame
    const own = this.#pool.take(shared)
    own.copyProps(shared)
    own.copy(shared)
    this.#detach()
    this.#frame = own
    this.#alone = true
    shared.free()
    return this
  }

  /** FFmpeg's own object, for this room's encoders. It stays this frame's. */
  native(): Frame {
    return this.#frame
  }

  [Symbol.dispose](): void {
    if (!this.#live) return
    this.#live = false
    this.#detach()
    this.#frame.free()
  }

  /**
   * Cuts the arrays off from the memory that they were views of. FFmpeg uses it again at once, and a view kept by mistake would
   * show, or overwrite, another frame.
   */
  #detach(): void {
    for (const { data } of this.#planes ?? []) (data.buffer as ArrayBuffer).transfer(0)
    this.#planes = undefined
  }
}

/** Keeps a frame while one of its planes is in use, although the frame itself is not. */
const keptAlive = new WeakMap<ArrayBufferLike, Frame>()

function planesOf(frame: Frame, layout: PixelLayout): readonly Plane[] {
  const buffers = frame.data!
  const { linesize } = frame
  return layout.planes.map((plane, index) => {
    const buffer = buffers[index]!
    keptAlive.set(buffer.buffer, frame)
    const stride = linesize[index]! / layout.bytes
    const width = Math.ceil(frame.width / 2 ** plane.shiftX)
    const height = Math.ceil(frame.height / 2 ** plane.shiftY)
    const elements = stride * (height - 1) + width * plane.step
    const data =
      layout.bytes === 1
        ? new Uint8Array(buffer.buffer, buffer.byteOffset, elements)
        : new Uint16Array(buffer.buffer, buffer.byteOffset, elements)
    return { ...plane, data, stride, width, height }
  })
}
