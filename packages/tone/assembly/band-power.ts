/** Power spectra, their sums, and what lies in bands of them. Rows of numbers are padded by zeros to a multiple of four. */

/** out = scale * (re² + im²), of `count` numbers, f32. */
export function power(re: usize, im: usize, count: usize, scale: f32, out: usize): void {
  const factor = f32x4.splat(scale)
  for (const end = re + 4 * count; re < end; re += 16, im += 16, out += 16) {
    const r = v128.load(re)
    const i = v128.load(im)
    v128.store(out, f32x4.mul(factor, f32x4.add(f32x4.mul(r, r), f32x4.mul(i, i))))
  }
}

/** sums += row, of `count` numbers: f32 added to f64. */
export function add(row: usize, count: usize, sums: usize): void {
  for (const end = row + 4 * count; row < end; row += 16, sums += 32) {
    const value = v128.load(row)
    const low = f64x2.promote_low_f32x4(value)
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3))
    v128.store(sums, f64x2.add(v128.load(sums), low))
    v128.store(sums, f64x2.add(v128.load(sums, 16), high), 16)
  }
}

/**
 * Weighted sums of stretches of a row, one for each band.
 *
 * @param table for each band two i32: its first number in the row, and how many weights it has, a multiple of four
 * @param weights f32, those of all bands one after the other
 * @param out f32 for each band
 */
export function bands(row: usize, table: usize, count: usize, weights: usize, out: usize): void {
  for (const end = table + 8 * count; table < end; table += 8, out += 4) {
    let at = row + 4 * <usize>load<i32>(table)
    let sum = f32x4.splat(0)
    for (const last = weights + 4 * <usize>load<i32>(table, 4); weights < last; weights += 16, at += 16)
      sum = f32x4.add(sum, f32x4.mul(v128.load(weights), v128.load(at)))
    const half = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 2, 3))
    store<f32>(out, f32x4.extract_lane(half, 0) + f32x4.extract_lane(half, 1))
  }
}
