import type { Band } from '../preset/preset.ts'

/** Coefficients of a biquad, of which a0 is 1: (b0 + b1/z + b2/z²) / (1 + a1/z + a2/z²). */
export interface BandFilter {
  readonly b: readonly [number, number, number]
  readonly a: readonly [a1: number, a2: number]
}

/**
 * The filter of a band. R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients: peaking EQ, low and high shelf, with
 * alpha from Q.
 *
 * @param sampleRate Hz; a band at or above half of it is put just below
 */
export function bandFilter({ type, frequency, gain, q }: Band, sampleRate: number): BandFilter {
  const w = (2 * Math.PI * Math.min(frequency, sampleRate * 0.495)) / sampleRate
  const [cos, alpha] = [Math.cos(w), Math.sin(w) / (2 * q)]
  const A = 10 ** (gain / 40)
  if (type === 'peak') {
    const a0 = 1 + alpha / A
    return {
      b: [(1 + alpha * A) / a0, (-2 * cos) / a0, (1 - alpha * A) / a0],
      a: [(-2 * cos) / a0, (1 - alpha / A) / a0],
    }
  }
  // The shelves mirror each other: cos changes its sign.
  const sign = type === 'lowShelf' ? 1 : -1
  const c = sign * cos
  const root = 2 * Math.sqrt(A) * alpha
  const a0 = A + 1 + (A - 1) * c + root
  return {
    b: [
      (A * (A + 1 - (A - 1) * c + root)) / a0,
      (sign * 2 * A * (A - 1 - (A + 1) * c)) / a0,
      (A * (A + 1 - (A - 1) * c - root)) / a0,
    ],
    a: [(sign * -2 * (A - 1 + (A + 1) * c)) / a0, (A + 1 + (A - 1) * c - root) / a0],
  }
}

/**
 * Gain of bands, one after the other, at frequencies.
 *
 * @param frequency Hz
 * @returns dB at each
 */
export function bandsResponse(bands: readonly Band[], frequency: ArrayLike<number>, sampleRate: number): Float64Array {
  const out = new Float64Array(frequency.length)
  const phi = places(frequency, sampleRate)
  for (const band of bands) addResponse(band, phi, sampleRate, out)
  return out
}

/** sin²(w / 2) at frequencies: what the gain of a biquad is a quotient of polynomials in. */
export const places = (frequency: ArrayLike<number>, sampleRate: number): Float64Array =>
  Float64Array.from(
    frequency as ArrayLike<number>,
    (f) => Math.sin((Math.PI * Math.min(f, sampleRate / 2)) / sampleRate) ** 2,
  )

/** Adds the gain of a band, dB, at places. */
export function addResponse(band: Band, phi: Float64Array, sampleRate: number, out: Float64Array): void {
  const power = new Float64Array(phi.length).fill(1)
  multiplyPower(band, phi, sampleRate, power)
  for (let i = 0; i < phi.length; i++) out[i]! += decibels(power[i]!)
}

/** Multiplies with the power of the gain of a band at places: of several bands only the product needs a logarithm. */
export function multiplyPower(band: Band, phi: Float64Array, sampleRate: number, power: Float64Array): void {
  const { b, a } = bandFilter(band, sampleRate)
  const [n0, n1, n2] = polynomial(b[0], b[1], b[2])
  const [d0, d1, d2] = polynomial(1, a[0], a[1])
  for (let i = 0; i < phi.length; i++) {
    const p = phi[i]!
    power[i]! *= (n0 + p * (n1 + p * n2)) / (d0 + p * (d1 + p * d2))
  }
}

/**
 * How the gain of a band, dB, changes from one setting to another that is next to it: by the differential of the logarithm.
 *
 * @param step is divided by
 */
export function responseChange(
  [from, to]: readonly [Band, Band],
  phi: Float64Array,
  sampleRate: number,
  step: number,
  out: Float64Array,
): void {
  const [before, behind] = [bandFilter(from, sampleRate), bandFilter(to, sampleRate)]
  const [n0, n1, n2] = polynomial(...before.b)
  const [d0, d1, d2] = polynomial(1, ...before.a)
  const [m0, m1, m2] = polynomial(...behind.b)
  const [e0, e1, e2] = polynomial(1, ...behind.a)
  const scale = 10 / Math.LN10 / step
  for (let i = 0; i < phi.length; i++) {
    const p = phi[i]!
    const numerator = (m0 - n0 + p * (m1 - n1 + p * (m2 - n2))) / (n0 + p * (n1 + p * n2))
    out[i] = scale * (numerator - (e0 - d0 + p * (e1 - d1 + p * (e2 - d2))) / (d0 + p * (d1 + p * d2)))
  }
}

/** dB of a power of gain, not below -120. */
export const decibels = (power: number): number => 10 * Math.log10(power > 1e-12 ? power : 1e-12)

/** |c0 + c1/z + c2/z²|² as a polynomial in sin²(w / 2). */
const polynomial = (c0: number, c1: number, c2: number): [number, number, number] => [
  (c0 + c1 + c2) ** 2,
  -4 * (c0 * c1 + 4 * c0 * c2 + c1 * c2),
  16 * c0 * c2,
]
