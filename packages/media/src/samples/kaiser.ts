/**
 * The modified Bessel function of the first kind and order 0, by its power series (Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 9.6.12), to the last bits for arguments to about 30. All terms are positive, so nothing cancels.
 */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-18; k++) {
    term *= quarter / (k * k)
    sum += term
  }
  return sum
}

/**
 * The Kaiser window at `x`, -1 to 1 from one end to the other: 1 in the middle, 0 outside.
 *
 * J. F. Kaiser, Nonrecursive digital filter design using the I0-sinh window function, ISCAS 1974.
 */
export function kaiser(x: number, beta: number): number {
  return Math.abs(x) > 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) / besselI0(beta)
}

/**
 * Kaiser's rules for a low-pass filter: `beta` of the window for a stop-band `decibels` down (above 50), and how many samples long the
 * filter must be for a transition of `width` cycles per sample.
 */
export function kaiserDesign(decibels: number, width: number): { readonly beta: number; readonly length: number } {
  return { beta: 0.1102 * (decibels - 8.7), length: (decibels - 7.95) / (14.36 * width) + 1 }
}
