/**
 * Rows of 8-bit luma, chroma and colours, for packages/media/src/pixels/colour-simd*.ts, in whole numbers of fixed point. Rows are read and
 * written in steps of 16 pixels: what lies behind one, up to a multiple of 16, must be its own. Where rows are brought to another size they
 * have 16 bits, 16 times the number; two numbers before and behind such a row must be its own too.
 */

/** Weighs two rows of bytes, the weights together 4: what lies between two rows of chroma. `to` is 16 bits. */
function between(above: usize, below: usize, a: i32, b: i32, count: usize, to: usize): void {
  const wa = i16x8.splat(<i16>a)
  const wb = i16x8.splat(<i16>b)
  for (let x: usize = 0; x < count; x += 8) {
    const row = i16x8.add(i16x8.mul(v128.load_ext<u8>(above + x), wa), i16x8.mul(v128.load_ext<u8>(below + x), wb))
    v128.store(to + 2 * x, row)
  }
}

/** The first and the last number go on, by one. */
function extend(row: usize, count: usize): void {
  store<i16>(row - 2, load<i16>(row))
  store<i16>(row + 2 * count, load<i16>(row + 2 * count - 2))
}

/**
 * A row of chroma of luma's width, from the two rows above and below. `halved` tells whether it has half as many samples; if so, pixels
 * of even number are `1 - even / 4` of their own sample and `even / 4` of the one before, others `1 - odd / 4` and `odd / 4` of the next.
 */
export function finer(
  above: usize,
  below: usize,
  a: i32,
  b: i32,
  count: usize,
  halved: bool,
  even: i32,
  odd: i32,
  narrow: usize,
  wide: usize,
): void {
  between(above, below, a, b, count, narrow)
  if (!halved) {
    for (let x: usize = 0; x < 2 * count; x += 16) v128.store(wide + x, i16x8.shl(v128.load(narrow + x), 2))
    return
  }
  extend(narrow, count)
  const e0 = i16x8.splat(<i16>even)
  const e1 = i16x8.splat(<i16>(4 - even))
  const o0 = i16x8.splat(<i16>(4 - odd))
  const o1 = i16x8.splat(<i16>odd)
  for (let x: usize = 0; x < 2 * count; x += 16) {
    const own = v128.load(narrow + x)
    const first = i16x8.add(i16x8.mul(v128.load(narrow + x - 2), e0), i16x8.mul(own, e1))
    const second = i16x8.add(i16x8.mul(own, o0), i16x8.mul(v128.load(narrow + x + 2), o1))
    v128.store(wide + 2 * x, i16x8.shuffle(first, second, 0, 8, 1, 9, 2, 10, 3, 11))
    v128.store(wide + 2 * x + 16, i16x8.shuffle(first, second, 4, 12, 5, 13, 6, 14, 7, 15))
  }
}

/** Pairs of neighbours as one number of 32 bits, for `i32x4.dot_i16x8_s`. */
function pair(low: i32, high: i32): v128 {
  return i32x4.splat((low & 0xffff) | (high << 16))
}

function lowPairs(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
}

function highPairs(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
}

/** Eight sums of two products, rounded and shifted down. */
function sum2(a: v128, b: v128, weights: v128, added: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(lowPairs(a, b), weights), added), shift),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(highPairs(a, b), weights), added), shift),
  )
}

/** Eight sums of three products. */
function sum3(a: v128, b: v128, c: v128, ab: v128, c0: v128, added: v128, shift: i32): v128 {
  const none = i64x2.splat(0)
  const low = i32x4.add(i32x4.dot_i16x8_s(lowPairs(a, b), ab), i32x4.dot_i16x8_s(lowPairs(c, none), c0))
  const high = i32x4.add(i32x4.dot_i16x8_s(highPairs(a, b), ab), i32x4.dot_i16x8_s(highPairs(c, none), c0))
  return i16x8.narrow_i32x4_s(i32x4.shr_s(i32x4.add(low, added), shift), i32x4.shr_s(i32x4.add(high, added), shift))
}

/** Bits behind the point of the weights of `toRgb`, and the four of the rows. */
const rgbShift: i32 = 17

/** Packed colours of luma (bytes) and chroma (16 bits). */
export function toRgb(
  y: usize,
  u: usize,
  v: usize,
  count: usize,
  to: usize,
  black: i32,
  luma: i32,
  redV: i32,
  greenU: i32,
  greenV: i32,
  blueU: i32,
): void {
  const half = i32x4.splat(1 << (rgbShift - 1))
  const dark = i16x8.splat(<i16>(16 * black))
  const neutral = i16x8.splat(16 * 128)
  const forRed = pair(luma, redV)
  const forBlue = pair(luma, blueU)
  const forGreen = pair(greenU, greenV)
  const light = pair(luma, 0)
  for (let x: usize = 0; x < count; x += 16) {
    let l = i16x8.sub(i16x8.shl(v128.load_ext<u8>(y + x), 4), dark)
    let cb = i16x8.sub(v128.load(u + 2 * x), neutral)
    let cr = i16x8.sub(v128.load(v + 2 * x), neutral)
    const r0 = sum2(l, cr, forRed, half, rgbShift)
    const g0 = sum3(cb, cr, l, forGreen, light, half, rgbShift)
    const b0 = sum2(l, cb, forBlue, half, rgbShift)
    l = i16x8.sub(i16x8.shl(v128.load_ext<u8>(y + x + 8), 4), dark)
    cb = i16x8.sub(v128.load(u + 2 * x + 16), neutral)
    cr = i16x8.sub(v128.load(v + 2 * x + 16), neutral)
    const r = i8x16.narrow_i16x8_u(r0, sum2(l, cr, forRed, half, rgbShift))
    const g = i8x16.narrow_i16x8_u(g0, sum3(cb, cr, l, forGreen, light, half, rgbShift))
    const b = i8x16.narrow_i16x8_u(b0, sum2(l, cb, forBlue, half, rgbShift))
    let rg = i8x16.shuffle(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5)
    v128.store(to, i8x16.shuffle(rg, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15))
    rg = i8x16.shuffle(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26)
    v128.store(to + 16, i8x16.shuffle(rg, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15))
    rg = i8x16.shuffle(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0)
    v128.store(to + 32, i8x16.shuffle(rg, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31))
    to += 48
  }
}

