import { binRanges, leastPower, powerIn } from './frequency-bands.ts'

/** Bands to an octave in which an edge is looked for. */
const each = 24
/** A band-limited recording falls by this many dB within a third of an octave at its edge, and stays there. */
const cliff = 25
/** Bands of a third of an octave. */
const reach = 8
/** dB below the loudest band from where on nothing is heard beside the rest. */
const inaudible = 110

/**
 * The highest frequency with anything in it, in Hz: where the spectrum falls off a cliff that it does not climb again, as at 4 kHz of speech
 * that was once sampled at 8 kHz, or at 16 kHz of lossy codecs; otherwise the highest whose level is not lost beneath the loudest.
 *
 * @param spectrum power of each bin, from 0 Hz to half the sample rate
 */
export function bandwidthOf(spectrum: Float64Array, sampleRate: number): number {
  const nyquist = sampleRate / 2
  const width = nyquist / (spectrum.length - 1)
  const count = Math.floor(each * Math.log2(nyquist / 200))
  const centres = Float64Array.from({ length: count }, (_, i) => nyquist * 2 ** ((i - count + 0.5) / each))
  // Density, so that bands that are cut off at half the sample rate are like the others.
  const levels = binRanges(centres, each, width, spectrum.length).map((range) => {
    const bins = range.from === range.to ? range.first : range.to - range.from - 1 + range.first + range.last
    return 10 * Math.log10(Math.max(leastPower, powerIn(spectrum, range)) / Math.max(bins, 1e-3))
  })
  const loudest = Math.max(...levels)
  let last = levels.length - 1
  while (last > 0 && levels[last]! < loudest - inaudible) last--
  const band = Math.min(last, cliffIn(levels) ?? last)
  return Math.min(nyquist, centres[band]! * 2 ** (0.5 / each))
}

/** The last band before the steepest cliff; undefined where there is none. */
function cliffIn(levels: readonly number[]): number | undefined {
  let above = Number.NEGATIVE_INFINITY
  let deepest = cliff
  let found: { readonly band: number; readonly top: number } | undefined
  for (let band = levels.length - 3; band >= reach; band--) {
    // What lies above a band must never come back near to what lies below it; the two bands beside it are its slope.
    above = Math.max(above, levels[band + 2]!)
    const top = median(levels.slice(band - reach, band + 1))
    if (top - above <= deepest) continue
    deepest = top - above
    found = { band, top }
  }
  if (!found) return undefined
  let edge = Math.min(levels.length - 1, found.band + 2)
  while (edge > 0 && levels[edge]! < found.top - cliff / 2) edge--
  return edge
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
