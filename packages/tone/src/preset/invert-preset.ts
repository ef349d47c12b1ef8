import type { Preset, Transfer } from './preset.ts'

/** An inverted preset, and what of it could not be inverted. */
export interface Inverted {
  readonly preset: Preset
  readonly left: readonly { readonly stage: string; readonly why: string }[]
}

/**
 * A preset that undoes another as far as that can be undone: gains are turned round, curves of level are mirrored so that what came out
 * goes in. Noise, reverberation and limited peaks cannot be taken back, and are said to be left.
 */
export function invertPreset(preset: Preset): Inverted {
  const { denoise, eq, width, reverb, dynamics, roomTone, ...rest } = preset
  const result: Preset = { ...rest, loudness: { ...rest.loudness, drive: -rest.loudness.drive, target: null } }
  const left: { stage: string; why: string }[] = []
  if (eq) {
    const turned = (part: NonNullable<Preset['eq']>['mid']) => ({
      ...part,
      curve: { frequency: part.curve.frequency, level: part.curve.level.map((level) => -level || 0) },
      bands: part.bands.map((band) => ({ ...band, gain: -band.gain || 0 })),
    })
    result.eq = { ...eq, mid: turned(eq.mid), side: eq.side && turned(eq.side) }
  }
  if (width) {
    result.width = { ...width, side: -width.side || 0, monoBelow: 0 }
    if (width.monoBelow > 0) left.push({ stage: 'width', why: 'sides below monoBelow are gone' })
  }
  if (dynamics) {
    // The last curve was applied last, so it is undone first.
    const curves = dynamics.curves.map(mirrored).reverse()
    const { peaks, compressor: _, ...others } = dynamics
    result.dynamics = {
      ...others,
      use: 'curves',
      curves,
      ...(peaks && { peaks: { ...peaks, ratio: 1 / peaks.ratio } }),
    }
    if (dynamics.use === 'compressor')
      left.push({ stage: 'dynamics', why: 'a compressor is not inverted; its curves of level are' })
  }
  if (denoise) left.push({ stage: 'denoise', why: 'noise that was taken away is gone' })
  if (reverb) left.push({ stage: 'reverb', why: 'reverberation is not taken out of a recording' })
  if (roomTone) left.push({ stage: 'roomTone', why: 'room tone is not taken out of a recording' })
  return { preset: result, left }
}

/** What takes the levels that came out back to those that went in. */
function mirrored({ level, gain, ...rest }: Transfer): Transfer {
  const points = level.map((each, at) => ({ level: each + gain[at]!, gain: -gain[at]! || 0 }))
  // Where gain falls faster than level rises, several levels came out as one; the first of them stands for all.
  const rising = points.filter((point, at) => points.slice(0, at).every((before) => before.level < point.level - 1e-6))
  if (rising.length < 2) rising.push({ level: rising[0]!.level + 1, gain: rising[0]!.gain })
  return { ...rest, level: rising.map(({ level }) => level), gain: rising.map(({ gain }) => gain) }
}
