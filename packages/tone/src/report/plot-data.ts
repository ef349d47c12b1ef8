import type { Band } from '../preset/preset.ts'
import type { Profile } from '../profile.ts'
import type { SpectrogramImage } from './spectrogram-image.ts'
import type { Track } from './track.ts'

/** Numbers of a plot; those that are not finite are left out of it. */
export type Levels = ArrayLike<number>

/** Three curves over one axis. */
export interface Compared {
  readonly before: Levels
  readonly after: Levels
  /** Of the reference; null where there is none. */
  readonly wanted: Levels | null
}

/** Spectra, dB relative to the loudness of the recording, so that only their shapes differ. */
export interface SpectrumData {
  /** Hz, rising. */
  readonly frequency: Levels
  readonly mid: Compared
  /** null for mono */
  readonly side: Compared | null
}

/** A curve of an equaliser, as it is and as bands. */
export interface EqData {
  /** Hz, rising. */
  readonly frequency: Levels
  /** dB */
  readonly exact: Levels
  /** dB: what the bands make together; null where there are none. */
  readonly ofBands: Levels | null
  readonly bands: readonly Band[]
}

export interface LoudnessData {
  /** Short-term loudness (3 s), LUFS. */
  readonly before: Track
  readonly after: Track
  readonly reference: Track | null
  /** Whether the reference is a version of the same recording, so that both have one time. Default false. */
  readonly sameTime?: boolean
  /** Integrated loudness that is wanted, LUFS. */
  readonly target: number | null
}

export interface GainData {
  /** dB, 0 or below. */
  readonly limiter: Track
  /** dB, of all curves or the compressor; null where dynamics are left alone. */
  readonly dynamics: Track | null
}

/** How levels are distributed that are taken over so many seconds. */
export interface LevelsData {
  /** seconds */
  readonly window: number
  /** LUFS at equal steps from 0 to 100 % of the time. */
  readonly quantiles: Compared
}

/** All that the plots of a report show. What is missing is not drawn. */
export interface PlotData {
  readonly spectrum?: SpectrumData
  readonly eq?: { readonly mid: EqData; readonly side: EqData | null }
  readonly loudness?: LoudnessData
  readonly gain?: GainData
  readonly spectrograms?: {
    readonly before: SpectrogramImage
    readonly after: SpectrogramImage
    readonly reference: SpectrogramImage | null
  }
  readonly levels?: readonly LevelsData[]
}

/** The curves of three profiles, each relative to the loudness of its recording. */
export function spectrumData(before: Profile, after: Profile, wanted: Profile | null): SpectrumData {
  const frequency = before.spectrum.frequency
  const curve = (of: Profile | null, which: 'mid' | 'side'): number[] | null => {
    const levels = of?.spectrum[which]
    if (!of || !levels) return null
    const loudness = of.loudness.integrated ?? 0
    return frequency.map((hertz) => levelAt(of.spectrum.frequency, levels, hertz) - loudness)
  }
  const compared = (which: 'mid' | 'side'): Compared | null => {
    const [from, to] = [curve(before, which), curve(after, which)]
    return from && to && { before: from, after: to, wanted: curve(wanted, which) }
  }
  return { frequency, mid: compared('mid')!, side: compared('side') }
}

/** The value of a curve at a frequency, linear over its logarithm; NaN beyond the ends of the curve. */
function levelAt(frequency: Levels, levels: Levels, hertz: number): number {
  const last = frequency.length - 1
  if (!(hertz >= frequency[0]! && hertz <= frequency[last]!)) return Number.NaN
  let [low, high] = [0, last]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (frequency[middle]! <= hertz) low = middle
    else high = middle
  }
  const width = Math.log(frequency[high]! / frequency[low]!)
  const part = width > 0 ? Math.log(hertz / frequency[low]!) / width : 0
  return levels[low]! + part * (levels[high]! - levels[low]!)
}

/** The distributions of three profiles. */
export function levelsData(before: Profile, after: Profile, wanted: Profile | null): LevelsData[] {
  const of = (profile: Profile | null, window: number) =>
    profile?.levels.find((level) => level.window === window)?.quantiles ?? null
  return before.levels.flatMap(({ window, quantiles }) => {
    const result = of(after, window)
    return result ? [{ window, quantiles: { before: quantiles, after: result, wanted: of(wanted, window) } }] : []
  })
}
