import { makeWindow, RealFft } from '@colophon/media'
import type { MidSide } from './mid-side.ts'

/** A response in the domain of frequency, `bins` numbers each. */
export interface Bins {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** What leads from the target to the reference. */
export interface Transfer {
  /** From mid to mid. */
  readonly mid: Bins
  /** From side to side; null unless both have one. */
  readonly side: Bins | null
  /** From mid to side: what reverberation that differs between left and right makes. */
  readonly cross: Bins | null
  /** Part of the reference's power that the target explains, of mid and side, 0 to 1. */
  readonly coherence: Float64Array
  readonly sideCoherence: Float64Array | null
  /** Power of the target's mid. */
  readonly power: Float64Array
  /** Of its side. */
  readonly sidePower: Float64Array | null
  readonly frames: number
}

/** Squares below this are the target's own silence. */
const silence = 1e-14
/** Of the power of the side, what makes it count less for the mid, and the other way round. */
const crossTalk = 0.03

/**
 * Spectra of two recordings and across them, averaged over many frames, and the linear response that explains the reference best: in
 * each bin the least squares solution of Y = H X, for mid and side at once. H = Sxy / Sxx for one channel.
 *
 * J. S. Bendat, A. G. Piersol, Random Data, section 7.2 (two inputs).
 */
export class CrossSpectra {
  readonly length: number
  readonly bins: number
  readonly sides: boolean
  frames = 0
  readonly #fft: RealFft
  /** Spectra of one frame: re and im of the target's mid, its side, the reference's mid, its side. */
  readonly #spectra: Float32Array[]
  readonly #sums: Float64Array[]

  /** @param length samples of a frame, a power of two */
  constructor(length: number, sides: boolean) {
    this.length = length
    this.sides = sides
    this.#fft = new RealFft(length, 'float32', { before: Float32Array.from(makeWindow('hann', length, 'periodic')) })
    this.bins = this.#fft.bins
    const arrays = <T>(count: number, make: () => T) => Array.from({ length: count }, make)
    this.#spectra = arrays(sides ? 8 : 4, () => new Float32Array(this.bins))
    this.#sums = arrays(sides ? 14 : 4, () => new Float64Array(this.bins))
  }

  /** Adds a frame. @param weight of its squares, above 0 */
  add(target: MidSide, reference: MidSide, weight: number): void {
    this.frames++
    const [mr, mi, nr, ni, sr, si, tr, ti] = this.#spectra as [Float32Array, Float32Array, Float32Array, Float32Array] &
      Float32Array[]
    this.#fft.forward(target.mid, mr, mi)
    this.#fft.forward(reference.mid, nr, ni)
    const [mm, nn, nmr, nmi] = this.#sums as [Float64Array, Float64Array, Float64Array, Float64Array]
    for (let k = 0; k < mr.length; k++) {
      const a = mr[k]!
      const b = mi[k]!
      const c = nr[k]!
      const d = ni[k]!
      mm[k]! += weight * (a * a + b * b)
      nn[k]! += weight * (c * c + d * d)
      nmr[k]! += weight * (c * a + d * b)
      nmi[k]! += weight * (d * a - c * b)
    }
    if (!(sr && si && tr && ti)) return
    this.#fft.forward(target.side!, sr, si)
    this.#fft.forward(reference.side!, tr, ti)
    this.#addSide(mr, mi, nr, ni, sr, si, tr, ti, weight)
  }

