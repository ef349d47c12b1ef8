import { CrossSpectra, type Transfer } from './cross-spectra.ts'
import type { Run } from './evidence.ts'
import type { MidSide } from './mid-side.ts'
import type { PairReader } from './pair-reader.ts'

/** Multiplies what is heard from a sample of the target on by a gain. */
export type ApplyGain = (samples: MidSide, from: number) => void

/** Where the gain that a compressor put on the recording is taken out: of the reference, or put on the target instead. */
export interface Correction {
  readonly target?: ApplyGain
  readonly reference?: ApplyGain
}

/** Mean squares below this are silence. */
const silence = 1e-10

/**
 * The linear response from target to reference, over frames of `length` samples that overlap by half, for each of some corrections. Loud
 * frames count for less than their power: what is not explained grows along with the level.
 *
 * @param regularisation see {@link CrossSpectra.transfer}
 */
export function measureTransfers(
  reader: PairReader,
  runs: readonly Run[],
  length: number,
  corrections: readonly Correction[],
  signal?: AbortSignal,
  regularisation?: number,
): Transfer[] {
  const hop = length / 2
  const all = corrections.map((correction) => new Overlapping(correction, length, reader.sides))
  for (const { from, to } of runs) {
    for (const one of all) one.restart()
    for (let at = from; at + hop <= to; at += hop) {
      signal?.throwIfAborted()
      const { target, reference } = reader.read(at, at + hop)
      for (const one of all) one.add(target, reference, at)
    }
  }
  return all.map((one) => one.spectra.transfer(regularisation))
}

/** Frames of two recordings, made of halves as they come. */
class Overlapping {
  readonly spectra: CrossSpectra
  readonly #correction: Correction
  readonly #target: MidSide
  readonly #reference: MidSide
  readonly #hop: number
  #energies: [number, number] | undefined

  constructor(correction: Correction, length: number, sides: boolean) {
    this.#correction = correction
    this.spectra = new CrossSpectra(length, sides)
    const make = (): MidSide => ({ mid: new Float32Array(length), side: sides ? new Float32Array(length) : null })
    this.#target = make()
    this.#reference = make()
    this.#hop = length / 2
  }

  restart(): void {
    this.#energies = undefined
  }

  add(target: MidSide, reference: MidSide, at: number): void {
    const energies: [number, number] = [
      this.#take(this.#target, target, at, this.#correction.target),
      this.#take(this.#reference, reference, at, this.#correction.reference),
    ]
    const before = this.#energies
    this.#energies = energies
    if (!before) return
    const [power, other] = [before[0] + energies[0], before[1] + energies[1]]
    if (power > silence && other > silence)
      this.spectra.add(this.#target, this.#reference, 1 / Math.sqrt(power * other))
  }

  /** Moves a new half in; returns its mean square. */
  #take(frame: MidSide, half: MidSide, at: number, apply: ApplyGain | undefined): number {
    const hop = this.#hop
    const { mid, side } = frame
    mid.copyWithin(0, hop)
    mid.set(half.mid, hop)
    if (side && half.side) {
      side.copyWithin(0, hop)
      side.set(half.side, hop)
    }
    apply?.({ mid: mid.subarray(hop), side: side ? side.subarray(hop) : null }, at)
    let sum = 0
    for (let n = hop; n < mid.length; n++) sum += mid[n]! * mid[n]!
    if (side) for (let n = hop; n < side.length; n++) sum += side[n]! * side[n]!
    return sum / hop
  }
}
