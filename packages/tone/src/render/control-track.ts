import { closeSync, openSync, readSync } from 'node:fs'

/**
 * What the gain is decided on: for each block of a recording four numbers, 32-bit floats, in a file: the true peak over all channels and with
 * the sample behind the block; K-weighted power, channels weighted and added up; mean square over samples and channels; sample peak.
 */
export interface ControlTrack {
  readonly path: string
  /** Samples of a block, a power of two: about 1.45 ms. */
  readonly block: number
  readonly blocks: number
  readonly sampleRate: number
  readonly layout: string
  readonly channels: number
  /** Samples of the recording. */
  readonly length: number
}

/** Numbers for each block. */
export const controlValues = 4

/** Blocks that are looked at at a time: three minutes of them. */
export const pageBlocks = 2 ** 17

/** Blocks of a control track, one after the other or any stretch of them. What is small is read once. */
export class ControlReader implements Disposable {
  readonly track: ControlTrack
  readonly #file: number
  #room = new Float32Array(0)
  #values = this.#room
  /** The stretch that `#values` has. */
  #from = 0
  #to = 0

  constructor(track: ControlTrack) {
    this.track = track
    this.#file = openSync(track.path, 'r')
  }

  /**
   * Blocks `from` up to, not including, `to`: `controlValues` numbers each, zeros outside. They hold until the next call.
   */
  read(from: number, to: number): Float32Array {
    const n = controlValues
    if (from < this.#from || to > this.#to) this.#load(from, to)
    return this.#values.subarray((from - this.#from) * n, (to - this.#from) * n)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }

  #load(from: number, to: number): void {
    const n = controlValues
    // The memory is used again: what is thrown away piles up until somebody looks.
    if (this.#room.length < (to - from) * n) this.#room = new Float32Array((to - from) * n)
    this.#values = this.#room.subarray(0, (to - from) * n)
    this.#values.fill(0)
    this.#from = from
    this.#to = to
    const first = Math.max(0, from)
    const last = Math.min(this.track.blocks, to)
    if (last <= first) return
    const bytes = new Uint8Array(this.#room.buffer, (first - from) * n * 4, (last - first) * n * 4)
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, first * n * 4 + done)
      if (read === 0) throw new Error(`${this.track.path} is shorter than it was.`)
      done += read
    }
  }
}
