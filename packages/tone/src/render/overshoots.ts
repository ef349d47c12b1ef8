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

/**
 * The true peak of a part of a recording, and the stretches in which it is above a ceiling.
 *
 * @param channels samples; what lies around the part counts as far as the meter's filters reach
 * @param start sample of the recording that the arrays begin with
 * @param from where the part begins in the arrays
 * @param to where it ends
 * @param ceiling linear
 */
export function peaksOf(
  channels: readonly Float32Array[],
  start: number,
  from: number,
  to: number,
  sampleRate: number,
  ceiling: number,
): Peaks {
  if (to <= from) return { peak: 0, high: [] }
  const whole = new TruePeakMeter(sampleRate)
  whole.scan(channels, from, to)
  const high: Overshoot[] = []
  if (!(whole.peak > ceiling)) return { peak: whole.peak, high }
  let meter = meterAbove(ceiling, sampleRate)
  for (let at = from; at < to; at += unit) {
    const until = Math.min(to, at + unit)
    // A part must have a whole unit, where there is one; the last goes back for it.
    meter.scan(channels, Math.max(from, until - unit), until)
    if (!(meter.peak > ceiling)) continue
    high.push({ at: start + at, until: start + until, peak: meter.peak })
    meter = meterAbove(ceiling, sampleRate)
  }
  return { peak: whole.peak, high }
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
