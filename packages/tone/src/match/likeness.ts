import type { Analysis, Sketch } from '../analysis/analysis.ts'
import { decayDistance } from '../measure/decay.ts'
import { melCentres, melFloor } from '../measure/mel.ts'

/** Hz between which spectra are compared: what can be heard of most sounds. */
const [lowest, highest] = [31, 16_500]

/** dB under the loudness below which nobody hears how much there is: of thirds of an octave, and of mel bands, which are per 21.5 Hz. */
const inaudible = { thirds: 80, mel: 90 }

/** A sixth of an octave. */
const halfBand = 2 ** (1 / 6)

/**
 * How far a recording's sound is from a reference's, before it was treated and after. What can be compared is decided once, for both: the
 * frequencies that recording and reference both have (neither the lower sample rate nor the narrower bandwidth is held against the other),
 * and levels that are neither inaudible nor below what was counted.
 *
 * All levels are taken relative to the integrated loudness of their recording, so that how loud a recording is, which is told in LUFS, is
 * not counted again as a distance in every band.
 */
export class Likeness {
  readonly #source: Analysis
  readonly #model: Analysis
  readonly #highest: number
  readonly #melFloor: number

  /** @param source the recording as it is before anything is done to it @param model the reference */
  constructor(source: Analysis, model: Analysis) {
    this.#source = source
    this.#model = model
    const ends = [source, model].map(({ profile }) => Math.min(profile.sampleRate / 2, profile.spectrum.bandwidth))
    this.#highest = Math.min(highest, ...ends)
    this.#melFloor = Math.max(-inaudible.mel, ...[source, model].map((each) => melFloor - loudnessOf(each)))
  }

  /**
   * Mean distance of the long-term spectra in thirds of an octave, dB.
   *
   * @param sound the recording, treated or not
   * @returns null where one of them is mono and the side is asked for, or no band is common
   */
  spectrum(sound: Analysis, of: 'mid' | 'side'): number | null {
    const [own, wanted] = [levelsOf(sound, of), levelsOf(this.#model, of)]
    if (!own || !wanted) return null
    const { centres } = this.#centres()
    return meanOf(
      Array.from(centres).flatMap((centre, band) =>
        centre < lowest || centre * halfBand > this.#highest ? [] : [Math.abs(own[band]! - wanted[band]!)],
      ),
    )
  }

  /**
   * Mean distance of the levels of mel bands at 5, 25, 50, 75 and 95 % of the time, dB: spectrum and dynamics together.
   *
   * @returns null where no band is common
   */
  mel(sound: Analysis): number | null {
    const [own, model] = [sound.profile, this.#model.profile]
    const [from, to] = [melCentres(own.sampleRate), melCentres(model.sampleRate)]
    const slower = own.sampleRate <= model.sampleRate ? from : to
    const heard = (level: number, of: Analysis) => Math.max(this.#melFloor, level - loudnessOf(of))
    return meanOf(
      own.mel.quantiles.flatMap((row, q) =>
        Array.from(slower).flatMap((centre) => {
          if (centre > this.#highest) return []
          const here = heard(levelAt(from, row, centre), sound)
          return [Math.abs(here - heard(levelAt(to, model.mel.quantiles[q]!, centre), this.#model))]
        }),
      ),
    )
  }

  /** Mean distance of decays, dB, as far as the noise of recording and reference lets them be seen; null where that is not far. */
  decay(sound: Analysis): number | null {
    return decayDistance(sound.profile.decay, this.#model.profile.decay, this.#source.profile.decay)
  }

  #centres(): Sketch {
    const [a, b] = [this.#source.sketch, this.#model.sketch]
    return a.centres.length <= b.centres.length ? a : b
  }
}

/**
 * LUFS of a recording, over which the levels of its mid are counted: of a pair 3 dB less, for there the mid is heard from two channels, and
 * a mono recording and the same on two channels must not differ in every band.
 */
const loudnessOf = ({ profile }: Analysis): number =>
  (profile.loudness.integrated ?? -70) - (profile.channels > 1 ? 10 * Math.log10(2) : 0)

/**
 * Mean power of each third of an octave over what is within 20 dB of the mean level, dB over the loudness: pauses count in neither, so that a
 * recording does not differ from itself with silence before it.
 */
function levelsOf(analysis: Analysis, of: 'mid' | 'side'): Float64Array | undefined {
  const powers = analysis.sketch[of]
  if (!powers) return undefined
  const { frames, centres, active } = analysis.sketch
  const bands = centres.length
  const sums = new Float64Array(bands)
  let total = 0
  for (let row = 0; row < frames; row++) {
    const share = active[row]!
    total += share
    if (share > 0) for (let band = 0; band < bands; band++) sums[band]! += share * powers[row * bands + band]!
  }
  const loudness = loudnessOf(analysis)
  return sums.map((sum) =>
    Math.max(-inaudible.thirds, 10 * Math.log10(Math.max(1e-20, sum / Math.max(1e-3, total))) - loudness),
  )
}

/** Linear between centres, held beyond them. */
function levelAt(centres: Float64Array, levels: readonly number[], at: number): number {
  const last = centres.length - 1
  let k = 0
  while (k < last - 1 && centres[k + 1]! <= at) k++
  const place = Math.min(1, Math.max(0, (at - centres[k]!) / (centres[k + 1]! - centres[k]!)))
  return levels[k]! + place * (levels[k + 1]! - levels[k]!)
}

const meanOf = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null
