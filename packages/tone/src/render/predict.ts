import { CrestMeter } from '../measure/crest.ts'
import { hopStart } from '../measure/k-power.ts'
import { controlValues } from './control-track.ts'
import type { GainChoice, GainCurve } from './gain.ts'
import { stepEnd, stepsIn } from './levels.ts'

/** How hard the limiter works. */
export interface Reduction {
  /** dB, mean over the time in which it works. */
  readonly mean: number
  /** dB */
  readonly most: number
  /** Part of the time, 0 to 1, in which it takes more than 0.1 dB. */
  readonly share: number
}

/** What a recording will be after its gain. */
export interface Prediction {
  /** LUFS; null if nothing is above the gate. */
  readonly integrated: number | null
  /** LU */
  readonly range: number
  /** dB: median over 3 s of the highest sample over the root mean square. */
  readonly crest: number
  /** dBTP, as the limiter sees it; null for silence. */
  readonly truePeak: number | null
  readonly limiter: Reduction
}

/** dB of reduction from which on the limiter is said to work. */
const noticed = 0.1

/** Loudness, crest and peaks after a gain, from the control track alone: K-weighted power times the square of the gain, and so on. */
export function predict(curve: GainCurve, choice?: GainChoice): Prediction {
  const { track, tone } = curve
  const steps = stepsIn(track)
  const loudness = curve.loudness(steps)
  // The last step counts for loudness only if it is whole.
  const whole = hopStart(steps, track.sampleRate) > track.length ? steps - 1 : steps
  const crest = new CrestMeter()
  let [step, from, until] = [0, 0, stepEnd(0, track)]
  let [energy, plain, sample, peak] = [0, 0, 0, 0]
  const noticedGain = 10 ** (-noticed / 20)
  let [least, working, reduction] = [1, 0, 0]
  for (const { first, gain, limiter } of curve.pages(choice)) {
    const count = gain.length - 1
    const values = curve.values(first, first + count)
    for (let block = 0, place = 0; block < count; block++, place += controlValues) {
      const a = gain[block]!
      const b = gain[block + 1]!
      // The mean of the square of what goes in a straight line.
      const square = (a * a + a * b + b * b) / 3
      const truePeak = values[place]! * (a > b ? a : b) + tone.peak
      if (truePeak > peak) peak = truePeak
      const k = values[place + 1]! * square + tone.loudness
      const p = values[place + 2]! * square + tone.plain
      const highest = values[place + 3]! * ((a + b) / 2) + tone.peak
      const limited = limiter[block]!
      if (limited < least) least = limited
      if (limited < noticedGain) {
        working++
        reduction -= Math.log10(limited)
      }
      const start = (first + block) * track.block
      const end = start + track.block < track.length ? start + track.block : track.length
      for (let at = start; at < end; ) {
        const now = end < until ? end : until
        energy += k * (now - at)
        plain += p * (now - at)
        if (highest > sample) sample = highest
        at = now
        if (at < until) continue
        if (step < whole) loudness.add(energy / (until - from))
        crest.add(plain / (until - from), sample)
        energy = 0
        plain = 0
        sample = 0
        from = until
        until = stepEnd(++step, track)
      }
    }
  }
  const { integrated, range } = loudness.finish()
  return {
    integrated,
    range,
    crest: crest.median,
    truePeak: peak > 0 ? 20 * Math.log10(peak) : null,
    limiter: {
      mean: working > 0 ? (20 * reduction) / working : 0,
      most: -20 * Math.log10(least) + 0,
      share: track.blocks > 0 ? working / track.blocks : 0,
    },
  }
}
