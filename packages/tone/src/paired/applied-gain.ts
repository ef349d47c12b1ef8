import { blocksOfPoint, type GainTrack } from './gain-track.ts'
import type { MidSide } from './mid-side.ts'

/** A gain over time, known in some runs: dB in the middle of each point, 0 outside of the runs. */
export class AppliedGain {
  readonly #tracks: readonly GainTrack[]
  readonly #gains: readonly Float32Array[]

  /** @param gains dB for each point of each track */
  constructor(tracks: readonly GainTrack[], gains: readonly Float32Array[]) {
    this.#tracks = tracks
    this.#gains = gains
  }

  /** Multiplies samples of the target's time, from `from` on, with the gain, or with one over it. */
  apply({ mid, side }: MidSide, from: number, sign: 1 | -1): void {
    // Where samples reach into two runs they are of the one that has more of them.
    const shared = this.#tracks.map(({ run }) => Math.min(run.to, from + mid.length) - Math.max(run.from, from))
    const at = shared.indexOf(Math.max(...shared))
    if (!(shared[at]! > 0)) return
    const { run, block } = this.#tracks[at]!
    const gains = this.#gains[at]!
    const point = block * blocksOfPoint
    const level = (p: number) => gains[Math.min(gains.length - 1, Math.max(0, p))]!
    // Between the middles of two points the gain goes in a straight line.
    for (let n = 0; n < mid.length; ) {
      const place = (from + n - run.from) / point - 0.5
      const p = Math.floor(place)
      const here = 10 ** ((sign * level(p)) / 20)
      const step = (10 ** ((sign * level(p + 1)) / 20) - here) / point
      const end = Math.min(mid.length, n + Math.max(1, Math.ceil((p + 1 - place) * point)))
      let gain = here + step * (place - p) * point
      for (; n < end; n++) {
        mid[n]! *= gain
        if (side) side[n]! *= gain
        gain += step
      }
    }
  }
}

/** How heavy the model is beside a measurement whose variance is 1 dB², and seconds that departures from it are averaged over. */
const [modelWeight, departureSeconds] = [4, 0.06]

/**
 * The gain of a model, corrected by what was measured beside it: departures from the model are averaged, more where they are known well.
 *
 * @param model dB for each point
 */
export function nearMeasured(
  { gain, weight, block }: GainTrack,
  model: Float32Array,
  sampleRate: number,
): Float32Array {
  const keep = Math.exp(-(block * blocksOfPoint) / sampleRate / departureSeconds)
  const sums = new Float64Array(gain.length)
  const weights = new Float64Array(gain.length)
  // Forwards and backwards, so that nothing comes late.
  for (const [first, step] of [
    [0, 1],
    [gain.length - 1, -1],
  ] as const) {
    let [sum, total] = [0, 0]
    for (let n = 0, p = first; n < gain.length; n++, p += step) {
      sums[p]! += sum
      weights[p]! += total
      sum = keep * (sum + weight[p]! * (gain[p]! - model[p]!))
      total = keep * (total + weight[p]!)
    }
  }
  return model.map((value, p) => {
    const sum = sums[p]! + weight[p]! * (gain[p]! - value)
    return value + sum / (weights[p]! + weight[p]! + modelWeight)
  })
}
