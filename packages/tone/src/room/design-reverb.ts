import type { Envelopes } from '../measure/band-envelopes.ts'
import {
  bandDistance,
  bandNumbers,
  bandOf,
  bandStatistics,
  type DecayStatistics,
  decayStatistics,
  visibleRange,
} from '../measure/decay.ts'
import type { Curve } from '../profile.ts'
import { decayingEnvelope, fluctuations } from './decaying-envelope.ts'
import type { ReverbStage } from './reverb-response.ts'

/** What was found of the reverberation that a recording lacks. */
export interface ReverbDesign {
  /** Null where the reference is not the more reverberant one, or nothing can be told. */
  readonly stage: ReverbStage | null
  /** 0 to 1. */
  readonly confidence: number
  /** Distance of decay, dB, before; and after, as far as envelopes foretell it. Null where nothing can be told. */
  readonly before: number | null
  readonly after: number | null
  /** dB that the quietest 3 % of each band lie under its mean, with the tails of the reverberation in it; empty without a stage. */
  readonly floor: Curve
}

/** Seconds to fall by 60 dB that are tried, and the energy over that of the direct sound, dB. */
const decays = Array.from({ length: 19 }, (_, i) => 0.12 * 2 ** (i * 0.29))
const energies = Array.from({ length: 17 }, (_, i) => -26 + 2 * i)
/** Steps of the target that it is tried on, at the most: so many pieces of so many steps. */
const pieces = 6
const pieceSteps = 1000
/** Wetness, dB, below which nothing is added. */
const leastWet = -24
/** Part of the distance that has to go for reverberation to be worth it, and how much of it, dB. */
const leastPart = 0.3
const leastGain = 1
/** dB of distance that a change from band to band costs: by an octave of decay, by a decibel of energy. */
const costOfDecay = 0.35
const costOfEnergy = 0.02

/**
 * Chooses reverberation by which a recording's decay comes to that of a reference: analysis by synthesis on power envelopes. What a decay and
 * an energy would do to each band is computed for all of a grid; of the paths through the bands, that with the least distance, changes from
 * band to band included, is taken (dynamic programming), and then made finer. Reverberation is only ever added.
 *
 * @param target envelopes of the recording
 * @param reference decay of the reference
 * @param seed of the response's noise
 */
export function designReverb(
  target: Envelopes,
  reference: DecayStatistics | null,
  sampleRate: number,
  seed = 1,
): ReverbDesign {
  const own = decayStatistics(target)
  const bands = own && reference ? commonBands(target, own, reference) : []
  if (!own || !reference || bands.length === 0) return nothing(null)
  const [excerpt, noise] = [excerptOf(target), fluctuations(sampleRate)]
  const trials = bands.map((band) => new BandTrials(excerpt, noise, band, reference))
  const before = mean(trials.map((trial) => trial.dry))
  // Reverberation only slows falls down: there must be some that are faster than the reference's.
  if (mean(trials.map((trial) => trial.faster)) < leastGain / 2) return nothing(before)
  const path = bestPath(trials)
  const chosen = trials.map((trial, i) => trial.refined(path[i] as Choice))
  const after = mean(chosen.map(({ distance }) => distance))
  const wet = 10 * Math.log10(mean(chosen.map(({ energy }) => 10 ** (energy / 10))))
  const worth = before - after >= Math.max(leastGain, leastPart * before)
  if (!worth || wet <= leastWet) return nothing(before)
  const stage: ReverbStage = {
    on: true,
    wet: round(wet, 2),
    preDelay: preDelayOf(mean(chosen.map(({ decay }) => decay))),
    frequency: trials.map(({ frequency }) => frequency),
    decay: chosen.map(({ decay }) => round(decay, 4)),
    tone: chosen.map(({ energy }) => round(energy - wet, 2)),
    seed,
  }
  return {
    stage,
    confidence: confidenceOf(before, after, trials.length),
    before,
    after,
    floor: {
      frequency: stage.frequency,
      level: chosen.map((choice, i) => (trials[i] as BandTrials).floorWith(choice)),
    },
  }
}

/** Of a long recording, pieces with sound in them from all over it. */
function excerptOf(target: Envelopes): Envelopes {
  const bands = target.frequency.length
  if (target.steps <= pieces * pieceSteps) return target
  const size = pieceSteps * bands
  const all = Array.from({ length: Math.floor(target.steps / pieceSteps) }, (_, i) =>
    target.values.subarray(i * size, (i + 1) * size),
  )
  const powers = all.map((piece) => mean(piece))
  const usual = mean(powers)
  const filled = all.filter((_, i) => (powers[i] as number) > usual / 10)
  const count = Math.min(pieces, filled.length)
  const values = new Float32Array(count * size)
  for (let i = 0; i < count; i++)
    values.set(filled[Math.floor(((i + 0.5) * filled.length) / count)] as Float32Array, i * size)
  return { frequency: target.frequency, values, steps: count * pieceSteps, stretch: pieceSteps }
}

interface Choice {
  readonly decay: number
  readonly energy: number
  readonly distance: number
}

/** Seconds: the larger the room, the later. */
const preDelayOf = (decay: number): number => round(Math.min(0.02, 0.003 + 0.006 * decay), 4)

function commonBands(target: Envelopes, own: DecayStatistics, reference: DecayStatistics): number[] {
  return target.frequency.flatMap((frequency, band) =>
    own.frequency.includes(frequency) && reference.frequency.includes(frequency) ? [band] : [],
  )
}

