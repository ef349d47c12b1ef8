/**
 * True peaks (ITU-R BS.1770-5, Annex 2): the largest magnitude of a signal between its samples too, f32, four samples at a time. A filter
 * is a list of coefficients for each pair of samples around a gap; src/measure/true-peak-filter.ts says how they are meant. Every
 * coefficient stands four times in memory. A point is computed in the same order of sums wherever it lies, so peaks do not depend on
 * where a stretch begins.
 */

@inline function largest(v: v128): f32 {
  const two = f32x4.max(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return max(f32x4.extract_lane(two, 0), f32x4.extract_lane(two, 1))
}

/**
 * Peaks of blocks, at 4 points for each sample: the samples of a block, the three points behind each, and the sample after the block.
 *
 * @param x the first sample; those before it and after the last block must be there as far as the filter reaches
 * @param coefficients for each pair those of the sum, the difference, and the middle
 * @param pairs how many
 * @param length bytes of a block, a multiple of 16
 * @param count blocks
 * @param peaks f32 of each block, which grows if the peak is larger
 */
export function blocks4(x: usize, coefficients: usize, pairs: usize, length: usize, count: usize, peaks: usize): void {
  const rows = 48 * pairs
  for (let block: usize = 0; block < count; block++) {
    let peak = f32x4.splat(abs(load<f32>(x + length)))
    for (const end = x + length; x < end; x += 16) {
      let even = f32x4.splat(0)
      let odd = f32x4.splat(0)
      let middle = f32x4.splat(0)
      let before = x
      let after = x + 4
      for (let at = coefficients, last = coefficients + rows; at < last; at += 48, before -= 4, after += 4) {
        const a = v128.load(before)
        const b = v128.load(after)
        const sum = f32x4.add(a, b)
        even = f32x4.add(even, f32x4.mul(v128.load(at), sum))
        odd = f32x4.add(odd, f32x4.mul(v128.load(at, 16), f32x4.sub(a, b)))
        middle = f32x4.add(middle, f32x4.mul(v128.load(at, 32), sum))
      }
      peak = f32x4.max(peak, f32x4.abs(v128.load(x)))
      peak = f32x4.max(peak, f32x4.add(f32x4.abs(even), f32x4.abs(odd)))
      peak = f32x4.max(peak, f32x4.abs(middle))
    }
    const to = peaks + 4 * block
    store<f32>(to, max(load<f32>(to), largest(peak)))
  }
}

/** The same at 2 points for each sample; coefficients are those of the middle alone. */
export function blocks2(x: usize, coefficients: usize, pairs: usize, length: usize, count: usize, peaks: usize): void {
  const rows = 16 * pairs
  for (let block: usize = 0; block < count; block++) {
    let peak = f32x4.splat(abs(load<f32>(x + length)))
    for (const end = x + length; x < end; x += 16) {
      let middle = f32x4.splat(0)
      let before = x
      let after = x + 4
      for (let at = coefficients, last = coefficients + rows; at < last; at += 16, before -= 4, after += 4) {
        middle = f32x4.add(middle, f32x4.mul(v128.load(at), f32x4.add(v128.load(before), v128.load(after))))
      }
      peak = f32x4.max(peak, f32x4.abs(v128.load(x)))
      peak = f32x4.max(peak, f32x4.abs(middle))
    }
    const to = peaks + 4 * block
    store<f32>(to, max(load<f32>(to), largest(peak)))
  }
}
