import type { Envelopes } from './band-envelopes.ts'

/**
 * How fast a recording falls silent, in octave bands. For each band, 3 x 8 falls and a floor: by how many decibels the level has fallen
 * 20, 40, 60, 90, 130, 190, 280 and 400 ms after a loud moment, at the 90th percentile of all loud moments, then at the 95th and the
 * 98th; and last how far the quietest 3 % lie under the mean (dB, positive).
 *
 * A voice in a dead room stops at once; the fastest falls are those of the room, so they hardly depend on who speaks (the same is used by
 * H. W. Löllmann et al., An improved algorithm for blind reverberation time estimation, IWAENC 2010, which looks for the fastest decays).
 */
export interface DecayStatistics {
  /** Hz, centres of octave bands. */
  readonly frequency: number[]
  /** 25 numbers for each band, dB. */
  readonly statistics: number[][]
}

/** Steps of 10 ms after a loud moment. */
export const fallSteps: readonly number[] = [2, 4, 6, 9, 13, 19, 28, 40]
const fallQuantiles = [0.9, 0.95, 0.98]
/** Numbers of a band. */
export const bandNumbers: number = fallSteps.length * fallQuantiles.length + 1
const floorQuantile = 0.03
/** dB under the mean from where a moment is loud. */
const loud = 6
/** dB under the mean to which levels are followed. */
const deepest = 70
/** dB that the end of a fall has to be over the floor to be seen; falls up to so many are always looked at. */
const overFloor = 6
const leastRange = 10
/** dB of a fall beyond which nobody hears a difference. */
const farthest = 40
/** Seconds' worth of steps, and loud moments, without which there is too little to tell. */
const leastSteps = 200
const leastLoud = 40
/** Bins of histograms in a decibel. */
const fineness = 8
const bins = (deepest + 40) * fineness

/**
 * Statistics of the falls of a recording's envelopes, which reverberation slows down. Null where there is too little sound: less than two
 * seconds, or silence.
 *
 * @param envelopes of {@link BandEnvelopes}
 */
export function decayStatistics(envelopes: Envelopes): DecayStatistics | null {
  const { frequency, steps, values, stretch } = envelopes
  if (steps < leastSteps) return null
  const found = frequency.map((_, b) => bandStatistics(bandOf(envelopes, b), stretch))
  const known = found.flatMap((numbers, b) => (numbers ? [{ frequency: frequency[b] as number, numbers }] : []))
  if (known.length === 0 || values.length === 0) return null
  return { frequency: known.map((band) => band.frequency), statistics: known.map((band) => band.numbers) }
}

/** Mean squares of one band. */
export function bandOf({ frequency, steps, values }: Envelopes, band: number): Float32Array {
  const out = new Float32Array(steps)
  for (let i = 0; i < steps; i++) out[i] = values[i * frequency.length + band] as number
  return out
}

/**
 * The statistics of one band, {@link DecayStatistics}; null where there are too few loud moments.
 *
 * @param power mean squares, 100 a second
 * @param stretch steps after which what follows is not adjacent; 0: none
 */
export function bandStatistics(power: Float32Array, stretch = 0): number[] | null {
  const levels = levelsOf(power)
  if (!levels) return null
  const moments = momentsOf(levels)
  if (moments.length < leastLoud) return null
  const out: number[] = new Array(bandNumbers)
  const histogram = new Uint32Array(bins)
  for (const [l, lag] of fallSteps.entries()) {
    histogram.fill(0)
    const count = countFalls(levels, moments, lag, stretch, histogram)
    for (const [q, quantile] of fallQuantiles.entries())
      out[q * fallSteps.length + l] = quantileOf(histogram, count * quantile)
  }
  histogram.fill(0)
  for (const level of levels) (histogram[Math.min(bins - 1, Math.floor((level + deepest) * fineness))] as number)++
  out[bandNumbers - 1] = deepest - quantileOf(histogram, levels.length * floorQuantile)
  return out
}

