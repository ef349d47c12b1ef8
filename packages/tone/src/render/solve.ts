import type { Preset } from '../preset/preset.ts'
import type { ControlTrack } from './control-track.ts'
import { choiceOf, type GainChoice, GainCurve } from './gain.ts'
import { type Prediction, predict } from './predict.ts'

/** What a recording is to be after its gain. What is not said is left as the preset has it. */
export interface WantedGain {
  /** LUFS */
  readonly integrated?: number | null
  /** dB; see `Profile.crest`. Only where the preset's dynamics are on or missing. */
  readonly crest?: number | null
}

/** A preset whose drive, internal ceiling and peaks are decided. */
export interface SolvedGain {
  readonly preset: Preset
  readonly predicted: Prediction
  /** Whether the loudness is predicted to be as wanted, to 0.05 LU. */
  readonly reached: boolean
  /** Whether the limiter takes more than 8 dB somewhere: then it is heard, and the loudness may be off by more than 0.1 LU. */
  readonly heavy: boolean
}

/** dB between what the limiter aims at and what is promised: it sees four points for each sample, and the final check eight. */
const ceilingMargin = 0.05
/** dB of reduction that is a lot. */
export const heavyReduction = 8
/** dB of reduction beyond which more gain destroys more than it adds; then the loudness falls short. */
const mostReduction = 16

/** As near as is good enough: LU, dB. */
const [loudnessClose, crestClose] = [0.01, 0.1]
/** Within this, peaks are left alone: dB. */
const crestLeft = 0.15
const mostRounds = 12
/** dB by which the ceiling may be lowered for the sake of the crest. */
const ceilingDepth = 8
const mostRatios = 6
/** dB of crest for a step of 1 of the ratio, below which it is the limiter that decides. */
const leastSlope = 0.5
const [driveLeast, driveMost] = [-60, 48]
const [ratioLeast, ratioMost] = [0.1, 4]
/** dB below the crest from where peaks are shaped: as far down as what stands out reaches. */
const peakDepth = 6
const leastAbove = 4

/**
 * Chooses drive, ceiling of the limiter and shaping of peaks, so that loudness and crest come out as wanted: by secants, on what the
 * control track predicts. Nothing is rendered.
 *
 * Where both cannot be had, because peaks cannot be as high as wanted under the ceiling, loudness comes first. Where the loudness cannot be
 * reached with 16 dB of limiting it is as near as it gets, and `reached` is false.
 */
export function solveGain(track: ControlTrack, preset: Preset, wanted: WantedGain): SolvedGain {
  const internal = Math.min(preset.limiter.internal, preset.limiter.ceiling - ceilingMargin)
  using curve = new GainCurve(track, { ...preset, limiter: { ...preset.limiter, internal } })
  const start: GainChoice = { ...choiceOf(preset), internal }
  const solver = new Solver(curve, wanted)
  const { choice, predicted } = solver.bearable(
    solver.solve(start, preset.dynamics === undefined || preset.dynamics.on),
  )
  const off = wanted.integrated == null ? 0 : Math.abs((predicted.integrated ?? -1000) - wanted.integrated)
  return {
    preset: chosen(preset, choice, wanted),
    predicted,
    reached: off <= 0.05,
    heavy: predicted.limiter.most > heavyReduction,
  }
}

function chosen(preset: Preset, { drive, internal, peaks }: GainChoice, wanted: WantedGain): Preset {
  const { dynamics, loudness, limiter } = preset
  return {
    ...preset,
    ...(peaks && { dynamics: { ...(dynamics ?? { on: true, use: 'curves', curves: [] }), peaks } }),
    loudness: wanted.integrated == null ? loudness : { ...loudness, drive, target: wanted.integrated },
    limiter: { ...limiter, internal },
  }
}

interface Tried {
  readonly choice: GainChoice
  readonly predicted: Prediction
}

class Solver {
  readonly #curve: GainCurve
  readonly #wanted: WantedGain

  constructor(curve: GainCurve, wanted: WantedGain) {
    this.#curve = curve
    this.#wanted = wanted
  }

  #try(choice: GainChoice): Tried {
    return { choice, predicted: predict(this.#curve, choice) }
  }

  #loudnessError({ predicted }: Tried): number {
    const { integrated } = this.#wanted
    return integrated == null || predicted.integrated === null ? 0 : predicted.integrated - integrated
  }

  #crestError({ predicted }: Tried): number {
    return predicted.crest - (this.#wanted.crest ?? predicted.crest)
  }

