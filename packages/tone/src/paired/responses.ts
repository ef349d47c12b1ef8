import type { Bins, Transfer } from './cross-spectra.ts'
import { planOf } from './plans.ts'

/** A response in time whose sample 0 is `zero`. */
export interface Response {
  readonly samples: Float64Array
  readonly zero: number
}

/** Responses that lead from mid and side to mid and side. */
export interface Responses {
  readonly mid: Response
  readonly side: Response | null
  /** From mid to side. */
  readonly cross?: Response
}

/** The response in time of a spectrum: `before` samples ahead of its sample 0, and so many after. */
export function inTime(bins: Bins, before: number, after: number): Response {
  const length = (bins.re.length - 1) * 2
  const whole = new Float32Array(length)
  planOf(length).inverse(bins.re, bins.im, whole)
  const samples = new Float64Array(before + after)
  for (let n = 0; n < samples.length; n++) samples[n] = whole[(n - before + length) % length]!
  return { samples, zero: before }
}

/** Fades a response at both ends: 1 from `flatFrom` to `flatTo`, from there half a cosine to its ends. Times are from its sample 0. */
export function gated({ samples, zero }: Response, flatFrom: number, flatTo: number): Response {
  const out = samples.map((value, i) => {
    const n = i - zero
    if (n < flatFrom) return value * fade((flatFrom - n) / (flatFrom + zero + 1))
    if (n > flatTo) return value * fade((n - flatTo) / (samples.length - zero - flatTo))
    return value
  })
  return { samples: out, zero }
}

const fade = (place: number): number => (place >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * place))

/** The direct part of a transfer: responses of about `length` samples, a quarter of them before its sample 0. */
export function directResponses(transfer: Transfer, length: number): Responses {
  const before = length / 4
  const direct = (bins: Bins) => gated(inTime(bins, before, length - before), -before / 2, length / 4)
  return { mid: direct(transfer.mid), side: transfer.side ? direct(transfer.side) : null }
}

/**
 * What is left of a response this part of a frame's length away from its sample 0, when Hann windows were used: the part of two windows
 * that far apart that they share. Exact for noise; not below a third, so that what is made up for stays bounded.
 */
export function windowOverlap(place: number): number {
  const x = Math.min(1, Math.abs(place))
  const overlap = ((1 - x) * (2 + Math.cos(2 * Math.PI * x))) / 3 + Math.sin(2 * Math.PI * x) / (2 * Math.PI)
  return Math.max(overlap, 1 / 3)
}
