import type { Band } from '../preset/preset.ts'
import type { Curve } from '../profile.ts'
import { addResponse, bandsResponse, decibels, multiplyPower, places, responseChange } from './bands.ts'
import { curveAt, rounded } from './curves.ts'
import { leastSquares } from './least-squares.ts'

/** Bands near to a curve. */
export interface BandFit {
  /** In order of frequency. */
  readonly bands: Band[]
  /** dB rms from the curve to the bands, 40 Hz to 14 kHz. */
  readonly residual: number
}

/** Hz between which bands are held to the curve; beyond it counts a little, so that they do nothing wild there. */
const [lowest, highest] = [40, 14000]
const beyond = 0.1

/** Points of an octave at which bands are compared with the curve. */
const perOctave = 12

/** dB rms that is near enough: more bands would only make it harder to read. */
const nearEnough = 0.05

const [leastQ, mostQ] = [0.15, 8]

/** What a dB of gain costs while bands are sought, as dB of residual: bands that undo each other are no help to a hand. */
const gainCost = 0.05

/**
 * The bands of an equaliser that come nearest to a curve: one is added after the other, where it helps most, and after each all are moved by
 * least squares (Levenberg-Marquardt) in frequency, gain and quality.
 *
 * @param most how many bands
 * @param sampleRate Hz at which the bands will run
 */
export function fitBands(curve: Curve, most = 10, sampleRate = 48000): BandFit {
  const top = Math.min(20000, sampleRate * 0.45)
  const count = Math.floor(perOctave * Math.log2(top / 20)) + 1
  const frequency = Float64Array.from({ length: count }, (_, i) => 20 * 2 ** (i / perOctave))
  const wanted = curveAt(curve, frequency)
  const weight = frequency.map((f) => (f >= lowest && f <= highest ? 1 : beyond))
  const phi = places(frequency, sampleRate)
  const reach = wanted.reduce((all, value) => Math.max(all, Math.abs(value)), 0)
  const limits = { gain: Math.min(60, reach * 1.5 + 3), top }
  const problem: Problem = { frequency, phi, wanted, weight, sampleRate, limits, shapes: [] }

  let bands: Band[] = []
  while (bands.length < most) {
    if (weightedRms(lackOf(bands, problem), weight) < nearEnough) break
    // Where to begin decides which minimum is found, so the best few beginnings are all followed for a few steps.
    const tries = candidates(bands, problem).map((band) => refined([...bands, band], problem, 4, gainCost))
    const best = tries.reduce((a, b) => (costOf(b, problem) < costOf(a, problem) ? b : a))
    bands = refined(best, problem, 8, gainCost)
  }
  bands = refined(bands, problem, 40, 0)
    .map(({ type, frequency: f, gain, q }) => ({
      type,
      frequency: rounded(f, 2),
      gain: rounded(gain, 2),
      q: rounded(q, 3),
    }))
    .filter((band) => band.gain !== 0)
    .sort((a, b) => a.frequency - b.frequency)
  return { bands, residual: rounded(residualOf(curve, bands, sampleRate), 3) }
}

/** dB rms from a curve to bands, 40 Hz to 14 kHz, as far as the sample rate reaches. */
export function residualOf(curve: Curve, bands: readonly Band[], sampleRate: number): number {
  const top = Math.min(highest, sampleRate * 0.45)
  const count = Math.max(1, Math.floor(24 * Math.log2(top / lowest)) + 1)
  const frequency = Float64Array.from({ length: count }, (_, i) => lowest * 2 ** (i / 24))
  const response = bandsResponse(bands, frequency, sampleRate)
  const wanted = curveAt(curve, frequency)
  return Math.sqrt(response.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) / count)
}

interface Problem {
  readonly frequency: Float64Array
  readonly phi: Float64Array
  readonly wanted: Float64Array
  readonly weight: Float64Array
  readonly sampleRate: number
  readonly limits: { readonly gain: number; readonly top: number }
  /** Responses of the bands that may begin, in their order, as far as they are known. */
  readonly shapes: Float64Array[]
}

function lackOf(bands: readonly Band[], { phi, wanted, sampleRate }: Problem): Float64Array {
  const power = new Float64Array(phi.length).fill(1)
  for (const band of bands) multiplyPower(band, phi, sampleRate, power)
  return wanted.map((value, i) => value - decibels(power[i]!))
}

