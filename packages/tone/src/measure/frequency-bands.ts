import type { BandFilter } from './band-power.ts'

/** A stretch of bins of a spectrum: all from `from` to `to`, of which the first and the last count in part. */
export interface BinRange {
  readonly from: number
  readonly to: number
  /** Parts, 0 to 1, of the bins `from` and `to`; where both are the same bin, `first` holds and `last` is 0. */
  readonly first: number
  readonly last: number
  /** What the width of the band is of what of it lies below half the sample rate: 1, or more where the band is cut off there. */
  readonly stretch: number
}

/** Decibels of powers below 1e-14 are those of 1e-14: far below what 24 bits hold. */
export const leastPower = 1e-14

export const decibels = (power: number): number => 10 * Math.log10(Math.max(power, leastPower))

/** Centres from `low` to `high` Hz, `each` to an octave, 1000 Hz among them. */
export function logarithmicGrid(low: number, high: number, each: number): Float64Array {
  const first = Math.ceil(each * Math.log2(low / 1000) - 1e-9)
  const last = Math.floor(each * Math.log2(high / 1000) + 1e-9)
  return Float64Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => 1000 * 2 ** ((first + index) / each),
  )
}

/** Centres of third-octave bands, from 25 Hz up as long as a band begins below 20 kHz and half the sample rate. */
export const thirdOctaveCentres = (sampleRate: number): Float64Array =>
  logarithmicGrid(24.5, Math.min(20_000, sampleRate / 2) * 2 ** (1 / 6) * (1 - 1e-9), 3)

/** Centres that spectra of profiles are given at: 24 to the octave, from 20 Hz to 20 kHz or half the sample rate. */
export const profileFrequencies = (sampleRate: number): Float64Array =>
  logarithmicGrid(20, Math.min(20_000, sampleRate / 2), 24)

/**
 * The bins of a band of 1/`fraction` octave around each centre. A bin stands for the frequencies up to half a bin beside it, so that bands
 * narrower than a bin get their share of it.
 *
 * @param width Hz from bin to bin
 * @param bins of the spectrum
 */
export function binRanges(centres: ArrayLike<number>, fraction: number, width: number, bins: number): BinRange[] {
  const half = 2 ** (1 / (2 * fraction))
  return Array.from(centres, (centre) => {
    const low = Math.min(centre / half / width + 0.5, bins - 1e-6)
    const wanted = (centre * half) / width + 0.5
    // The last bin is half the sample rate, and nothing is beyond it.
    const high = Math.min(wanted, bins - 0.5)
    const [from, to] = [Math.floor(low), Math.floor(high)]
    const stretch = (wanted - low) / Math.max(high - low, 1e-6)
    if (from >= to) return { from, to: from, first: Math.max(0, high - low), last: 0, stretch }
    return { from, to, first: from + 1 - low, last: high - to, stretch }
  })
}

/** A band as weights of bins. */
export function filterOf({ from, to, first, last }: BinRange): BandFilter {
  if (from === to) return { first: from, weights: [first] }
  return { first: from, weights: [first, ...new Array<number>(to - from - 1).fill(1), last] }
}

/** The power inside a band. */
export function powerIn(spectrum: Float32Array | Float64Array, { from, to, first, last }: BinRange): number {
  let sum = first * spectrum[from]! + last * spectrum[Math.min(to, spectrum.length - 1)]!
  for (let bin = from + 1; bin < to; bin++) sum += spectrum[bin]!
  return sum
}

/**
 * A power spectrum smoothed to sixths of an octave: the level, in dB, of what lies inside a sixth of an octave around each frequency. Bands
 * that half the sample rate cuts off count as if they went on alike.
 *
 * @param spectrum power of each bin, from 0 Hz to half the sample rate
 * @param frequencies Hz, e.g. {@link profileFrequencies}
 */
export function sixthOctaves(spectrum: Float64Array, sampleRate: number, frequencies: ArrayLike<number>): Float64Array {
  const width = sampleRate / 2 / (spectrum.length - 1)
  const ranges = binRanges(frequencies, 6, width, spectrum.length)
  return Float64Array.from(ranges, (range) => decibels(powerIn(spectrum, range) * range.stretch))
}
