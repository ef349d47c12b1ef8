import { binRanges } from '../measure/frequency-bands.ts'
import type { Transfer } from './cross-spectra.ts'

/** Hz between which frequencies count. */
const [lowest, highest] = [60, 12_000]
/** Parts of an octave that levels are taken over. */
const fraction = 3
/** Of the loudest level, what is added to each: where there is next to nothing there is nothing to tell. */
const floor = 1e-5
/** Bins of which less than this is explained count as if so much were. */
const leastExplained = 0.05

/**
 * One over the level of what is heard, at each bin of a transfer. With these weights every frequency tells of a gain, and what a stretch of
 * sound holds are many numbers that are independent of each other: the direct sound is told best from reverberation, which for a few low
 * partials goes along with it.
 */
export function evenWeights({ mid, power, coherence }: Transfer, sampleRate: number): Float64Array {
  const bins = power.length
  const width = sampleRate / 2 / (bins - 1)
  const heard = power.map(
    (value, k) => (value * (mid.re[k]! ** 2 + mid.im[k]! ** 2)) / Math.max(coherence[k]!, leastExplained),
  )
  const centres = heard.map((_, k) => Math.max(k, 1) * width)
  const levels = binRanges(centres, fraction, width, bins).map(({ from, to }) => {
    const last = Math.min(to, bins - 1)
    let sum = 0
    for (let k = from; k <= last; k++) sum += heard[k]!
    return sum / (to - from + 1)
  })
  const most = levels.reduce((best, level) => Math.max(best, level), 0)
  return Float64Array.from(levels, (level, k) =>
    k * width < lowest || k * width > highest || most === 0 ? 0 : 1 / Math.sqrt(level + most * floor),
  )
}
