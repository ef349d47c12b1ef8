import type { Frame } from 'node-av/lib'

/** Holds on to one frame while its decoder goes on; the frame is freed with the holder. */
export class KeptFrame implements Disposable {
  #frame: Frame | undefined

  /** The frame, if one was kept. */
  get frame(): Frame | undefined {
    return this.#frame
  }

  /** Takes a reference to a frame's pixels in place of the one held before. */
  keep(frame: Frame): void {
    this.#frame?.free()
    this.#frame = frame.clone() ?? undefined
  }

  [Symbol.dispose](): void {
    this.#frame?.free()
    this.#frame = undefined
  }
}
