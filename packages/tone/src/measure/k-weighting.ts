/** A biquad, H(z) = (b0 + b1/z + b2/z²) / (1 + a1/z + a2/z²). */
export interface Biquad {
  readonly b: readonly [number, number, number]
  readonly a: readonly [a1: number, a2: number]
}

/**
 * The filters of K-weighting at any sample rate: a shelf of +4 dB above 1.7 kHz, for the head, and a high-pass at 38 Hz.
 *
 * ITU-R BS.1770-5, Annex 1, gives their coefficients at 48 kHz and wants the same response at other rates. These are the bilinear
 * transforms of the analogue filters behind those tables, and agree with them at 48 kHz to 1e-13. The high-pass of the table passes
 * 0.04 dB more than 1; so it does at other rates, where coefficients of 1, -2, 1 would pass up to 0.3 dB more.
 *
 * @param sampleRate Hz, above 3400: the shelf must lie below half of it
 * @throws RangeError if the sample rate is too low
 */
export function kWeighting(sampleRate: number): { readonly shelf: Biquad; readonly highPass: Biquad } {
  if (!(sampleRate > 3400 && sampleRate < Number.POSITIVE_INFINITY))
    throw new RangeError(`K-weighting needs a sample rate above 3400 Hz, and this is ${sampleRate}.`)
  return { shelf: shelfAt(sampleRate), highPass: highPassAt(sampleRate) }
}

function shelfAt(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate)
  const q = 0.7071752369554196
  const high = 10 ** (3.999843853973347 / 20)
  const middle = high ** 0.4996667741545416
  const a0 = 1 + k / q + k * k
  return {
    b: [(high + (middle * k) / q + k * k) / a0, (2 * (k * k - high)) / a0, (high - (middle * k) / q + k * k) / a0],
    a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
  }
}

function highPassAt(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * highPassFrequency) / sampleRate)
  const a0 = highPassA0(k)
  const gain = highPassA0(Math.tan((Math.PI * highPassFrequency) / 48000)) / a0
  return { b: [gain, -2 * gain, gain], a: [(2 * (k * k - 1)) / a0, (1 - k / highPassQ + k * k) / a0] }
}

const highPassFrequency = 38.13547087602444
const highPassQ = 0.5003270373238773
const highPassA0 = (k: number) => 1 + k / highPassQ + k * k

/** Seconds after which nothing is left of what the filters met before (-500 dB): how far before a stretch they have to start. */
export const kWarmUp = 0.5