/** What decays and energies would do to one band of a recording. */
class BandTrials {
  readonly frequency: number
  /** Distance to the reference without reverberation. */
  readonly dry: number
  /** dB that falls are deeper than the reference's, in the mean. */
  readonly faster: number
  #grid: readonly (readonly number[])[] | undefined
  readonly #power: Float32Array
  readonly #stretch: number
  readonly #noise: Float32Array
  readonly #reference: readonly number[]
  readonly #range: number
  readonly #tail: Float32Array
  readonly #sum: Float32Array

  constructor(target: Envelopes, noise: Envelopes, band: number, reference: DecayStatistics) {
    this.frequency = target.frequency[band] as number
    this.#power = bandOf(target, band)
    this.#stretch = target.stretch
    this.#noise = bandOf(noise, band)
    this.#reference = reference.statistics[reference.frequency.indexOf(this.frequency)] as number[]
    const own = bandStatistics(this.#power, this.#stretch)
    this.#range = own ? visibleRange(own, this.#reference) : 0
    this.#tail = new Float32Array(this.#power.length)
    this.#sum = new Float32Array(this.#power.length)
    this.dry = own ? bandDistance(own, this.#reference, this.#range) : 0
    this.faster = own ? fallsBeyond(own, this.#reference, this.#range) : 0
  }

  /** Distance for each of `decays` and `energies`. */
  get grid(): readonly (readonly number[])[] {
    this.#grid ??= decays.map((decay) => {
      this.#decay(decay)
      return energies.map((energy) => this.#distanceWith(energy))
    })
    return this.#grid
  }

  #decay(decay: number): void {
    decayingEnvelope(this.#power, decay, preDelayOf(decay), this.#stretch, this.#tail)
    const [tail, noise] = [this.#tail, this.#noise]
    for (let i = 0; i < tail.length; i++) tail[i] = (tail[i] as number) * (noise[i % noise.length] as number)
  }

  #distanceWith(energy: number): number {
    const [tail, sum, power, gain] = [this.#tail, this.#sum, this.#power, 10 ** (energy / 10)]
    for (let i = 0; i < sum.length; i++) sum[i] = (power[i] as number) + gain * (tail[i] as number)
    return this.#distanceOf(sum)
  }

  #distanceOf(power: Float32Array): number {
    const numbers = bandStatistics(power, this.#stretch)
    return numbers ? bandDistance(numbers, this.#reference, this.#range) : Number.POSITIVE_INFINITY
  }

  /** The best near a choice of the grid. */
  refined(choice: Choice): Choice {
    let best = choice
    for (const [decayStep, energyStep] of [
      [0.145, 1],
      [0.07, 0.5],
    ] as const) {
      const centre = best
      for (const d of [-1, 0, 1]) {
        const decay = centre.decay * 2 ** (d * decayStep)
        this.#decay(decay)
        for (const e of [-1, 0, 1]) {
          const energy = centre.energy + e * energyStep
          const distance = this.#distanceWith(energy)
          if (distance < best.distance) best = { decay, energy, distance }
        }
      }
    }
    return best
  }

  /** dB that the quietest 3 % lie under the mean, with reverberation. */
  floorWith({ decay, energy }: Choice): number {
    this.#decay(decay)
    this.#distanceWith(energy)
    return round(bandStatistics(this.#sum, this.#stretch)?.[bandNumbers - 1] ?? 0, 2)
  }
}

function fallsBeyond(own: readonly number[], reference: readonly number[], range: number): number {
  let sum = 0
  for (let j = 0; j < bandNumbers - 1; j++)
    sum += Math.min(range, own[j] as number) - Math.min(range, reference[j] as number)
  return sum / (bandNumbers - 1)
}

/** The path through the bands' grids with the least sum of distances and changes. */
function bestPath(trials: readonly BandTrials[]): Choice[] {
  const states = decays.flatMap((_, d) => energies.map((_, e) => ({ d, e })))
  let costs = states.map(() => 0)
  const from: Int32Array[] = []
  for (const [i, trial] of trials.entries()) {
    const came = new Int32Array(states.length)
    costs = states.map(({ d, e }, s) => {
      let [least, best] = [i === 0 ? 0 : Number.POSITIVE_INFINITY, 0]
      if (i > 0)
        for (const [p, state] of states.entries()) {
          const change = costOfDecay * 0.29 * Math.abs(state.d - d) + costOfEnergy * 2 * Math.abs(state.e - e)
          const cost = (costs[p] as number) + change
          if (cost < least) [least, best] = [cost, p]
        }
      came[s] = best
      return least + ((trial.grid[d] as number[])[e] as number)
    })
    from.push(came)
  }
  let state = costs.indexOf(Math.min(...costs))
  const path: Choice[] = []
  for (let i = trials.length - 1; i >= 0; i--) {
    const { d, e } = states[state] as { d: number; e: number }
    const distance = ((trials[i] as BandTrials).grid[d] as number[])[e] as number
    path.unshift({ decay: decays[d] as number, energy: energies[e] as number, distance })
    state = (from[i] as Int32Array)[state] as number
  }
  return path
}

/** How sure the design is: by how much of the distance goes, and by how much there is to tell from. */
function confidenceOf(before: number, after: number, bands: number): number {
  const part = 1 - after / before
  return round(Math.min(1, Math.max(0, part)) * Math.min(1, bands / 4), 3)
}

function nothing(before: number | null): ReverbDesign {
  return { stage: null, confidence: 0, before, after: before, floor: { frequency: [], level: [] } }
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return values.length ? sum / values.length : 0
}

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits
