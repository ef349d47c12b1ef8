import { type BandFilter, BandPower } from './band-power.ts'

/** Bands of the mel scale that levels are taken in. */
export const melBands = 64

const lowest = 20
/** Levels from this on, in dB, are counted by fifths of a decibel; what is lower counts as this. */
export const melFloor = -100
const floor = melFloor
const fineness = 5
const steps = 120 * fineness
/** dB below the mean level of a recording where frames in which no band is louder count for nothing: they are none of its sound. */
const depth = 50
/** Levels are those of bins this wide, in Hz, whatever the rate: 2048 samples at 44.1 kHz. */
const binWidth = 44_100 / 2048

const mel = (frequency: number) => 2595 * Math.log10(1 + frequency / 700)
const frequencyOf = (mel: number) => 700 * (10 ** (mel / 2595) - 1)

/** Corners of the bands, evenly over the mel scale (D. O'Shaughnessy, Speech communication, 1987). */
function edgesOf(sampleRate: number): number[] {
  const [low, high] = [mel(lowest), mel(Math.min(20_000, sampleRate / 2))]
  return Array.from({ length: melBands + 2 }, (_, i) => frequencyOf(low + ((high - low) * i) / (melBands + 1)))
}

/** Hz: where each band of a recording of a sample rate is highest. */
export const melCentres = (sampleRate: number): Float64Array => Float64Array.from(edgesOf(sampleRate).slice(1, -1))

/** Triangles from the corner below to the corner above. */
function filtersOf(sampleRate: number, length: number): BandFilter[] {
  const edges = edgesOf(sampleRate)
  const width = sampleRate / length
  return Array.from({ length: melBands }, (_, band) => {
    const [a, b, c] = [edges[band]!, edges[band + 1]!, edges[band + 2]!]
    const first = Math.ceil(a / width)
    const heights: number[] = []
    for (let bin = first; bin * width < c && bin <= length / 2; bin++)
      heights.push(Math.max(0, Math.min((bin * width - a) / (b - a), (c - bin * width) / (c - b))))
    const sum = heights.reduce((all, height) => all + height, 0)
    // A triangle between two bins takes the nearer.
    if (sum < 1e-6) return { first: Math.min(length / 2, Math.round(b / width)), weights: Float32Array.of(1) }
    return { first, weights: Float32Array.from(heights, (height) => height / sum) }
  })
}

/** How often each level was met in each band. Counts of parts of a recording add up to those of the whole. */
export type MelCounts = Uint16Array | Uint32Array

/**
 * Counts the levels of the bands of the mel scale, 20 Hz to 20 kHz or half the sample rate, over frames of about 46 ms (2048 samples at
 * 44.1 kHz), half overlapping.
 */
export class MelLevels {
  readonly length: number
  readonly hop: number
  readonly #bands: BandPower
  readonly #levels = new Float64Array(melBands)
  readonly #scale: number

  /** @param length samples of a frame: a quarter of an analysis frame */
  constructor(sampleRate: number, length: number) {
    this.length = length
    this.hop = length / 2
    this.#bands = new BandPower(length, filtersOf(sampleRate, length))
    // A window of mean 1 instead of mean square 1, and both halves of the spectrum apart, as spectrograms have it.
    this.#scale = 0.75 * (binWidth / (sampleRate / length))
  }

  /** Of a whole recording. */
  static counts(): Uint32Array {
    return new Uint32Array(melBands * steps)
  }

  /** Of a part of at most 65,535 frames. */
  static countsOfPart(): Uint16Array {
    return new Uint16Array(melBands * steps)
  }

  /**
   * Adds a frame's levels to the counts, if any is less than 50 dB below the mean.
   *
   * @param mean mean square of the recording where it is not silent
   */
  add(samples: Float32Array, counts: MelCounts, mean: number): void {
    const levels = this.#levels
    this.#bands.measure(samples)
    const { bands } = this.#bands
    let most = floor
    for (let band = 0; band < melBands; band++) {
      const level = 10 * Math.log10(bands[band]! * this.#scale + 1e-30)
      levels[band] = level
      if (level > most) most = level
    }
    if (most <= Math.max(floor, 10 * Math.log10(mean + 1e-30) - depth)) return
    for (let band = 0; band < melBands; band++) {
      const step = Math.floor((levels[band]! - floor) * fineness)
      counts[band * steps + Math.min(Math.max(step, 0), steps - 1)]!++
    }
  }
}

const wanted = [5, 25, 50, 75, 95]

/**
 * Levels at 5, 25, 50, 75 and 95 % of the frames, in dB: five lists of a level a band. All are -100 dB where no frame counted.
 */
export function melQuantiles(counts: MelCounts): number[][] {
  return wanted.map((percent) =>
    Array.from({ length: melBands }, (_, band) =>
      quantileOf(counts.subarray(band * steps, (band + 1) * steps), percent / 100),
    ),
  )
}

function quantileOf(counts: MelCounts, part: number): number {
  let total = 0
  for (const count of counts) total += count
  if (total === 0) return floor
  // As if the levels in a step were spread evenly over it.
  const rank = part * (total - 1) + 0.5
  let below = 0
  for (let step = 0; step < steps; step++) {
    const count = counts[step]!
    if (count > 0 && below + count >= rank) {
      if (step === 0) return floor
      return floor + (step + (rank - below) / count) / fineness
    }
    below += count
  }
  return floor + steps / fineness
}
