/**
 * Weighted sums of pixels, added up in f64 in the order of the weights: what resizing spends its time on. Pixels are f32.
 */

/**
 * Four rows across. Pixel x of the four lies at `pixels + 16 * x`. For each of `width` pixels that are made, `first` (i32) says at
 * which pixel its stretch begins; its `count` weights (f64) follow those of the pixel before. The rows that are made begin at the
 * four addresses.
 */
export function across(
  pixels: usize,
  first: usize,
  weights: usize,
  count: usize,
  width: usize,
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
): void {
  const bytes: usize = 8 * count
  for (let x: usize = 0; x < width; x++) {
    let a = f64x2.splat(0)
    let b = f64x2.splat(0)
    let from = pixels + 16 * <usize>load<i32>(first + 4 * x)
    for (const end = weights + bytes; weights < end; weights += 8, from += 16) {
      const weight = v128.load64_splat(weights)
      a = f64x2.add(a, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(from))))
      b = f64x2.add(b, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(from, 8))))
    }
    store<f32>(row0 + 4 * x, <f32>f64x2.extract_lane(a, 0))
    store<f32>(row1 + 4 * x, <f32>f64x2.extract_lane(a, 1))
    store<f32>(row2 + 4 * x, <f32>f64x2.extract_lane(b, 0))
    store<f32>(row3 + 4 * x, <f32>f64x2.extract_lane(b, 1))
  }
}

/**
 * One row down: the sum of `count` rows, whose addresses (i32) are at `rows` and whose weights (f64) are at `weights`. Rows have room
 * for a multiple of 8 pixels.
 */
export function down(rows: usize, weights: usize, count: usize, width: usize, out: usize): void {
  for (let x: usize = 0; x < 4 * width; x += 32) {
    let a = f64x2.splat(0)
    let b = f64x2.splat(0)
    let c = f64x2.splat(0)
    let d = f64x2.splat(0)
    for (let tap: usize = 0; tap < count; tap++) {
      const weight = v128.load64_splat(weights + 8 * tap)
      const from = <usize>load<i32>(rows + 4 * tap) + x
      a = f64x2.add(a, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(from))))
      b = f64x2.add(b, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(from, 8))))
      c = f64x2.add(c, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(from, 16))))
      d = f64x2.add(d, f64x2.mul(weight, f64x2.promote_low_f32x4(v128.load64_zero(from, 24))))
    }
    store2(out + x, a, b)
    store2(out + x + 16, c, d)
  }
}

/** Four numbers as f32. */
function store2(out: usize, a: v128, b: v128): void {
  v128.store(out, v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2))
}
