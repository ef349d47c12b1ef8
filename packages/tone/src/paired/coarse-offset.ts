import { RealFft } from '@colophon/media'
import type { Activity } from './activity.ts'

/** Below this part of the mean power there is nothing to compare. */
const floorPart = 1e-5
/** Seconds over which the running mean is taken that levels are compared with: what is slower tells of the level, not of the place. */
const meanSeconds = 1
/** Seconds that two candidates are apart at the least. */
const apart = 0.03

/**
 * Where one recording may lie in another: the offsets at which their changes of level go together best, best first.
 *
 * Levels are logarithmic and relative to a running mean, so that neither gain nor equaliser nor compressor count for much; the
 * correlation is of all offsets at once (by transforms), of the whole band and of the high frequencies.
 *
 * @returns steps that the reference comes later than the target
 */
export function coarseOffsets(target: Activity, reference: Activity, most: number): number[] {
  const [n, m] = [target.power.length, reference.power.length]
  const size = 2 ** Math.ceil(Math.log2(Math.max(32, n + m)))
  const fft = new RealFft(size, 'float32')
  const sumRe = new Float32Array(fft.bins)
  const sumIm = new Float32Array(fft.bins)
  const [aRe, aIm, bRe, bIm] = [0, 0, 0, 0].map(() => new Float32Array(fft.bins)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const samples = new Float32Array(size)
  for (const kind of ['power', 'bright'] as const) {
    fft.forward(changes(target[kind], target.rate, samples), aRe, aIm)
    fft.forward(changes(reference[kind], reference.rate, samples), bRe, bIm)
    for (let k = 0; k < sumRe.length; k++) {
      sumRe[k]! += aRe[k]! * bRe[k]! + aIm[k]! * bIm[k]!
      sumIm[k]! += aRe[k]! * bIm[k]! - aIm[k]! * bRe[k]!
    }
  }
  fft.inverse(sumRe, sumIm, samples)
  const found: { lag: number; value: number }[] = []
  const at = (lag: number) => samples[(lag + size) % size]!
  for (let lag = -n + 1; lag < m; lag++) {
    const value = at(lag)
    if (value > 0 && value >= at(lag - 1) && value > at(lag + 1)) found.push({ lag, value })
  }
  found.sort((a, b) => b.value - a.value || Math.abs(a.lag) - Math.abs(b.lag))
  const chosen: number[] = []
  for (const { lag } of found) {
    if (chosen.length === most) break
    if (chosen.every((other) => Math.abs(other - lag) >= apart * target.rate)) chosen.push(lag)
  }
  return chosen
}

/** Logarithm of power over its running mean; 0 behind its end. */
function changes(power: Float32Array, rate: number, out: Float32Array): Float32Array {
  out.fill(0)
  let mean = 0
  for (const value of power) mean += value
  const floor = (mean / Math.max(1, power.length)) * floorPart + 1e-16
  const logs = Float64Array.from(power, (value) => Math.log(value + floor))
  const sums = new Float64Array(logs.length + 1)
  for (let i = 0; i < logs.length; i++) sums[i + 1] = sums[i]! + logs[i]!
  const half = Math.max(1, Math.round((meanSeconds * rate) / 2))
  for (let i = 0; i < logs.length; i++) {
    const first = Math.max(0, i - half)
    const last = Math.min(logs.length, i + half + 1)
    out[i] = logs[i]! - (sums[last]! - sums[first]!) / (last - first)
  }
  return out
}
