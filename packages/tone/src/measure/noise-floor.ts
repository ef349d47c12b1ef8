import { lufsOf } from './loudness.ts'

/** dB that the level of a background may vary from frame to frame, from the 25th percentile, below which frames may reach into silence, to the 90th. */
const steady = 6
/** LU that the background of music lies below the whole at least. */
const underMusic = 20

/**
 * Whether the quietest frames of music are its background, and not the quietest of the music: they are steady, and far below the rest. Of
 * speech they always are what is between words.
 *
 * @param floor LUFS of the quietest frames @param loudness LUFS of the whole
 */
export function isBackground(
  floor: number,
  loudness: number,
  { power, quiet, hop, sampleRate }: { power: Float32Array; quiet: Uint8Array; hop: number; sampleRate: number },
): boolean {
  if (floor > loudness - underMusic) return false
  const levels: number[] = []
  for (let frame = 0; frame < quiet.length; frame++) {
    if (!quiet[frame]) continue
    const [from, to] = stepsOf(frame, hop, sampleRate, power.length)
    let sum = 0
    for (let step = from; step < to; step++) sum += power[step]!
    levels.push(lufsOf(Math.max(1e-20, sum / Math.max(1, to - from))))
  }
  levels.sort((a, b) => a - b)
  return levels[Math.floor(0.9 * (levels.length - 1))]! - levels[Math.floor(0.25 * (levels.length - 1))]! < steady
}

/** The steps of 10 ms that lie wholly in a frame. */
const stepsOf = (frame: number, hop: number, sampleRate: number, length: number): [from: number, to: number] => [
  Math.ceil((frame * hop * 100) / sampleRate),
  Math.min(length, Math.floor(((frame + 2) * hop * 100) / sampleRate)),
]

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
    const [start, end] = stepsOf(frame, hop, sampleRate, power.length)
    const first = Math.max(from, start)
    for (let step = first; step < end; step++) sum += power[step]!
    count += Math.max(0, end - first)
    from = Math.max(from, end)
  }
  const mean = count > 0 ? sum / count : 0
  return mean > 1e-14 ? lufsOf(mean) : null
}
