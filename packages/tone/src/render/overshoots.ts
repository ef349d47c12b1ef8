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
  readonly #meters: Meters
  #peak = 0
  readonly #ceiling: number
  readonly #high: Overshoot[] = []

  /** @param ceiling linear */
  constructor(sampleRate: number, ceiling: number) {
    this.#meters = metersFor(sampleRate)
    this.#ceiling = ceiling
  }

  get peaks(): Peaks {
    return { peak: this.#peak, high: this.#high }
  }

  /**
   * Looks at samples `from` to `to` of the arrays; what lies around them counts as far as the meter's filters reach.
   *
   * @param start sample of the recording that the arrays begin with
   */
  look(channels: readonly Float32Array[], start: number, from: number, to: number): void {
    if (to <= from) return
    const { whole, part: meter } = this.#meters
    whole.reset()
    whole.note(this.#peak)
    whole.scan(channels, from, to)
    this.#peak = whole.peak
    const ceiling = this.#ceiling
    if (!(this.#peak > ceiling)) return
    putAbove(meter, ceiling)
    for (let at = from; at < to; at += unit) {
      const until = Math.min(to, at + unit)
      // A part must have a whole unit, where there is one; the last goes back for it.
      meter.scan(channels, Math.max(from, until - unit), until)
      if (!(meter.peak > ceiling)) continue
      this.#high.push({ at: start + at, until: start + until, peak: meter.peak })
      putAbove(meter, ceiling)
    }
  }
}

interface Meters {
  readonly sampleRate: number
  readonly whole: TruePeakMeter
  readonly part: TruePeakMeter
}

let last: Meters | undefined

/** Meters of a thread, which looks at part after part: each has memory of its own. */
function metersFor(sampleRate: number): Meters {
  if (last?.sampleRate !== sampleRate)
    last = { sampleRate, whole: new TruePeakMeter(sampleRate), part: new TruePeakMeter(sampleRate) }
  return last
}

/** Begins anew as if it had seen a peak of just the ceiling, so that it leaves out all that is not higher. */
function putAbove(meter: TruePeakMeter, ceiling: number): void {
  meter.reset()
  // Between the samples a pulse is nowhere higher than at its sample.
  pulse[unit + unit / 2] = Math.fround(ceiling) > ceiling ? ceiling * (1 - 2 ** -23) : ceiling
  meter.scan([pulse], unit, 2 * unit)
}

const pulse = new Float32Array(3 * unit)
