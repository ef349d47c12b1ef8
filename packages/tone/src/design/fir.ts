import { RealFft } from '@colophon/media'
import type { Curve } from '../profile.ts'
import { curveAt } from './curves.ts'

export type Phase = 'minimum' | 'linear'

/**
 * Taps that an equaliser needs: the power of two nearest to 0.18 s, 8192 at 44.1 and 48 kHz, which tells bands of 30 Hz from each other.
 *
 * @param sampleRate Hz
 */
export const firTaps = (sampleRate: number): number =>
  2 ** Math.max(8, Math.min(17, Math.round(Math.log2(sampleRate * 0.18))))

/** Samples that a filter of `firOf` comes late. */
export const firDelay = (phase: Phase, taps: number): number => (phase === 'linear' ? taps >> 1 : 0)

/** The cepstrum of a filter is longer than the filter: with this many times its length what wraps around does not count. */
const usualOversampling = 8

/**
 * The impulse response of an equaliser with the given gains.
 *
 * `minimum`: of all filters with these gains the one whose energy comes first, so nothing rings before an attack. Its phase is the Hilbert
 * transform of its log gain, found by folding the cepstrum. A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, section
 * 13.5.4 (3rd ed.). `linear`: all frequencies come late by `firDelay`, which is half the length; rings before as well as after.
 *
 * Two filters of the same phase and length share their delay, so mid and side stay together.
 *
 * @param curve gains in dB
 * @param taps length of the response; even
 * @param oversampling how much longer, at the least, what is transformed is: 2 does for gains to a hundredth of a dB or two
 * @returns `taps` numbers
 */
export function firOf(
  curve: Curve,
  sampleRate: number,
  phase: Phase = 'minimum',
  taps = firTaps(sampleRate),
  oversampling = usualOversampling,
): Float64Array {
  if (!(taps >= 2 && taps % 2 === 0))
    throw new RangeError(`A filter has an even number of taps of at least 2, not ${taps}.`)
  const length = 2 ** Math.ceil(Math.log2(taps * oversampling))
  const { fft, re, im, samples } = planOf(length)
  for (let k = 0; k < re.length; k++) im[k] = (k * sampleRate) / length
  const log = curveAt(curve, im, re)
  for (let k = 0; k < log.length; k++) log[k]! *= Math.LN10 / 20
  im.fill(0)
  if (phase === 'linear') {
    for (let k = 0; k < re.length; k++) re[k] = Math.exp(log[k]!)
    fft.inverse(re, im, samples)
    const half = taps / 2
    return Float64Array.from(
      { length: taps },
      (_, n) => samples[(n - half + length) % length]! * taper(Math.abs(n - half) / half, 0.5),
    )
  }
  fft.inverse(log, im, samples)
  for (let n = 1; n < length / 2; n++) {
    samples[n]! *= 2
    samples[length - n] = 0
  }
  fft.forward(samples, re, im)
  for (let k = 0; k < fft.bins; k++) {
    const gain = Math.exp(re[k]!)
    const angle = im[k]!
    re[k] = gain * Math.cos(angle)
    im[k] = gain * Math.sin(angle)
  }
  fft.inverse(re, im, samples)
  const out = samples.slice(0, taps)
  for (let n = 0; n < taps; n++) out[n]! *= taper(n / taps, 0.75)
  return out
}

/** A transform and room for what goes through it. */
interface Plan {
  readonly fft: RealFft
  readonly re: Float64Array
  readonly im: Float64Array
  readonly samples: Float64Array
}

/** Plans of the last lengths: a design makes many filters of one length, and the plan costs more than the filter. */
const plans = new Map<number, Plan>()

function planOf(length: number): Plan {
  let plan = plans.get(length)
  if (!plan) {
    if (plans.size === 4) plans.delete(plans.keys().next().value!)
    const fft = new RealFft(length)
    const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)]
    plan = { fft, re, im, samples: new Float64Array(length) }
    plans.set(length, plan)
  }
  return plan
}

/** 1 up to `from`, from there half a cosine down to 0 at 1. */
const taper = (place: number, from: number): number =>
  place <= from ? 1 : 0.5 + 0.5 * Math.cos((Math.PI * (place - from)) / (1 - from))

/**
 * Power of the gain of a filter at the bins of frames: `frameLength / 2 + 1` numbers, bin k at k * sampleRate / frameLength.
 *
 * @param frameLength a power of two
 */
export function firPower(fir: ArrayLike<number>, frameLength: number): Float64Array {
  const length = Math.max(frameLength, 2 ** Math.ceil(Math.log2(fir.length)))
  const { fft, re, im, samples } = planOf(length)
  samples.fill(0).set(fir)
  fft.forward(samples, re, im)
  const step = length / frameLength
  const out = new Float64Array(frameLength / 2 + 1)
  for (let k = 0; k < out.length; k++) out[k] = re[k * step]! * re[k * step]! + im[k * step]! * im[k * step]!
  return out
}
