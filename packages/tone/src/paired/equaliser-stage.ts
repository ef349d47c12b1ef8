import { curveOf, rounded } from '../design/curves.ts'
import { fitBands } from '../design/fit-bands.ts'
import type { Preset } from '../preset/preset.ts'
import { type DirectCurve, weightedMedian } from './direct-curve.ts'

/** Equaliser and width as stages. */
export interface EqualiserStages {
  readonly eq: NonNullable<Preset['eq']>
  /** dB of the side over the mid; undefined where there is no side, or too little of it. */
  readonly side: number | undefined
  /** How far the gain is known, in the mean, 0 to 1. */
  readonly trust: number
  /** What was held at the cap: `mid`, `side`. */
  readonly capped: readonly string[]
}

/** Hz between which a gain is asked to be known. */
const [lowest, highest] = [40, 14_000]
/** dB rms that the side's curve differs from the mid's by, beyond its width, before it gets one of its own. */
const ownFrom = 0.5
/** Points that mid and side must share for a width. */
const sharedLeast = 5

const isAsked = (hertz: number): boolean => hertz >= lowest && hertz <= highest

/** dB that a curve lies around: half of what is known of it, over the logarithm of frequency, lies below. */
export const middleOfCurve = (curve: DirectCurve, frequency: Float64Array): number =>
  weightedMedian(
    curve.level,
    frequency.map((hertz, i) => (isAsked(hertz) ? curve.trust[i]! : 0)),
  )

/**
 * Makes stages of measured gains: the mid's shape about 0 dB, what the side has beyond it in the mean as its width, and a curve of the
 * side's own where it differs.
 *
 * @param cap dB that curves may reach to
 */
export function equaliserStages(
  curve: DirectCurve,
  side: DirectCurve | undefined,
  frequency: Float64Array,
  sampleRate: number,
  cap: number,
): EqualiserStages {
  const capped: string[] = []
  const limited = (levels: Float64Array, { trust }: DirectCurve, of: string) => {
    if (levels.some((level, i) => Math.abs(level) > cap && trust[i]! > 0.3)) capped.push(of)
    return levels.map((level) => Math.min(cap, Math.max(-cap, level)))
  }
  const equaliserOf = (levels: Float64Array) => {
    const points = curveOf(frequency, levels)
    return { curve: points, ...fitBands(points, 10, sampleRate) }
  }
  const middle = middleOfCurve(curve, frequency)
  const mid = limited(
    curve.level.map((level) => level - middle),
    curve,
    'mid',
  )
  const asked = frequency.map((hertz) => (isAsked(hertz) ? 1 : 0))
  const count = asked.reduce((sum, value) => sum + value, 0)
  const trust = asked.reduce((sum, value, i) => sum + value * curve.trust[i]!, 0) / Math.max(1, count)
  const eq = { on: true, phase: 'minimum', use: 'curve', mid: equaliserOf(mid), side: null } as const
  if (!side) return { eq, side: undefined, trust, capped }

  const both = asked.map((value, i) => value * Math.min(curve.trust[i]!, side.trust[i]!))
  const shared = both.reduce((sum, value) => sum + value, 0)
  if (shared < sharedLeast) return { eq, side: undefined, trust, capped }
  const over = side.level.map((level, i) => level - curve.level[i]!)
  const width = rounded(weightedMedian(over, both), 2)
  // Where little is known of the side it goes along with the mid.
  const levels = limited(
    over.map((level, i) => mid[i]! + (level - width) * Math.min(1, 2 * side.trust[i]!)),
    side,
    'side',
  )
  const squares = levels.reduce((sum, level, i) => sum + both[i]! * (level - mid[i]!) ** 2, 0)
  if (Math.sqrt(squares / shared) <= ownFrom)
    return { eq, side: width, trust, capped: capped.filter((of) => of !== 'side') }
  return { eq: { ...eq, side: equaliserOf(levels) }, side: width, trust, capped }
}
