import type { Quantity } from './report.ts'

interface Kind {
  readonly label: string
  readonly unit: string
  readonly aim: Quantity['aim']
  /** How far from what is wanted still counts as there; null where a number is only told. */
  readonly tolerance: number | null
  /** Digits behind the point that mean something. */
  readonly digits: number
}

const near = (label: string, unit: string, tolerance: number | null, digits = 1): Kind => ({
  label,
  unit,
  aim: 'near',
  tolerance,
  digits,
})
const atMost = (label: string, unit: string, tolerance: number | null, digits = 1): Kind => ({
  ...near(label, unit, tolerance, digits),
  aim: 'atMost',
})

/**
 * What a report measures. Tolerances are what is hard to hear, or what the standard allows: 0.1 LU is what EBU Tech 3341 asks of a meter.
 * Of distances between spectra zero is wanted, and the tolerance is how much may be left.
 */
export const quantityKinds = {
  integratedLoudness: near('Integrated loudness', 'LUFS', 0.1, 2),
  speechLoudness: near('Loudness of speech', 'LUFS', 0.5, 1),
  loudnessRange: near('Loudness range', 'LU', 1),
  maxShortTerm: near('Loudest 3 s', 'LUFS', 1),
  maxMomentary: near('Loudest 0.4 s', 'LUFS', 1.5),
  truePeak: atMost('True peak', 'dBTP', 0, 2),
  crest: near('Crest factor', 'dB', 1.2),
  spectrumMid: atMost('Distance of spectra, mid', 'dB', 1.8, 2),
  spectrumSide: atMost('Distance of spectra, side', 'dB', 3, 2),
  melDistance: atMost('Distance of levels in mel bands', 'dB', 6, 2),
  resolutions: atMost('Distance of spectrograms', 'dB', 3, 2),
  width: near('Stereo width (side to mid)', 'dB', 0.7),
  correlation: near('Correlation of left and right', '', 0.15, 2),
  decay: atMost('Distance of decays', 'dB', 1, 2),
  noiseFloor: near('Noise floor', 'LUFS', 3),
  bandwidth: near('Bandwidth', 'kHz', null, 1),
} as const satisfies Readonly<Record<string, Kind>>

export type QuantityName = keyof typeof quantityKinds

/** What was measured; what is not a finite number counts as not known. */
export interface Measured {
  readonly before: number | null
  readonly after: number | null
  readonly wanted: number | null
  /** Instead of the usual one. */
  readonly tolerance?: number
}

const rounded = (value: number | null, digits: number): number | null =>
  value === null || !Number.isFinite(value) ? null : Number(value.toFixed(digits)) + 0

/**
 * A line of a report: numbers rounded to what they can tell, and whether the result is within the tolerance, which is decided before
 * they are rounded.
 */
export function quantityOf(name: QuantityName, measured: Measured): Quantity {
  const { label, unit, aim, digits, ...usual } = quantityKinds[name] as Kind
  const tolerance = measured.tolerance ?? usual.tolerance
  const { after, wanted } = measured
  return {
    name,
    label,
    unit,
    before: rounded(measured.before, digits),
    after: rounded(after, digits),
    wanted: rounded(wanted, digits),
    aim,
    tolerance,
    ok: holds(after, wanted, aim, tolerance),
  }
}

/** Rounding of binary fractions alone must not fail a result. */
const slack = 1e-9

function holds(after: number | null, wanted: number | null, aim: Quantity['aim'], tolerance: number | null) {
  if (after === null || wanted === null || tolerance === null) return null
  if (!Number.isFinite(after) || !Number.isFinite(wanted)) return null
  const over = after - wanted
  const miss = aim === 'near' ? Math.abs(over) : aim === 'atMost' ? over : -over
  return miss <= tolerance + slack
}

/** How far a value is from what is wanted, in the unit of the quantity, at least 0; null where that cannot be told. */
export function distanceOf({ wanted, aim }: Quantity, value: number | null): number | null {
  if (value === null || wanted === null) return null
  const over = value - wanted
  return aim === 'near' ? Math.abs(over) : Math.max(0, aim === 'atMost' ? over : -over)
}

/** Digits behind the point to show of a quantity. */
export const digitsOf = (name: string): number => (quantityKinds as Readonly<Record<string, Kind>>)[name]?.digits ?? 2
