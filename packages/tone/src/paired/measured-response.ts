import type { Bins, Transfer } from './cross-spectra.ts'
import { planOf } from './plans.ts'
import { windowOverlap } from './responses.ts'

/** What comes after the direct sound, left and right. */
export interface MeasuredResponse {
  readonly channels: Float32Array[]
  /** Energy of the noise of the measurement over that of what was measured, 0 to 1. */
  readonly noise: number
}

/** Seconds before the direct sound where there is nothing but noise of the measurement. */
const [noiseFrom, noiseTo] = [0.35, 0.1]
/** Seconds of a step. */
const stepSeconds = 0.01
/** Seconds of a response at the most, and part of it that is faded out. */
const longest = 1
const fadePart = 0.15
/** Seconds without anything above the noise after which a response has ended. */
const patience = 0.1
/** Hz from where on a response is measured, and part of half the sample rate up to where it is. */
const [lowest, highest] = [30, 0.95]

/**
 * The response of the reverberation: what leads from the target to the reference, divided by the equaliser's response, less the direct
 * sound. It ends where the noise of the measurement begins, and counts for less at frequencies at which little is known.
 *
 * @param direct response of the equaliser, gain included: samples from 0 on @param fraction samples that the reference comes late
 */
export function measuredResponse(
  transfer: Transfer,
  direct: Float64Array,
  fraction: number,
  sampleRate: number,
): MeasuredResponse {
  const length = (transfer.mid.re.length - 1) * 2
  const fft = planOf(length)
  const padded = new Float32Array(length)
  padded.set(direct)
  const [dr, di] = [new Float32Array(fft.bins), new Float32Array(fft.bins)]
  fft.forward(padded, dr, di)
  const trust = trustOf(transfer, sampleRate)
  /** @param one what the direct sound is, and taken away */
  const divided = ({ re, im }: Bins, one: number): Float32Array => {
    const [qr, qi] = [new Float32Array(fft.bins), new Float32Array(fft.bins)]
    for (let k = 0; k < fft.bins; k++) {
      const power = dr[k]! ** 2 + di[k]! ** 2
      if (power < 1e-12) continue
      const a = (re[k]! * dr[k]! + im[k]! * di[k]!) / power
      const b = (im[k]! * dr[k]! - re[k]! * di[k]!) / power
      const angle = (2 * Math.PI * k * fraction) / length
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      qr[k] = (a * c - b * s - one) * trust[k]!
      qi[k] = (a * s + b * c) * trust[k]!
    }
    const out = new Float32Array(length)
    fft.inverse(qr, qi, out)
    return out
  }
  const mid = divided(transfer.mid, 1)
  const cross = transfer.cross ? divided(transfer.cross, 0) : undefined
  const wanted = cross ? [mid.map((m, n) => m + cross[n]!), mid.map((m, n) => m - cross[n]!)] : [mid]
  const step = Math.round(stepSeconds * sampleRate)
  const energyAt = (from: number): number => {
    let sum = 0
    for (const samples of wanted) for (let n = from; n < from + step; n++) sum += samples[(n + length) % length]! ** 2
    return sum / wanted.length
  }
  let noise = 0
  let steps = 0
  for (let at = -Math.round(noiseFrom * sampleRate); at < -noiseTo * sampleRate; at += step) {
    noise += energyAt(at)
    steps++
  }
  noise /= Math.max(1, steps)
  let end = 0
  for (let at = 0; at + step < Math.min(length / 2, longest * sampleRate); at += step) {
    if (energyAt(at) > 2 * noise) end = at + step
    else if (at - end > patience * sampleRate) break
  }
  let total = 0
  const channels = wanted.map((samples) => {
    const out = new Float32Array(end)
    for (let n = 0; n < end; n++) {
      out[n] = (samples[n]! * fadeOut(n, end)) / windowOverlap(n / length)
      total += out[n]! ** 2
    }
    return out
  })
  return { channels, noise: total > 0 ? Math.min(1, (noise * (end / step) * wanted.length) / total) : 1 }
}

const fadeOut = (n: number, end: number): number =>
  n < end * (1 - fadePart) ? 1 : 0.5 + 0.5 * Math.cos((Math.PI * (n / end - 1 + fadePart)) / fadePart)

/** How far to trust each bin: by what its error is of it, which the coherence and the number of frames tell. */
function trustOf({ coherence, frames }: Transfer, sampleRate: number): Float64Array {
  const width = sampleRate / 2 / (coherence.length - 1)
  const independent = Math.max(1, frames / 2)
  return coherence.map((explained, k) => {
    const hertz = k * width
    if (hertz < lowest || hertz > (highest * sampleRate) / 2) return 0
    const error = (1 - explained) / Math.max(explained, 1e-6) / independent
    // The coherence of so few frames is never 0: what chance makes of it is taken off.
    const chance = explained <= 2 / frames ? 0 : 1
    return chance / (1 + error)
  })
}