const weightedRms = (values: Float64Array, weight: Float64Array): number => {
  let [sum, total] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    sum += weight[i]! * values[i]! ** 2
    total += weight[i]!
  }
  return Math.sqrt(sum / total)
}

const costOf = (bands: readonly Band[], problem: Problem): number => weightedRms(lackOf(bands, problem), problem.weight)

/** The new bands that take most from what is lacking, by linear least squares on their gain: the best three. */
function candidates(bands: readonly Band[], problem: Problem): Band[] {
  const { frequency, phi, weight, sampleRate, limits, shapes } = problem
  const lack = lackOf(bands, problem)
  const found: { readonly band: Band; readonly gained: number }[] = []
  let next = 0
  const consider = (type: Band['type'], at: number, q: number) => {
    const unit = 3
    let shape = shapes[next]
    if (!shape) {
      shapes[next] = shape = new Float64Array(phi.length)
      addResponse({ type, frequency: at, gain: unit, q }, phi, sampleRate, shape)
    }
    next++
    if (type !== 'peak' && bands.some((band) => band.type === type)) return
    let [cross, energy] = [0, 1e-12]
    for (let i = 0; i < shape.length; i++) {
      cross += weight[i]! * shape[i]! * lack[i]!
      energy += weight[i]! * shape[i]! * shape[i]!
    }
    const gain = Math.max(-limits.gain, Math.min(limits.gain, (cross / energy) * unit))
    found.push({ band: { type, frequency: at, gain, q }, gained: cross ** 2 / energy })
  }
  for (let i = 0; i < frequency.length; i += 2) {
    for (const q of [0.5, 1, 2, 4]) consider('peak', frequency[i]!, q)
    if (i % 4 === 0) for (const type of ['lowShelf', 'highShelf'] as const) consider(type, frequency[i]!, 0.71)
  }
  found.sort((a, b) => b.gained - a.gained)
  // Three of different kinds or places.
  const chosen: Band[] = []
  for (const { band } of found) {
    const near = chosen.some(
      (other) => other.type === band.type && Math.abs(Math.log2(other.frequency / band.frequency)) < 1,
    )
    if (!near) chosen.push(band)
    if (chosen.length === 3) break
  }
  return chosen
}

/** Bands moved by least squares for so many steps at the most. */
function refined(bands: readonly Band[], problem: Problem, steps: number, cost: number): Band[] {
  const { phi, wanted, weight, sampleRate, limits } = problem
  const types = bands.map(({ type }) => type)
  const bandAt = (values: Float64Array, i: number): Band => ({
    type: types[i]!,
    frequency: Math.exp(values[3 * i]!),
    gain: values[3 * i + 1]!,
    q: Math.exp(values[3 * i + 2]!),
  })
  const start = Float64Array.from(bands.flatMap(({ frequency, gain, q }) => [Math.log(frequency), gain, Math.log(q)]))
  const low = Float64Array.from(bands.flatMap(() => [Math.log(20), -limits.gain, Math.log(leastQ)]))
  const high = Float64Array.from(
    bands.flatMap(({ type }) => [Math.log(limits.top), limits.gain, Math.log(type === 'peak' ? mostQ : 2)]),
  )
  const root = weight.map(Math.sqrt)
  const points = phi.length
  const power = new Float64Array(points)
  const values = leastSquares(
    start,
    {
      residuals: (at) => {
        const out = new Float64Array(points + types.length)
        power.fill(1)
        for (let i = 0; i < types.length; i++) {
          multiplyPower(bandAt(at, i), phi, sampleRate, power)
          out[points + i] = cost * at[3 * i + 1]!
        }
        for (let k = 0; k < points; k++) out[k] = (decibels(power[k]!) - wanted[k]!) * root[k]!
        return out
      },
      // A value moves one band alone.
      derivative: (at, j, out) => {
        const i = Math.floor(j / 3)
        const step = 1e-5
        const moved = at.slice()
        moved[j]! += step
        out.fill(0)
        responseChange([bandAt(at, i), bandAt(moved, i)], phi, sampleRate, step, out)
        for (let k = 0; k < points; k++) out[k]! *= root[k]!
        if (j % 3 === 1) out[points + i] = cost
      },
    },
    { low, high, steps },
  )
  return bands.map((_, i) => bandAt(values, i))
}
