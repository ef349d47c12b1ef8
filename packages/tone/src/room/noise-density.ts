import type { Curve } from '../profile.ts'

/** Width of a sixth of an octave over its centre. */
const relativeWidth = 2 ** (1 / 12) - 2 ** (-1 / 12)

/**
 * Power per hertz at evenly spaced frequencies of a spectrum that is given as power of sixths of an octave in dB. Between the curve's
 * frequencies it is linear in dB over the logarithm of frequency.
 *
 * @param spacing Hz from one number to the next; the first is at 0
 * @param beyond whether there is nothing beyond the curve's ends but half a band, or it goes on level
 */
export function noiseDensity(
  { frequency, level }: Curve,
  count: number,
  spacing: number,
  beyond: 'nothing' | 'level',
): Float64Array {
  const density = new Float64Array(count)
  const last = frequency.length - 1
  if (last < 0) return density
  const densities = frequency.map((hertz, i) => (level[i] as number) - 10 * Math.log10(hertz * relativeWidth))
  const [least, most] = [(frequency[0] as number) * 2 ** (-1 / 12), (frequency[last] as number) * 2 ** (1 / 12)]
  let at = 0
  for (let k = 0; k < count; k++) {
    const hertz = k * spacing
    if (beyond === 'nothing' && (hertz < least || hertz > most)) continue
    while (at < last && (frequency[at + 1] as number) < hertz) at++
    const next = Math.min(last, at + 1)
    const span = Math.log((frequency[next] as number) / (frequency[at] as number))
    const place = span > 0 ? Math.log(Math.max(hertz, 1e-3) / (frequency[at] as number)) / span : 0
    const [here, there] = [densities[at] as number, densities[next] as number]
    density[k] = 10 ** ((here + Math.min(1, Math.max(0, place)) * (there - here)) / 10)
  }
  return density
}
