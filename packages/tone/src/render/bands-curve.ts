import type { Band } from '../preset/preset.ts'
import type { Curve } from '../profile.ts'

/**
 * The gain of bands one after the other, as a curve.
 *
 * R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients.
 */
export function bandsCurve(bands: readonly Band[], frequency: Float64Array, sampleRate: number): Curve {
  const level = new Float64Array(frequency.length)
  for (const band of bands) {
    const [b, a] = coefficientsOf(band, sampleRate)
    for (const [k, f] of frequency.entries()) {
      const w = (2 * Math.PI * Math.min(f, sampleRate / 2)) / sampleRate
      level[k]! += 10 * Math.log10(powerAt(b, w) / powerAt(a, w))
    }
  }
  return { frequency: [...frequency], level: [...level] }
}

type Three = readonly [number, number, number]

/** |c0 + c1 / z + c2 / z^2|^2 on the unit circle. */
function powerAt([c0, c1, c2]: Three, w: number): number {
  const re = c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w)
  const im = c1 * Math.sin(w) + c2 * Math.sin(2 * w)
  return Math.max(re * re + im * im, 1e-30)
}

function coefficientsOf({ type, frequency, gain, q }: Band, sampleRate: number): [b: Three, a: Three] {
  const w = 2 * Math.PI * Math.min(0.499, frequency / sampleRate)
  const cos = Math.cos(w)
  const alpha = Math.sin(w) / (2 * q)
  const A = 10 ** (gain / 40)
  if (type === 'peak')
    return [
      [1 + alpha * A, -2 * cos, 1 - alpha * A],
      [1 + alpha / A, -2 * cos, 1 - alpha / A],
    ]
  const root = 2 * Math.sqrt(A) * alpha
  // A high shelf is a low one with the sign of the cosine turned.
  const c = type === 'lowShelf' ? cos : -cos
  const sign = type === 'lowShelf' ? 1 : -1
  return [
    [A * (A + 1 - (A - 1) * c + root), sign * 2 * A * (A - 1 - (A + 1) * c), A * (A + 1 - (A - 1) * c - root)],
    [A + 1 + (A - 1) * c + root, sign * -2 * (A - 1 + (A + 1) * c), A + 1 + (A - 1) * c - root],
  ]
}
