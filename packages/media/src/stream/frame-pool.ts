import type { Frame } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import { damaged } from '../failures.ts'

/** What the memory of a frame is laid out by. */
export interface FrameShape {
  readonly width: number
  readonly height: number
  /** FFmpeg's number of the pixel format. */
  readonly format: Frame['format']
}

/**
 * Memory for the pixels of frames, used again once nobody holds it: neither a frame, nor a clone of one, nor an encoder.
 *
 * Frames are large and aligned. Taken from the C library and given back one by one, each leaves a gap that is a little too small for
 * the next, and a process that copies every frame of a video grows by hundreds of megabytes although none is held.
 */
export class FramePool implements Disposable {
  readonly #av: Av
  #shape: FrameShape | undefined
  /** Frames that only keep memory. What is handed out refers to it, so it is free when the frame here is alone with it. */
  readonly #kept: Frame[] = []
  #closed = false

  constructor(av: Av) {
    this.#av = av
  }

  /**
   * A frame that nobody else sees, with whatever was in memory and nothing said but its shape. It is the caller's to free.
   *
   * @throws ColophonError MEDIA_DAMAGED
   */
  take({ width, height, format }: FrameShape): Frame {
    const shape = this.#shape
    if (shape?.width !== width || shape.height !== height || shape.format !== format) this.#empty()
    this.#shape = { width, height, format }
    const free = this.#kept.find((frame) => frame.isWritable)
    if (!free) return this.#more(this.#shape)
    const frame = new this.#av.Frame()
    frame.alloc()
    frame.ref(free)
    return frame
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#empty()
  }

  #more({ width, height, format }: FrameShape): Frame {
    const frame = new this.#av.Frame()
    frame.alloc()
    frame.width = width
    frame.height = height
    frame.format = format
    if (frame.allocBuffer() < 0) {
      frame.free()
      throw damaged(`its frames of ${width}x${height} do not fit in memory`)
    }
    if (!this.#closed) this.#kept.push(frame.clone()!)
    return frame
  }

  #empty(): void {
    for (const frame of this.#kept.splice(0)) frame.free()
  }
}
