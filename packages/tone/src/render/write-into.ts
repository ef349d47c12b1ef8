import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** Writes numbers into places of a file that is there, without touching the rest. */
export class PlaceWriter implements Disposable {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'r+')
  }

  /**
   * @param at byte to begin at
   * @param sum CRC-32 of what was written before
   * @returns CRC-32 of that and of what is written now
   */
  write(numbers: Float32Array, at: number, sum = 0): number {
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done, bytes.length - done, at + done)
    return crc32(bytes, sum)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}