/** Memory to work in, of twenty minutes at the most: reverberation is found in hundreds of trials. */
let room = { levels: new Float32Array(0), moments: new Int32Array(0) }

function roomFor(length: number): typeof room {
  if (room.levels.length < length) room = { levels: new Float32Array(length), moments: new Int32Array(length) }
  return { levels: room.levels.subarray(0, length), moments: room.moments.subarray(0, length) }
}

/** Where it is loud. */
function momentsOf(levels: Float32Array): Int32Array {
  const { moments } = roomFor(levels.length)
  let count = 0
  for (let i = 0; i < levels.length; i++) if ((levels[i] as number) > -loud) moments[count++] = i
  return moments.subarray(0, count)
}

/** Counts by how much it falls within so many steps; how many there are. */
function countFalls(
  levels: Float32Array,
  moments: Int32Array,
  lag: number,
  stretch: number,
  histogram: Uint32Array,
): number {
  let count = 0
  for (let i = 0; i < moments.length; i++) {
    const at = moments[i] as number
    if (at + lag >= levels.length || (stretch > 0 && (at % stretch) + lag >= stretch)) continue
    const place = ((levels[at] as number) - (levels[at + lag] as number)) * fineness
    const bin = place > 0 ? place | 0 : 0
    ;(histogram[bin < bins ? bin : bins - 1] as number)++
    count++
  }
  return count
}

/** dB over the mean; null for silence. */
function levelsOf(power: Float32Array): Float32Array | null {
  let mean = 0
  for (const value of power) mean += value
  mean /= power.length
  if (!(mean > 1e-14)) return null
  const { levels } = roomFor(power.length)
  for (let i = 0; i < levels.length; i++) levels[i] = Math.max(-deepest, 10 * Math.log10((power[i] as number) / mean))
  return levels
}

/** dB under which so many lie; linear inside a bin. */
function quantileOf(histogram: Uint32Array, wanted: number): number {
  let below = 0
  for (let bin = 0; bin < histogram.length; bin++) {
    const count = histogram[bin] as number
    if (count > 0 && below + count >= wanted) return (bin + Math.max(0, wanted - below) / count) / fineness
    below += count
  }
  return 0
}

/** dB of falls that two recordings' floors let be seen in a band. */
export const visibleRange = (a: readonly number[], b: readonly number[]): number =>
  Math.max(
    leastRange,
    Math.min(farthest, (a[bandNumbers - 1] as number) - overFloor, (b[bandNumbers - 1] as number) - overFloor),
  )

/** Mean difference, dB, of a band's falls in two recordings, of which no more than `range` is looked at. */
export function bandDistance(a: readonly number[], b: readonly number[], range: number): number {
  let sum = 0
  for (let j = 0; j < bandNumbers - 1; j++)
    sum += Math.abs(Math.min(range, a[j] as number) - Math.min(range, b[j] as number))
  return sum / (bandNumbers - 1)
}

/**
 * Mean difference of a recording's decay from a reference's, dB, over the bands that both have; null where they share none.
 *
 * Falls are followed as far as the noise floors of both let them be seen. To compare before with after, that has to be the same for both:
 * otherwise what merely drowns the decays would seem to bring them nearer.
 *
 * @param seen the recording as it was before it was treated, whose floor counts
 */
export function decayDistance(
  of: DecayStatistics | null,
  reference: DecayStatistics | null,
  seen: DecayStatistics | null = of,
): number | null {
  if (!of || !reference || !seen) return null
  const distances = of.frequency.flatMap((frequency, i) => {
    const [other, before] = [reference, seen].map((one) => one.statistics[one.frequency.indexOf(frequency)])
    return other && before ? [bandDistance(of.statistics[i] as number[], other, visibleRange(before, other))] : []
  })
  return distances.length ? distances.reduce((sum, distance) => sum + distance, 0) / distances.length : null
}
