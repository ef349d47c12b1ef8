import { smoothTo } from '../design/equaliser-curve.ts'
import { binRanges } from '../measure/frequency-bands.ts'
import type { Bins } from './cross-spectra.ts'
import type { ReverbStage } from './tail.ts'

/** Gain over frequency of the direct sound. */
export interface DirectCurve {
  /** dB at each frequency. */
  readonly level: Float64Array
  /** How far each is known, 0 to 1. */
  readonly trust: Float64Array
}

/**
 * Parts of an octave that gains are averaged over: the narrow one where nearly everything is explained, the wide one, in which reflections
 * cancel, where not.
 */
const [narrow, wide] = [12, 6]
/** Part of the reference from where on nearly everything is explained. */
const nearlyAll = 0.99
/** dB that the reference lies below the target by where it has been cut off: what is known there is that it is no more. */
const cutOff = 12
/** How stiff the curve is where little is known, see `smoothTo`. */
const stiffness = 0.02
/**
 * How much the reverberation that cannot be told from the direct sound takes from the weight of a level: the variance of its sum with the
 * direct sound in dB², over the variance that equalisers have from point to point, for each part of its energy.
 */
const ripple = 300

/**
 * Gain over frequency of a transfer's direct sound: responses are averaged as complex numbers over a part of an octave, so that
 * reverberation, whose phase turns with frequency, cancels; bins count by the target's power, as they would if the frames were shorter.
 *
 * @param coherence of each bin @param power of the target in each bin
 * @param frequencies Hz @param frames that were averaged @param explained part of the reference that is explained, in the mean
 * @param reverb of the recording, if it is known: its first reflections, which are louder than noise, do not make ripples in the curve
 */
export function directCurve(
  bins: Bins,
  coherence: Float64Array,
  power: Float64Array,
  sampleRate: number,
  frequencies: Float64Array,
  frames: number,
  explained: number,
  reverb?: ReverbStage,
): DirectCurve {
  const count = bins.re.length
  const width = sampleRate / 2 / (count - 1)
  const wanted = new Float64Array(frequencies.length)
  const bound = new Float64Array(frequencies.length)
  const trust = new Float64Array(frequencies.length)
  const total = power.reduce((sum, value) => sum + value, 0)
  for (const [i, range] of binRanges(frequencies, explained >= nearlyAll ? narrow : wide, width, count).entries()) {
    let [re, im, linear, heard, sum, squares] = [0, 0, 0, 0, 0, 0]
    const last = Math.min(range.to, count - 1)
    for (let k = range.from; k <= last; k++) {
      const part = k === range.from ? range.first : k === range.to ? range.last : 1
      const weight = part * power[k]!
      if (weight <= 0) continue
      const own = bins.re[k]! ** 2 + bins.im[k]! ** 2
      re += weight * bins.re[k]!
      im += weight * bins.im[k]!
      linear += weight * own
      heard += (weight * own) / Math.max(coherence[k]!, 1e-4)
      sum += weight
      squares += weight * weight
    }
    if (!(sum > total * 1e-13)) {
      wanted[i] = 0
      bound[i] = Number.POSITIVE_INFINITY
      continue
    }
    const direct = (re * re + im * im) / (sum * sum)
    // What the direct sound does not explain is error of the mean, less the more bins and frames there are.
    const independent = Math.max(1, ((sum * sum) / squares) * frames * 0.5)
    const error = Math.max(0, heard / sum - direct) / independent
    wanted[i] = 10 * Math.log10(Math.max(direct - error, 0.25 * error, 1e-9))
    bound[i] = 10 * Math.log10(Math.max(heard / sum, 1e-9))
    trust[i] = direct / (direct + 20 * error)
    if (heard > 0 && linear / heard < 2 / frames) trust[i] = 0
  }
  const middle = weightedMedian(wanted, trust)
  for (let i = 0; i < wanted.length; i++) if (bound[i]! < middle - cutOff) trust[i] = Math.max(trust[i]!, 0.5)
  const weight = reverb
    ? trust.map((value, i) => (value * stiffness) / (stiffness + ripple * early(reverb, frequencies[i]!)))
    : trust
  return { level: smoothTo(wanted, weight, stiffness), trust }
}

/** Energy of the reverberation over that of the direct sound, as far as an average over `wide` parts of an octave does not cancel it. */
function early({ wet, tone, decay, frequency }: ReverbStage, hertz: number): number {
  const seconds = 1 / (hertz * (2 ** (0.5 / wide) - 2 ** (-0.5 / wide)))
  const band = frequency.reduce((best, centre, b) => {
    const apart = (of: number) => Math.abs(Math.log(of / hertz))
    return apart(centre) < apart(frequency[best]!) ? b : best
  }, 0)
  return 10 ** ((wet + tone[band]!) / 10) * (1 - 10 ** ((-6 * seconds) / decay[band]!))
}

/** The value that half of the weight lies below; 0 where there is no weight. */
export function weightedMedian(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const half = order.reduce((sum, i) => sum + weights[i]!, 0) / 2
  let sum = 0
  for (const i of order) {
    sum += weights[i]!
    if (sum >= half && sum > 0) return values[i]!
  }
  return 0
}
