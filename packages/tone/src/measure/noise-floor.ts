import { lufsOf } from './loudness.ts'

/**
 * Loudness of the quietest frames, in LUFS: the mean of the K-weighted power of the steps that lie in them.
 *
 * @param power K-weighted, 100 a second
 * @param quiet whether each frame is one of them
 * @param hop samples from frame to frame; a frame is two hops
 * @returns null where there are none, or they are silent
 */
export function noiseFloorOf(power: Float32Array, quiet: Uint8Array, hop: number, sampleRate: number): number | null {
  let sum = 0
  let count = 0
  let from = 0
  for (let frame = 0; frame < quiet.length; frame++) {
    if (!quiet[frame]) continue
    const first = Math.max(from, Math.ceil((frame * hop * 100) / sampleRate))
    const end = Math.min(power.length, Math.floor(((frame + 2) * hop * 100) / sampleRate))
    for (let step = first; step < end; step++) sum += power[step]!
    count += Math.max(0, end - first)
    from = Math.max(from, end)
  }
  const mean = count > 0 ? sum / count : 0
  return mean > 1e-14 ? lufsOf(mean) : null
}