  solve(start: GainChoice, mayShape: boolean): Tried {
    let tried = this.#try(start)
    if (tried.predicted.integrated === null) return tried
    tried = this.#solveDrive(tried, 4)
    const { crest: wanted } = this.#wanted
    if (!mayShape || wanted == null || Math.abs(this.#crestError(tried)) <= crestLeft) return this.#solveDrive(tried)
    return this.#solvePeaks(
      tried,
      start.peaks?.above ?? Math.max(leastAbove, rounded(Math.min(tried.predicted.crest, wanted) - peakDepth)),
    )
  }

  /** Secants on the ratio, within what is known to be too low and too high, and for each ratio the drive that gives the loudness. */
  #solvePeaks(from: Tried, above: number): Tried {
    const found: Found[] = []
    const add = (tried: Tried, ratio: number) => found.push({ tried, ratio, off: this.#crestError(tried) })
    add(from, from.choice.peaks?.ratio ?? 1)
    let [least, most] = [ratioLeast, ratioMost]
    let slope = Math.max(1, from.predicted.crest - above)
    for (let round = 0; round < mostRatios; round++) {
      const last = found[found.length - 1]!
      if (Math.abs(last.off) <= crestClose) break
      if (last.off > 0) most = last.ratio
      else least = last.ratio
      const secant = last.ratio - last.off / slope
      const inside = secant > least && secant < most
      const ratio = precise(inside ? secant : Math.sqrt(least * most))
      if (Math.abs(ratio - last.ratio) < 1e-3) break
      add(this.#solveDrive(this.#try({ ...last.tried.choice, peaks: { above, ratio } }), 3), ratio)
      const next = found[found.length - 1]!
      slope = (next.off - last.off) / (ratio - last.ratio)
      // The limiter takes what peaks gain: asking for more does not help.
      if (slope < leastSlope && ratio > last.ratio && ratio > 1) break
      slope = clamp(slope, leastSlope, 30)
    }
    // Of what is about as near to the wanted crest, that which changes least.
    const nearest = Math.min(...found.map(({ off }) => Math.abs(off)))
    const good = found.filter(({ off }) => Math.abs(off) <= Math.max(crestClose, nearest + crestClose / 2))
    const best = good.reduce((a, b) => (Math.abs(Math.log(b.ratio)) < Math.abs(Math.log(a.ratio)) ? b : a))
    const shaped = this.#solveDrive(best.tried)
    return this.#crestError(shaped) > crestLeft ? this.#solveCeiling(shaped) : shaped
  }

  /** Where shaping does not bring peaks down far enough, the limiter does: its ceiling is lowered, as long as it is not heard. */
  #solveCeiling(from: Tried): Tried {
    let best = from
    let slope = 0.7
    for (let round = 0; round < mostRatios; round++) {
      const off = this.#crestError(best)
      if (Math.abs(off) <= crestClose) break
      const { internal } = best.choice
      const next = precise(clamp(internal - off / slope, from.choice.internal - ceilingDepth, from.choice.internal))
      if (Math.abs(next - internal) < 0.01) break
      const tried = this.#solveDrive(this.#try({ ...best.choice, internal: next }), 4)
      const gained = off - this.#crestError(tried)
      const heavy = Math.max(heavyReduction, from.predicted.limiter.most)
      const lost = Math.abs(this.#loudnessError(tried)) > Math.max(loudnessClose, Math.abs(this.#loudnessError(from)))
      if (tried.predicted.limiter.most > heavy || lost || Math.abs(this.#crestError(tried)) >= Math.abs(off)) break
      slope = clamp(gained / (internal - next), 0.3, 1.5)
      best = tried
    }
    return this.#solveDrive(best)
  }

  /** With less drive, where the limiter would take more than can be borne. */
  bearable(found: Tried): Tried {
    let tried = found
    for (let round = 0; round < mostRounds && tried.predicted.limiter.most > mostReduction; round++) {
      // What the drive loses the highest peak loses.
      const drive = tried.choice.drive - (tried.predicted.limiter.most - mostReduction) - 0.01
      tried = this.#try({ ...tried.choice, drive: Math.max(driveLeast, drive) })
    }
    return tried
  }

  #solveDrive(from: Tried, most = mostRounds): Tried {
    let tried = from
    let slope = 1
    for (let round = 0; round < most; round++) {
      const off = this.#loudnessError(tried)
      if (Math.abs(off) <= loudnessClose) break
      const drive = clamp(tried.choice.drive - off / slope, driveLeast, driveMost)
      const step = drive - tried.choice.drive
      if (Math.abs(step) < 1e-4) break
      const next = this.#try({ ...tried.choice, drive })
      slope = clamp((this.#loudnessError(next) - off) / step, 0.1, 1)
      tried = next
    }
    return tried
  }
}

interface Found {
  readonly tried: Tried
  readonly ratio: number
  /** dB from the wanted crest. */
  readonly off: number
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
const rounded = (value: number): number => Math.round(value * 100) / 100
const precise = (value: number): number => Math.round(value * 10_000) / 10_000
