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

/**
 * The linear response from target to reference, over frames of `length` samples that overlap by half. Loud frames count for less than
 * their power: what is not explained grows along with the level.
 */
export function measureTransfer(
  reader: PairReader,
  runs: readonly Run[],
  length: number,
  correction: Correction = {},
  signal?: AbortSignal,
): Transfer {
  const spectra = new CrossSpectra(length, reader.sides)
  const hop = length / 2
  for (const { from, to } of runs) {
    for (let at = from; at + length <= Math.max(to, from + length); at += hop) {
      signal?.throwIfAborted()
      const { target, reference } = reader.read(at, at + length)
      correction.target?.(target, at)
      correction.reference?.(reference, at)
      const power = meanSquare(target)
      const other = meanSquare(reference)
      if (power <= 1e-10 || other <= 1e-10) continue
      spectra.add(target, reference, 1 / Math.sqrt(power * other))
    }
  }
  return spectra.transfer()
}

function meanSquare({ mid, side }: MidSide): number {
  let sum = 0
  for (let n = 0; n < mid.length; n++) sum += mid[n]! * mid[n]!
  if (side) for (let n = 0; n < side.length; n++) sum += side[n]! * side[n]!
  return sum / mid.length
}
