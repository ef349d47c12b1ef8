import type { Grid } from './grid.ts'

/** Of frames that are within 20 dB of the mean level. */
export const activeFrame = 1
/** Of frames that are of the quietest tenth. */
export const quietFrame = 2

/** Which frames count for what. */
export interface Gate {
  /** For each frame {@link activeFrame}, {@link quietFrame}, both or neither. */
  readonly counts: Uint8Array
  /** Mean square of the frames that are not silent; 0 where there are none. */
  readonly mean: number
}

/** Mean squares below these are silence (-70 dB) and digital silence (-120 dB). */
const silence = 1e-7
const digitalSilence = 1e-12

/**
 * Which frames count for what. Of the quietest tenth are those up to its level that lie between the first and the last with anything in
 * them: what is before and after is not the background of the sound. If the quietest tenth is digital silence, there is no background, and
 * none.
 *
 * @param hops mean square of each half of a frame
 */
export function gateOf(hops: Float32Array, { frames }: Grid): Gate {
  const levels = new Float32Array(frames)
  for (let frame = 0; frame < frames; frame++)
    levels[frame] = hops.length > frame + 1 ? 0.5 * (hops[frame]! + hops[frame + 1]!) : (hops[frame] ?? 0)
  const { mean, least } = activeGate(levels)
  const counts = new Uint8Array(frames)
  for (let frame = 0; frame < frames; frame++) if (levels[frame]! >= least) counts[frame] = activeFrame
  markQuiet(levels, counts)
  return { counts, mean }
}

/** 20 dB below the mean of what is not silence; of a recording that is all but silent, below the mean of all. */
function activeGate(levels: Float32Array): { readonly mean: number; readonly least: number } {
  for (const floor of [silence, 0]) {
    let sum = 0
    let count = 0
    for (const level of levels) {
      if (level <= floor) continue
      sum += level
      count++
    }
    if (count > 0) return { mean: sum / count, least: Math.max(floor, (sum / count) * 0.01) }
  }
  return { mean: 0, least: Number.POSITIVE_INFINITY }
}

function markQuiet(levels: Float32Array, counts: Uint8Array): void {
  let first = 0
  let last = levels.length - 1
  while (first <= last && levels[first]! < digitalSilence) first++
  while (last >= first && levels[last]! < digitalSilence) last--
  const sorted = levels.slice(first, last + 1).sort()
  const most = sorted[Math.floor(0.1 * (sorted.length - 1))] ?? 0
  if (most < digitalSilence) return
  for (let frame = first; frame <= last; frame++) if (levels[frame]! <= most) counts[frame]! |= quietFrame
}