  #addSide(
    mr: Float32Array,
    mi: Float32Array,
    nr: Float32Array,
    ni: Float32Array,
    sr: Float32Array,
    si: Float32Array,
    tr: Float32Array,
    ti: Float32Array,
    weight: number,
  ): void {
    const [ss, tt, tsr, tsi, tmr, tmi, nsr, nsi, smr, smi] = this.#sums.slice(4) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    for (let k = 0; k < mr.length; k++) {
      const a = mr[k]!
      const b = mi[k]!
      const c = nr[k]!
      const d = ni[k]!
      const e = sr[k]!
      const f = si[k]!
      const g = tr[k]!
      const h = ti[k]!
      ss[k]! += weight * (e * e + f * f)
      tt[k]! += weight * (g * g + h * h)
      tsr[k]! += weight * (g * e + h * f)
      tsi[k]! += weight * (h * e - g * f)
      tmr[k]! += weight * (g * a + h * b)
      tmi[k]! += weight * (h * a - g * b)
      nsr[k]! += weight * (c * e + d * f)
      nsi[k]! += weight * (d * e - c * f)
      smr[k]! += weight * (e * a + f * b)
      smi[k]! += weight * (f * a - e * b)
    }
  }

  /**
   * The response that explains the reference best.
   *
   * @param regularisation of the mean power around a bin this much is added to it: where there is nothing there is no response
   */
  transfer(regularisation = 1e-7): Transfer {
    const { bins, sides, frames } = this
    const make = (): Bins => ({ re: new Float64Array(bins), im: new Float64Array(bins) })
    const [mid, side, cross] = [make(), sides ? make() : null, sides ? make() : null]
    const coherence = new Float64Array(bins)
    const sideCoherence = sides ? new Float64Array(bins) : null
    const [mm, nn, nmr, nmi, ss, tt, tsr, tsi, tmr, tmi, nsr, nsi, smr, smi] = this.#sums as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ] &
      Float64Array[]
    const around = runningMean(mm, 64)
    const aroundSide = ss ? runningMean(ss, 64) : null
    for (let k = 0; k < bins; k++) {
      const a = mm[k]! + regularisation * around[k]! + silence
      if (!(side && cross && ss && aroundSide)) {
        mid.re[k] = nmr[k]! / a
        mid.im[k] = nmi[k]! / a
        coherence[k] = part(nmr[k]! ** 2 + nmi[k]! ** 2, a * nn[k]!)
        continue
      }
      // Hermitian matrix of the inputs (a, b; conj b, c) with b = sum of m conj(s).
      const c = ss[k]! + regularisation * aroundSide[k]! + silence
      const [br, bi] = [smr![k]!, -smi![k]!]
      const toMid = twoInputs(a, c, br, bi, nmr[k]!, nmi[k]!, nsr![k]!, nsi![k]!)
      const toSide = twoInputs(c, a, br, -bi, tsr![k]!, tsi![k]!, tmr![k]!, tmi![k]!)
      mid.re[k] = toMid[0]
      mid.im[k] = toMid[1]
      side.re[k] = toSide[0]
      side.im[k] = toSide[1]
      cross.re[k] = toSide[2]
      cross.im[k] = toSide[3]
      coherence[k] = part(toMid[4], nn[k]!)
      sideCoherence![k] = part(toSide[4], tt![k]!)
    }
    return { mid, side, cross, coherence, sideCoherence, power: mm.slice(), sidePower: ss ? ss.slice() : null, frames }
  }
}

/**
 * The response from two inputs to an output, of which the second is a guest: part `crossTalk` of its power is added to it. Where
 * both inputs are well apart that changes next to nothing; the more alike they are the more goes to the first, and where the one is the
 * other times a constant all does, which is what one input alone would have.
 *
 * @param own power of the first input @param guest of the second @param br of the sum of first times conj(second) @param bi of the same
 * @param pr of the sum of output times conj(first) @param pi of the same @param qr of output times conj(second) @param qi of the same
 * @returns response from the first (re, im) and the second (re, im), and the power that they explain
 */
function twoInputs(
  own: number,
  guest: number,
  br: number,
  bi: number,
  pr: number,
  pi: number,
  qr: number,
  qi: number,
): readonly [number, number, number, number, number] {
  const held = guest * (1 + crossTalk)
  // Never 0, for |b|² <= own guest.
  const determinant = Math.max(own * held - br * br - bi * bi, crossTalk * own * guest)
  // (p held - q conj(b)) / det, (q own - p b) / det
  const ownRe = (pr * held - (qr * br + qi * bi)) / determinant
  const ownIm = (pi * held - (qi * br - qr * bi)) / determinant
  const guestRe = (qr * own - (pr * br - pi * bi)) / determinant
  const guestIm = (qi * own - (pr * bi + pi * br)) / determinant
  return [ownRe, ownIm, guestRe, guestIm, ownRe * pr + ownIm * pi + guestRe * qr + guestIm * qi]
}

const part = (some: number, all: number): number => (all > 0 ? Math.min(1, Math.max(0, some / all)) : 0)

/** Mean over `half` numbers to either side. */
function runningMean(values: Float64Array, half: number): Float64Array {
  const sums = new Float64Array(values.length + 1)
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!
  return values.map((_, i) => {
    const first = Math.max(0, i - half)
    const last = Math.min(values.length, i + half + 1)
    return (sums[last]! - sums[first]!) / (last - first)
  })
}
