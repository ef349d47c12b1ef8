import { closeSync, openSync, readSync } from 'node:fs'
import type { Pcm } from './pcm.ts'

/** Arrays that readers, one after the other, read into: making new ones for each would keep the garbage collector busy. */
export class ReaderMemory {
  interleaved = new Float32Array(0)
  planes: Float32Array[] = []

  /** Gives it back at once; a reader that is used again makes it anew. */
  free(): void {
    for (const { buffer } of [this.interleaved, ...this.planes]) (buffer as ArrayBuffer).transfer(0)
    this.interleaved = new Float32Array(0)
    this.planes = []
  }
}

/** Reads stretches of a {@link Pcm}, any of them in any order. */
export class PcmReader implements Disposable {
  readonly pcm: Pcm
  readonly #file: number
  readonly #memory: ReaderMemory

  /** @param memory of a reader that is not used any more */
  constructor(pcm: Pcm, memory = new ReaderMemory()) {
    this.pcm = pcm
    this.#memory = memory
    this.#file = openSync(pcm.path, 'r')
  }

  /**
   * Samples `from` up to, not including, `to` of each channel; zeros before the beginning and after the end. The arrays are the
   * reader's own and hold until the next call.
   *
   * @throws RangeError unless both are whole numbers and `to` is not before `from`
   */
  read(from: number, to: number): Float32Array[] {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < from)
      throw new RangeError(`There are no samples ${from} to ${to}.`)
    const { channels, length } = this.pcm
    const count = to - from
    const memory = this.#memory
    if (memory.planes.length < channels || memory.planes[0]!.length < count) {
      // Rounded up, so that readings of about the same length do not each need arrays of their own.
      const room = Math.ceil(count / 4096) * 4096
      memory.planes = Array.from({ length: channels }, () => new Float32Array(room))
    }
    const planes = memory.planes.slice(0, channels).map((plane) => plane.subarray(0, count))
    const first = Math.min(Math.max(from, 0), length)
    const last = Math.max(Math.min(to, length), first)
    if (first >= last) {
      for (const plane of planes) plane.fill(0)
      return planes
    }
    const source = this.#load(first, last)
    const lead = first - from
    for (const [channel, plane] of planes.entries()) {
      plane.fill(0, 0, lead)
      plane.fill(0, last - from)
      if (channels === 1) plane.set(source, lead)
      else for (let i = lead, at = channel; i < last - from; i++, at += channels) plane[i] = source[at]!
    }
    return planes
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }

  /** Samples as the file has them. */
  #load(first: number, last: number): Float32Array {
    const { channels, path } = this.pcm
    const count = (last - first) * channels
    const memory = this.#memory
    if (memory.interleaved.length < count) memory.interleaved = new Float32Array(Math.ceil(count / 4096) * 4096)
    const bytes = new Uint8Array(memory.interleaved.buffer, 0, count * 4)
    const position = first * channels * 4
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, position + done)
      if (read === 0) throw new Error(`${path} is shorter than it was.`)
      done += read
    }
    return memory.interleaved.subarray(0, count)
  }
}
