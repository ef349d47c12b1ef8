import type { Sketch } from '../analysis/analysis.ts'

/** Hz between which spectra are compared. */
const [lowest, highest] = [31, 16_500]

/** Mean power of each band over a whole recording, in dB. */
function levelsOf({ frames, centres }: Sketch, powers: Float32Array): Float64Array {
  const bands = centres.length
  const sums = new Float64Array(bands)
  for (let row = 0; row < frames; row++)
    for (let band = 0; band < bands; band++) sums[band]! += powers[row * bands + band]!
  return sums.map((sum) => 10 * Math.log10(Math.max(sum / Math.max(1, frames), 1e-14)))
}

/**
 * Mean distance, dB, of the long-term spectra of two recordings in thirds of an octave from 31 Hz to 16.5 kHz, or as far up as both go;
 * null where one of them is mono and the side is asked for.
 */
export function ltasDistance(a: Sketch, b: Sketch, of: 'mid' | 'side'): number | null {
  const [one, other] = [a[of], b[of]]
  if (!one || !other) return null
  const [left, right] = [levelsOf(a, one), levelsOf(b, other)]
  let [sum, count] = [0, 0]
  const bands = Math.min(left.length, right.length)
  for (let band = 0; band < bands; band++) {
    const centre = a.centres[band]!
    if (centre < lowest || centre > highest) continue
    sum += Math.abs(left[band]! - right[band]!)
    count++
  }
  return count === 0 ? null : sum / count
}
