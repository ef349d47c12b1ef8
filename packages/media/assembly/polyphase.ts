/**
 * Dot products of rows of filter coefficients with stretches of samples, f64: what resampling spends its time on. Rows have a multiple of
 * 8 coefficients. The order of sums depends on that number alone.
 */

/** A row times one channel. */
function dot(row: usize, x: usize, bytes: usize): f64 {
  let a = f64x2.splat(0)
  let b = f64x2.splat(0)
  let c = f64x2.splat(0)
  let d = f64x2.splat(0)
  for (const end = row + bytes; row < end; row += 64, x += 64) {
    a = f64x2.add(a, f64x2.mul(v128.load(row), v128.load(x)))
    b = f64x2.add(b, f64x2.mul(v128.load(row, 16), v128.load(x, 16)))
    c = f64x2.add(c, f64x2.mul(v128.load(row, 32), v128.load(x, 32)))
    d = f64x2.add(d, f64x2.mul(v128.load(row, 48), v128.load(x, 48)))
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** A row times two channels, `apart` bytes from each other; coefficients are loaded once. Sums are those of `dot`. */
function dotTwo(row: usize, x: usize, apart: usize, bytes: usize, out: usize, outApart: usize): void {
  let y = x + apart
  let a = f64x2.splat(0)
  let b = f64x2.splat(0)
  let c = f64x2.splat(0)
  let d = f64x2.splat(0)
  let e = f64x2.splat(0)
  let f = f64x2.splat(0)
  let g = f64x2.splat(0)
  let h = f64x2.splat(0)
  for (const end = row + bytes; row < end; row += 64, x += 64, y += 64) {
    const r0 = v128.load(row)
    const r1 = v128.load(row, 16)
    const r2 = v128.load(row, 32)
    const r3 = v128.load(row, 48)
    a = f64x2.add(a, f64x2.mul(r0, v128.load(x)))
    e = f64x2.add(e, f64x2.mul(r0, v128.load(y)))
    b = f64x2.add(b, f64x2.mul(r1, v128.load(x, 16)))
    f = f64x2.add(f, f64x2.mul(r1, v128.load(y, 16)))
    c = f64x2.add(c, f64x2.mul(r2, v128.load(x, 32)))
    g = f64x2.add(g, f64x2.mul(r2, v128.load(y, 32)))
    d = f64x2.add(d, f64x2.mul(r3, v128.load(x, 48)))
    h = f64x2.add(h, f64x2.mul(r3, v128.load(y, 48)))
  }
  const first = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
  const second = f64x2.add(f64x2.add(e, f), f64x2.add(g, h))
  store<f64>(out, f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1))
  store<f64>(out + outApart, f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1))
}

function dots(row: usize, x: usize, apart: usize, channels: usize, bytes: usize, out: usize, outApart: usize): void {
  let channel: usize = 0
  for (; channel + 1 < channels; channel += 2) {
    dotTwo(row, x + channel * apart, apart, bytes, out + channel * outApart, outApart)
  }
  if (channel < channels) store<f64>(out + channel * outApart, dot(row, x + channel * apart, bytes))
}

/**
 * Outputs of rows as they are. For each of `count`, `starts` (i32) says at which sample the stretch begins and `rows` (i32) which row of
 * `table` it meets. Channels are `apart` bytes from each other in samples and `outApart` in outputs; a row has `bytes` bytes.
 */
export function exact(
  samples: usize,
  apart: usize,
  channels: usize,
  table: usize,
  bytes: usize,
  starts: usize,
  rows: usize,
  count: usize,
  out: usize,
  outApart: usize,
): void {
  for (let at: usize = 0; at < count; at++) {
    const row = table + <usize>load<i32>(rows + 4 * at) * bytes
    dots(row, samples + 8 * <usize>load<i32>(starts + 4 * at), apart, channels, bytes, out + 8 * at, outApart)
  }
}

/**
 * Outputs of rows that lie between those of the table: of four neighbouring rows, the cubic through them (Lagrange) at a fraction of the
 * way from the second to the third. `fractions` holds an f64 for each output, `spare` has room for a row.
 */
export function between(
  samples: usize,
  apart: usize,
  channels: usize,
  table: usize,
  bytes: usize,
  starts: usize,
  rows: usize,
  count: usize,
  out: usize,
  outApart: usize,
  fractions: usize,
  spare: usize,
): void {
  for (let at: usize = 0; at < count; at++) {
    const t = load<f64>(fractions + 8 * at)
    const w0 = f64x2.splat((-t * (t - 1) * (t - 2)) / 6)
    const w1 = f64x2.splat(((t + 1) * (t - 1) * (t - 2)) / 2)
    const w2 = f64x2.splat((-(t + 1) * t * (t - 2)) / 2)
    const w3 = f64x2.splat(((t + 1) * t * (t - 1)) / 6)
    let row = table + <usize>load<i32>(rows + 4 * at) * bytes
    for (let to = spare, end = spare + bytes; to < end; to += 16, row += 16) {
      const outer = f64x2.add(f64x2.mul(w0, v128.load(row)), f64x2.mul(w3, v128.load(row + 3 * bytes)))
      const inner = f64x2.add(f64x2.mul(w1, v128.load(row + bytes)), f64x2.mul(w2, v128.load(row + 2 * bytes)))
      v128.store(to, f64x2.add(outer, inner))
    }
    dots(spare, samples + 8 * <usize>load<i32>(starts + 4 * at), apart, channels, bytes, out + 8 * at, outApart)
  }
}
