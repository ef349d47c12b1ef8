import type { Pcm } from '../pcm/pcm.ts'
import type { Alignment } from './align.ts'
import { type MidSide, MidSideSplitter } from './mid-side.ts'
import { RateReader } from './rate-reader.ts'

/** Stretches of two aligned recordings, at the same place of the performance and with the same polarity. */
export class PairReader implements Disposable {
  /** Whether both have a side. */
  readonly sides: boolean
  readonly #target: RateReader
  readonly #reference: RateReader
  readonly #splitTarget: MidSideSplitter
  readonly #splitReference: MidSideSplitter
  readonly #alignment: Alignment

  constructor(target: Pcm, reference: Pcm, alignment: Alignment) {
    this.#target = new RateReader(target, target.sampleRate)
    this.#reference = new RateReader(reference, target.sampleRate)
    this.#splitTarget = new MidSideSplitter(target)
    this.#splitReference = new MidSideSplitter(reference)
    this.#alignment = alignment
    this.sides = target.channels === 2 && reference.channels === 2
  }

  /** Samples `from` up to, not including, `to` of the target, and what goes with them. The arrays hold until the next call. */
  read(from: number, to: number): { target: MidSide; reference: MidSide } {
    const { offset, drift, polarity, from: first, to: last } = this.#alignment
    const late = offset + Math.round(drift * 1e-6 * ((from + to) / 2 - (first + last) / 2))
    const target = this.#splitTarget.split(this.#target.read(from, to))
    const reference = this.#splitReference.split(this.#reference.read(from + late, to + late))
    if (polarity < 0)
      for (const samples of [reference.mid, reference.side])
        if (samples) for (let n = 0; n < samples.length; n++) samples[n] = -samples[n]!
    return { target, reference }
  }

  [Symbol.dispose](): void {
    this.#target[Symbol.dispose]()
    this.#reference[Symbol.dispose]()
  }
}
