import type { Preset, Transfer } from './preset.ts'

/** The stages whose strength can be chosen. */
export const strengthStages = ['denoise', 'eq', 'width', 'reverb', 'dynamics', 'roomTone'] as const
export type StrengthStage = (typeof strengthStages)[number]

/** How much of each stage is wanted: 0 nothing, 1 all, more than all up to 2. What is left out is 1. */
export type Strengths = Readonly<Partial<Record<StrengthStage, number>>>

const decibels = (share: number): number => 20 * Math.log10(share)

/**
 * A preset with some stages weaker or stronger: what they do is multiplied in decibels; reverberation and room tone are turned down by as
 * much. At 0 a stage is left out.
 */
export function withStrengths(preset: Preset, strengths: Strengths): Preset {
  const result: Preset = { ...preset }
  const { denoise, eq, width, reverb, dynamics, roomTone } = preset
  const set = <S extends StrengthStage>(stage: S, change: (share: number) => Preset[S]) => {
    const share = strengths[stage] ?? 1
    if (share === 1 || !preset[stage]) return
    if (share === 0) delete result[stage]
    else result[stage] = change(share)
  }
  const times = (share: number) => (value: number) => value * share
  set('denoise', (share) => ({ ...denoise!, most: Math.min(12, denoise!.most * share) }))
  set('eq', (share) => {
    const scaled = (part: NonNullable<Preset['eq']>['mid']) => ({
      curve: { frequency: part.curve.frequency, level: part.curve.level.map(times(share)) },
      bands: part.bands.map((band) => ({ ...band, gain: band.gain * share })),
      residual: part.residual * share,
    })
    return { ...eq!, mid: scaled(eq!.mid), side: eq!.side && scaled(eq!.side) }
  })
  set('width', (share) => ({ ...width!, side: width!.side * share }))
  set('reverb', (share) => ({ ...reverb!, wet: Math.min(12, reverb!.wet + decibels(share)) }))
  set('roomTone', (share) => ({
    ...roomTone!,
    spectrum: {
      frequency: roomTone!.spectrum.frequency,
      level: roomTone!.spectrum.level.map((level) => level + decibels(share)),
    },
  }))
  set('dynamics', (share) => {
    const { curves, compressor, peaks, ...rest } = dynamics!
    return {
      ...rest,
      curves: curves.map((each: Transfer) => ({ ...each, gain: each.gain.map(times(share)) })),
      ...(compressor && {
        compressor: {
          ...compressor,
          // The slope above the threshold, 1 - 1/ratio, is what is multiplied.
          ratio: Math.min(100, Math.max(0.2, 1 / Math.max(0.01, 1 - share * (1 - 1 / compressor.ratio)))),
          makeUp: compressor.makeUp * share,
          residual: compressor.residual * share,
        },
      }),
      ...(peaks && { peaks: { ...peaks, ratio: Math.min(4, Math.max(0.1, peaks.ratio ** share)) } }),
    }
  })
  return result
}