/** Takes packed colours apart: three rows of bytes. */
export function apart(rgb: usize, count: usize, red: usize, green: usize, blue: usize): void {
  for (let x: usize = 0; x < count; x += 16, rgb += 48) {
    const a = v128.load(rgb)
    const b = v128.load(rgb + 16)
    const c = v128.load(rgb + 32)
    const r = i8x16.shuffle(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0)
    v128.store(red + x, i8x16.shuffle(r, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29))
    const g = i8x16.shuffle(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0)
    v128.store(green + x, i8x16.shuffle(g, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30))
    const d = i8x16.shuffle(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0)
    v128.store(blue + x, i8x16.shuffle(d, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31))
  }
}

/** Luma of three rows of bytes. */
export function luma(
  red: usize,
  green: usize,
  blue: usize,
  count: usize,
  to: usize,
  r: i32,
  g: i32,
  b: i32,
  added: i32,
  shift: i32,
): void {
  const rg = pair(r, g)
  const b0 = pair(b, 0)
  const plus = i32x4.splat(added)
  for (let x: usize = 0; x < count; x += 16) {
    const low = sum3(
      v128.load_ext<u8>(red + x),
      v128.load_ext<u8>(green + x),
      v128.load_ext<u8>(blue + x),
      rg,
      b0,
      plus,
      shift,
    )
    const high = sum3(
      v128.load_ext<u8>(red + x + 8),
      v128.load_ext<u8>(green + x + 8),
      v128.load_ext<u8>(blue + x + 8),
      rg,
      b0,
      plus,
      shift,
    )
    v128.store(to + x, i8x16.narrow_i16x8_u(low, high))
  }
}

/**
 * A row of one colour of chroma's width. Rows `above`, `row` and `below` of bytes count `top`, `middle` and `bottom`, together 4. If
 * `halved`, so do the pixel before, the one of even number and the one behind: `before`, `4 - before - behind` and `behind`.
 */
export function coarser(
  above: usize,
  row: usize,
  below: usize,
  top: i32,
  middle: i32,
  bottom: i32,
  count: usize,
  halved: bool,
  before: i32,
  behind: i32,
  tall: usize,
  to: usize,
): void {
  const w0 = i16x8.splat(<i16>top)
  const w1 = i16x8.splat(<i16>middle)
  const w2 = i16x8.splat(<i16>bottom)
  const factor = halved ? 0 : 2
  for (let x: usize = 0; x < count; x += 8) {
    const outer = i16x8.add(i16x8.mul(v128.load_ext<u8>(above + x), w0), i16x8.mul(v128.load_ext<u8>(below + x), w2))
    const sum = i16x8.add(outer, i16x8.mul(v128.load_ext<u8>(row + x), w1))
    v128.store((halved ? tall : to) + 2 * x, i16x8.shl(sum, factor))
  }
  if (!halved) return
  extend(tall, count)
  const h0 = i16x8.splat(<i16>before)
  const h1 = i16x8.splat(<i16>(4 - before - behind))
  const h2 = i16x8.splat(<i16>behind)
  for (let x: usize = 0; x < count; x += 16) {
    const at = tall + 2 * x
    const a = v128.load(at)
    const b = v128.load(at + 16)
    const own = i16x8.shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
    const next = i16x8.shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
    const last = i16x8.shuffle(v128.load(at - 2), v128.load(at + 14), 0, 2, 4, 6, 8, 10, 12, 14)
    const sum = i16x8.add(i16x8.add(i16x8.mul(last, h0), i16x8.mul(own, h1)), i16x8.mul(next, h2))
    v128.store(to + x, sum)
  }
}

/** Chroma, one of two, of three rows of 16 bits. */
export function chroma(
  red: usize,
  green: usize,
  blue: usize,
  count: usize,
  to: usize,
  r: i32,
  g: i32,
  b: i32,
  added: i32,
  shift: i32,
): void {
  const rg = pair(r, g)
  const b0 = pair(b, 0)
  const plus = i32x4.splat(added)
  for (let x: usize = 0; x < count; x += 16) {
    const at: usize = 2 * x
    const low = sum3(v128.load(red + at), v128.load(green + at), v128.load(blue + at), rg, b0, plus, shift)
    const high = sum3(
      v128.load(red + at + 16),
      v128.load(green + at + 16),
      v128.load(blue + at + 16),
      rg,
      b0,
      plus,
      shift,
    )
    v128.store(to + x, i8x16.narrow_i16x8_u(low, high))
  }
}
