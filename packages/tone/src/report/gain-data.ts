import type { GainData } from './plot-data.ts'
import type { GainReduction } from './report.ts'
import { mostSteps, TrackMeter } from './track.ts'

/** dB in a step of the histogram, and how many steps there are. */
const [resolution, deepest] = [0.01, 60]

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** How much a gain takes away, of gains that come bit by bit; only what is below 0 dB counts, and at the most 60 dB. */
export class GainReductionMeter {
  readonly #histogram = new Float64Array(deepest / resolution + 1)
  #count = 0
  #sum = 0
  #most = 0

  /** @param gains dB, at equal distances in time */
  push(gains: ArrayLike<number>): void {
    for (let i = 0; i < gains.length; i++) {
      const taken = Math.min(deepest, Math.max(0, -gains[i]! || 0))
      this.#histogram[Math.floor(taken / resolution)]! += 1
      if (taken > this.#most) this.#most = taken
      this.#sum += taken
    }
    this.#count += gains.length
  }

  result(): GainReduction {
    const count = Math.max(1, this.#count)
    const over = (decibels: number): number => {
      let above = 0
      for (let i = Math.round(decibels / resolution); i < this.#histogram.length; i++) above += this.#histogram[i]!
      return rounded(above / count, 3)
    }
    let [usual, below] = [0, this.#histogram[0]!]
    while (usual < this.#histogram.length - 1 && below < 0.95 * count) below += this.#histogram[++usual]!
    return {
      most: rounded(this.#most, 2),
      mean: rounded(this.#sum / count, 2),
      usual: rounded(usual * resolution, 2),
      overOne: over(1),
      overThree: over(3),
      overSix: over(6),
    }
  }
}

/** Some of the gains of a rendering, linear: all of them together, and that of the limiter alone. */
export interface Gains {
  readonly gain: ArrayLike<number>
  readonly limiter: ArrayLike<number>
}

/**
 * What a report says and shows of the gain over time, from the gain curve of a rendering, page by page.
 *
 * @param pages in order; each but the first begins with the last gain of the one before @param count gains in all @param rate of them in a second
 * @param drive dB of constant gain that is in all of them, and is not the dynamics'
 * @param dynamics whether dynamics are on
 *
 * @example
 * gainReport(curve.pages(), track.blocks + 1, track.sampleRate / track.block, preset.loudness.drive, true)
 */
export function gainReport(
  pages: Iterable<Gains>,
  count: number,
  rate: number,
  drive: number,
  dynamics: boolean,
): { data: GainData; limiter: GainReduction; dynamics: GainReduction | null } {
  const meters = [0, 1].map(() => ({
    track: new TrackMeter(count, rate, mostSteps),
    reduction: new GainReductionMeter(),
  }))
  let taken = 0
  for (const { gain, limiter } of pages) {
    // Pages share the boundary between them, which is the first of the next as well.
    const from = taken > 0 ? 1 : 0
    const length = Math.max(0, gain.length - from)
    const [limited, shaped] = [new Float64Array(length), new Float64Array(length)]
    for (let i = 0; i < length; i++) {
      limited[i] = decibelsOf(limiter[i + from]!)
      shaped[i] = decibelsOf(gain[i + from]!) - limited[i]! - drive
    }
    for (const [index, values] of [limited, shaped].entries()) {
      meters[index]!.track.push(values)
      meters[index]!.reduction.push(values)
    }
    taken += length
  }
  const [limiter, shaping] = [meters[0]!, meters[1]!]
  return {
    data: { limiter: limiter.track.track(), dynamics: dynamics ? shaping.track.track() : null },
    limiter: limiter.reduction.result(),
    dynamics: dynamics ? shaping.reduction.result() : null,
  }
}

const decibelsOf = (gain: number): number => 20 * Math.log10(Math.max(gain, 1e-6))
