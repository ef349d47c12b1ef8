import { rounded } from './curves.ts'
import type { DynamicsDesign } from './dynamics.ts'
import type { Part } from './style-parts.ts'

/** What a style is made of here; the other stages have designs of their own. */
export type StyleStage = 'eq' | 'width' | 'dynamics'

/** Something that could not be had as it was wanted. */
export interface Limit {
  readonly stage: StyleStage
  /** What was held back. */
  readonly what: string
  readonly why: string
}

export interface Confidence {
  /** 0 to 1. */
  readonly value: number
  readonly why: string
}

/** What the cap of the EQ keeps back of a curve. @param centre dB about which the cap lies */
export function capLimits(part: Part, centre: number, cap: number, frequency: readonly number[]): Limit[] {
  let [worst, at] = [0, 0]
  for (const [i, value] of part.raw.entries()) {
    const excess = part.weight[i]! > 0.5 ? Math.abs(value - centre) - cap : 0
    if (excess > worst) [worst, at] = [excess, frequency[i]!]
  }
  if (worst <= 1) return []
  const place = at < 1000 ? `${at.toFixed(0)} Hz` : `${(at / 1000).toFixed(1)} kHz`
  return [
    {
      stage: 'eq',
      what: `The EQ of the ${part.of} stops at ${cap} dB`,
      why: `the reference asks for ${(cap + worst).toFixed(0)} dB about ${place}`,
    },
  ]
}

/** A loudness range that dynamics do not bring about. */
export function rangeLimits({ range }: DynamicsDesign): Limit[] {
  if (Math.abs(range.after - range.wanted) <= 0.5) return []
  return [
    {
      stage: 'dynamics',
      what: `The loudness range comes to ${range.after.toFixed(1)} LU, not to ${range.wanted.toFixed(1)} LU`,
      why: 'gains or slopes would have to go beyond their limits',
    },
  ]
}

/** Hz between which the bands count that hold sound in both recordings. */
const [lowest, highest] = [40, 14_000]

/** How much of a curve can be trusted, 0 to 1. */
export function trustedPart(
  { weight }: Part,
  frequency: readonly number[],
  [from, to]: readonly [number, number],
): number {
  let [trusted, count] = [0, 0]
  for (const [i, f] of frequency.entries())
    if (f >= Math.max(lowest, from) && f <= Math.min(highest, to)) {
      trusted += weight[i]!
      count++
    }
  return count > 0 ? trusted / count : 0
}

/** @param bands part that is trusted @param seconds of the shorter recording @param left dB that are expected to remain */
export const spectralConfidence = (bands: number, seconds: number, left: number): Confidence => ({
  value: rounded(bands * Math.min(1, Math.sqrt(seconds / 30)) * Math.max(0.2, 1 - left / 10), 2),
  why: `${(bands * 100).toFixed(0)} % of the bands hold sound in both recordings; ${seconds.toFixed(0)} s of the shorter; ${left.toFixed(1)} dB are expected to remain`,
})

/** @param seconds of the shorter recording */
export function dynamicsConfidence({ distance: { before, after } }: DynamicsDesign, seconds: number): Confidence {
  const brought = before > 0.2 ? Math.min(1, Math.max(0, 1 - after / before)) : 1
  const short = seconds < 60 ? `loudness range says little of ${seconds.toFixed(0)} s; ` : ''
  return {
    value: rounded(Math.min(1, Math.sqrt(seconds / 60)) * (0.4 + 0.6 * brought), 2),
    why: `${short}levels differ by ${before.toFixed(1)} dB before and are expected to by ${after.toFixed(1)} dB after`,
  }
}
