/** Enough for any values; the bound holds for any tilt. */
const mostRounds = 60

/**
 * How likely it is that chance agrees with a code word as well as a measurement did.
 *
 * The sum of |x_i|, each taken with a sign of its own that is plus or minus by chance, reaches `reached` with probability
 * P. This gives the natural logarithm of (a bound of) P.
 *
 * Code words are scrambled by the key, so for whatever was not marked with this key (any picture, however structured) the
 * signs by which its measurements agree with a given code word are such coins. The magnitudes may be anything.
 *
 * Chernoff's bound at the saddle point, sharpened by the factor of Bahadur and Rao ("On deviations of the sample mean",
 * 1960) as for a lattice whose span is twice the largest magnitude, which is the least favourable, and never above the
 * plain bound. Where all magnitudes are equal it is the tail of the binomial distribution to a few hundredths.
 */
export function logSignTail(values: ArrayLike<number>, reached: number): number {
  if (!(reached > 0)) return 0
  let largest = 0
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!))
  const magnitudes: number[] = []
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) magnitudes.push(Math.abs(values[i]!) / largest)
  const target = reached / largest
  const sum = magnitudes.reduce((total, magnitude) => total + magnitude, 0)
  // All signs have to be right. (The sum may be rounded, and more cannot be reached.)
  if (target >= sum * (1 - 1e-12)) return -magnitudes.length * Math.LN2

  // The saddle point, where the tilted mean is what was reached. The mean grows and is concave in the tilt, so Newton's
  // steps from below never pass it; the start is below it because tanh(x) <= x.
  let tilt = target / magnitudes.reduce((total, magnitude) => total + magnitude * magnitude, 0)
  for (let round = 0; round < mostRounds; round++) {
    let mean = 0
    let slope = 0
    for (const magnitude of magnitudes) {
      const tanh = Math.tanh(tilt * magnitude)
      mean += magnitude * tanh
      slope += magnitude * magnitude * (1 - tanh * tanh)
    }
    const step = (target - mean) / slope
    if (!(step > tilt * 1e-9)) break
    tilt += step
  }

  let generating = 0
  let variance = 0
  for (const magnitude of magnitudes) {
    const x = tilt * magnitude
    const tanh = Math.tanh(x)
    generating += x + Math.log1p(Math.exp(-2 * x)) - Math.LN2
    variance += x * x * (1 - tanh * tanh)
  }
  const chernoff = generating - tilt * target
  // Near the middle there is nothing to sharpen, and a tilt of next to nothing is no number to divide by.
  const span = 2 * tilt
  const factor = variance < 1e-3 ? 1 : span / -Math.expm1(-span) / Math.sqrt(2 * Math.PI * variance)
  return Math.min(0, chernoff + Math.min(0, Math.log(factor)))
}
