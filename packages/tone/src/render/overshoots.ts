import { TruePeakMeter } from '../measure/true-peak-meter.ts'

/** A stretch with a peak that is too high. */
export interface Overshoot {
  /** Samples of the recording. */
  readonly at: number
  readonly until: number
  /** Linear */
  readonly peak: number
}

/** Peaks of a part of a recording. */
export interface Peaks {
  /** Linear: the true peak. */
  readonly peak: number
  /** Where it is too high. */
  readonly high: readonly Overshoot[]
}

/** Samples that are looked at together: what the meter takes at a time. */
const unit = 64

/** Looks over a part of a recording, bit by bit: its true peak, and the stretches in which that is above a ceiling. */
export class PeakSearch {
  readonly #meter: TruePeakMeter
  readonly #sampleRate: number
  readonly #ceiling: number
  readonly #high: Overshoot[] = []

  /** @param ceiling linear */
  constructor(sampleRate: number, ceiling: number) {
    this.#meter = new TruePeakMeter(sampleRate)
    this.#sampleRate = sampleRate
    this.#ceiling = ceiling
  }

  get peaks(): Peaks {
    return { peak: this.#meter.peak, high: this.#high }
  }

  /**
   * Looks at samples `from` to `to` of the arrays; what lies around them counts as far as the meter's filters reach.
   *
   * @param start sample of the recording that the arrays begin with
   */
  look(channels: readonly Float32Array[], start: number, from: number, to: number): void {
    if (to <= from) return
    this.#meter.scan(channels, from, to)
    const ceiling = this.#ceiling
    if (!(this.#meter.peak > ceiling)) return
    let meter = meterAbove(ceiling, this.#sampleRate)
    for (let at = from; at < to; at += unit) {
      const until = Math.min(to, at + unit)
      // A part must have a whole unit, where there is one; the last goes back for it.
      meter.scan(channels, Math.max(from, until - unit), until)
      if (!(meter.peak > ceiling)) continue
      this.#high.push({ at: start + at, until: start + until, peak: meter.peak })
      meter = meterAbove(ceiling, this.#sampleRate)
    }
  }
}

/** A meter that has seen a peak of just the ceiling, so that it leaves out all that is not higher. */
function meterAbove(ceiling: number, sampleRate: number): TruePeakMeter {
  const meter = new TruePeakMeter(sampleRate)
  const pulse = new Float32Array(3 * unit)
  // Between the samples a pulse is nowhere higher than at its sample.
  pulse[unit + unit / 2] = Math.fround(ceiling) > ceiling ? ceiling * (1 - 2 ** -23) : ceiling
  meter.scan([pulse], unit, 2 * unit)
  return meter
}
