/**
 * Orthonormal cosine transforms (DCT-II and its inverse, DCT-III) of 8x8 blocks of f32, in place.
 *
 * One transform of 8 numbers is done with half as many sums and differences of mirrored pairs: the even outputs come
 * from the sums, the odd ones from the differences. W.-H. Chen, C. H. Smith, S. C. Fralick, A fast computational
 * algorithm for the discrete cosine transform, IEEE Trans. COM 25 (1977).
 */

/** cos(k pi / 16) / 2 */
const c1: f32 = 0.4903926402016152
const c2: f32 = 0.46193976625564337
const c3: f32 = 0.4157348061512726
const c4: f32 = 0.35355339059327373
const c5: f32 = 0.2777851165098011
const c6: f32 = 0.19134171618254492
const c7: f32 = 0.09754516100806412

/** a * x + b * y */
function sum2(a: f32, x: v128, b: f32, y: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(a)), f32x4.mul(y, f32x4.splat(b)))
}

function sum4(a: f32, x: v128, b: f32, y: v128, c: f32, z: v128, d: f32, u: v128): v128 {
  return f32x4.add(sum2(a, x, b, y), sum2(c, z, d, u))
}

/** Four columns of 8 numbers, `step` bytes from row to row. */
function forwardColumns(at: usize, step: usize): void {
  const middle = at + 4 * step
  let x = v128.load(at)
  let y = v128.load(middle + 3 * step)
  const s07 = f32x4.add(x, y)
  const d07 = f32x4.sub(x, y)
  x = v128.load(at + step)
  y = v128.load(middle + 2 * step)
  const s16 = f32x4.add(x, y)
  const d16 = f32x4.sub(x, y)
  x = v128.load(at + 2 * step)
  y = v128.load(middle + step)
  const s25 = f32x4.add(x, y)
  const d25 = f32x4.sub(x, y)
  x = v128.load(at + 3 * step)
  y = v128.load(middle)
  const s34 = f32x4.add(x, y)
  const d34 = f32x4.sub(x, y)

  const a0 = f32x4.add(s07, s34)
  const a1 = f32x4.add(s16, s25)
  const a2 = f32x4.sub(s16, s25)
  const a3 = f32x4.sub(s07, s34)
  v128.store(at, f32x4.mul(f32x4.add(a0, a1), f32x4.splat(c4)))
  v128.store(middle, f32x4.mul(f32x4.sub(a0, a1), f32x4.splat(c4)))
  v128.store(at + 2 * step, sum2(c2, a3, c6, a2))
  v128.store(middle + 2 * step, sum2(c6, a3, -c2, a2))
  v128.store(at + step, sum4(c1, d07, c3, d16, c5, d25, c7, d34))
  v128.store(at + 3 * step, sum4(c3, d07, -c7, d16, -c1, d25, -c5, d34))
  v128.store(middle + step, sum4(c5, d07, -c1, d16, c7, d25, c3, d34))
  v128.store(middle + 3 * step, sum4(c7, d07, -c5, d16, c3, d25, -c1, d34))
}

function inverseColumns(at: usize, step: usize): void {
  const middle = at + 4 * step
  const y1 = v128.load(at + step)
  const y3 = v128.load(at + 3 * step)
  const y5 = v128.load(middle + step)
  const y7 = v128.load(middle + 3 * step)
  const d07 = sum4(c1, y1, c3, y3, c5, y5, c7, y7)
  const d16 = sum4(c3, y1, -c7, y3, -c1, y5, -c5, y7)
  const d25 = sum4(c5, y1, -c1, y3, c7, y5, c3, y7)
  const d34 = sum4(c7, y1, -c5, y3, c3, y5, -c1, y7)
  const y0 = v128.load(at)
  const y4 = v128.load(middle)
  const y2 = v128.load(at + 2 * step)
  const y6 = v128.load(middle + 2 * step)
  const e0 = f32x4.mul(f32x4.add(y0, y4), f32x4.splat(c4))
  const e1 = f32x4.mul(f32x4.sub(y0, y4), f32x4.splat(c4))
  const f0 = sum2(c2, y2, c6, y6)
  const f1 = sum2(c6, y2, -c2, y6)
  let s = f32x4.add(e0, f0)
  v128.store(at, f32x4.add(s, d07))
  v128.store(middle + 3 * step, f32x4.sub(s, d07))
  s = f32x4.add(e1, f1)
  v128.store(at + step, f32x4.add(s, d16))
  v128.store(middle + 2 * step, f32x4.sub(s, d16))
  s = f32x4.sub(e1, f1)
  v128.store(at + 2 * step, f32x4.add(s, d25))
  v128.store(middle + step, f32x4.sub(s, d25))
  s = f32x4.sub(e0, f0)
  v128.store(at + 3 * step, f32x4.add(s, d34))
  v128.store(middle, f32x4.sub(s, d34))
}

/** A 4x4 tile, rows `from` bytes apart, turned over its diagonal, with rows `to` bytes apart. */
function transpose(tile: usize, from: usize, turned: usize, to: usize): void {
  const a = v128.load(tile)
  const b = v128.load(tile + from)
  const c = v128.load(tile + 2 * from)
  const d = v128.load(tile + 3 * from)
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(turned, v128.shuffle<f64>(abLow, cdLow, 0, 2))
  v128.store(turned + to, v128.shuffle<f64>(abLow, cdLow, 1, 3))
  v128.store(turned + 2 * to, v128.shuffle<f64>(abHigh, cdHigh, 0, 2))
  v128.store(turned + 3 * to, v128.shuffle<f64>(abHigh, cdHigh, 1, 3))
}

/**
 * A row of blocks: `count` of them side by side at `at`, `step` bytes from row to row. `spare` has room for 128 bytes.
 */
export function forward(at: usize, count: usize, step: usize, spare: usize): void {
  for (const end = at + 32 * count; at < end; at += 32) {
    forwardColumns(at, step)
    forwardColumns(at + 16, step)
    for (let rows = at; rows < at + 8 * step; rows += 4 * step) {
      transpose(rows, step, spare, 16)
      transpose(rows + 16, step, spare + 64, 16)
      forwardColumns(spare, 16)
      transpose(spare, 16, rows, step)
      transpose(spare + 64, 16, rows + 16, step)
    }
  }
}

export function inverse(at: usize, count: usize, step: usize, spare: usize): void {
  for (const end = at + 32 * count; at < end; at += 32) {
    inverseColumns(at, step)
    inverseColumns(at + 16, step)
    for (let rows = at; rows < at + 8 * step; rows += 4 * step) {
      transpose(rows, step, spare, 16)
      transpose(rows + 16, step, spare + 64, 16)
      inverseColumns(spare, 16)
      transpose(spare, 16, rows, step)
      transpose(spare + 64, 16, rows + 16, step)
    }
  }
}
