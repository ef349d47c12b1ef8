/**
 * K-weighting (ITU-R BS.1770-5, Annex 1): two biquads one after the other, in double precision, two channels side by side in the lanes.
 * Their cost is the wait from one sample to the next, so a second channel is free.
 */

/** Below this a state is zero: filters that ring out would spend their time on numbers too small for the processor. */
const least: f64 = 1e-30

function settled(state: v128): v128 {
  return v128.and(state, f64x2.gt(f64x2.abs(state), f64x2.splat(least)))
}

/**
 * Filters stretches of two channels and adds up their squares.
 *
 * @param left samples, f32
 * @param right of the second channel; the address of silence where there is none
 * @param coefficients f64: b0 b1 b2 a1 a2 of the shelf, a1 a2 of the high-pass, whose b are 1 -2 1
 * @param state four f64 of each channel, side by side
 * @param weights f64 of both channels
 * @param lengths i32: samples of each stretch
 * @param weighted f64 of each stretch, to which the sum of weighted squares is added
 * @param plain f64 of each stretch, to which the sum of the squares of the unfiltered samples is added
 */
export function weigh(
  left: usize,
  right: usize,
  coefficients: usize,
  state: usize,
  weights: usize,
  lengths: usize,
  count: usize,
  weighted: usize,
  plain: usize,
): void {
  const b0 = v128.load64_splat(coefficients)
  const b1 = v128.load64_splat(coefficients, 8)
  const b2 = v128.load64_splat(coefficients, 16)
  const a1 = v128.load64_splat(coefficients, 24)
  const a2 = v128.load64_splat(coefficients, 32)
  const c1 = v128.load64_splat(coefficients, 40)
  const c2 = v128.load64_splat(coefficients, 48)
  const weight = v128.load(weights)
  let s1 = v128.load(state)
  let s2 = v128.load(state, 16)
  let t1 = v128.load(state, 32)
  let t2 = v128.load(state, 48)
  for (let at: usize = 0; at < count; at++) {
    let sum = f64x2.splat(0)
    let square = f64x2.splat(0)
    const bytes: usize = <usize>load<i32>(lengths + at * 4) * 4
    for (const end = left + bytes; left < end; left += 4, right += 4) {
      const x = f64x2.replace_lane(f64x2.splat(<f64>load<f32>(left)), 1, <f64>load<f32>(right))
      const y = f64x2.add(f64x2.mul(b0, x), s1)
      s1 = f64x2.sub(f64x2.add(f64x2.mul(b1, x), s2), f64x2.mul(a1, y))
      s2 = f64x2.sub(f64x2.mul(b2, x), f64x2.mul(a2, y))
      const z = f64x2.add(y, t1)
      t1 = f64x2.sub(f64x2.sub(t2, f64x2.add(y, y)), f64x2.mul(c1, z))
      t2 = f64x2.sub(y, f64x2.mul(c2, z))
      sum = f64x2.add(sum, f64x2.mul(z, z))
      square = f64x2.add(square, f64x2.mul(x, x))
    }
    s1 = settled(s1)
    s2 = settled(s2)
    t1 = settled(t1)
    t2 = settled(t2)
    const power = f64x2.mul(sum, weight)
    const to = weighted + 8 * at
    store<f64>(to, load<f64>(to) + f64x2.extract_lane(power, 0) + f64x2.extract_lane(power, 1))
    const plainTo = plain + 8 * at
    store<f64>(plainTo, load<f64>(plainTo) + f64x2.extract_lane(square, 0) + f64x2.extract_lane(square, 1))
  }
  v128.store(state, s1)
  v128.store(state, s2, 16)
  v128.store(state, t1, 32)
  v128.store(state, t2, 48)
}
