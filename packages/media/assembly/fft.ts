import { order, turnForward, turnInverse, unorder } from './fft/cosine'
import { halfOf, spectrumOf } from './fft/mirror'
import { pass8 } from './fft/pass8'
import { first4, last4, pass2, pass3, pass4, pass5 } from './fft/passes'
import { interleaveExchanged, split, weigh } from './fft/unblock'

/**
 * All passes of complex transforms of length n that lie interleaved at stride s. They go to and fro between `x` and
 * `y`; the result is in `y` after an odd number of passes, else in `x`, in blocks. The input at `x` is in blocks when s
 * is not 1, otherwise as `first4` takes it. `radices` are bytes; `w` has the tables of the passes one after another.
 */
function passes<T>(x: usize, im: usize, y: usize, w: usize, radices: usize, count: usize, n: usize, s: usize): usize {
  let m = n
  for (let pass: usize = 0; pass < count; pass++) {
    const radix: usize = load<u8>(radices + pass)
    m /= radix
    if (s === 1) first4<T>(x, im, y, w, m)
    else if (radix === 4 && m === 1) last4<T>(x, y, s)
    else if (radix === 4) pass4<T>(x, y, w, m, s)
    else if (radix === 8) pass8<T>(x, y, w, m, s)
    else if (radix === 2) pass2<T>(x, y, w, m, s)
    else if (radix === 3) pass3<T>(x, y, w, m, s)
    else pass5<T>(x, y, w, m, s)
    w += 2 * (radix - 1) * m * sizeof<T>()
    s *= radix
    const result = y
    y = x
    x = result
  }
  return x
}

/**
 * A complex transform of split data times a factor; answers where it is: `x` or `y`, the imaginary parts `im` bytes
 * further on.
 */
function complex<T>(x: usize, im: usize, y: usize, w: usize, radices: usize, count: usize, n: usize, factor: T): usize {
  const z = passes<T>(x, im, y, w, radices, count, n, 1)
  const to = z === x ? y : x
  split<T>(z, to, to + im, n, factor)
  return to
}

/**
 * The spectrum of the 2 h real numbers at `x`: h + 1 real parts at the address that it answers, imaginary parts `im`
 * bytes further on. `v` is the table of `spectrumOf`.
 */
function realForward<T>(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  radices: usize,
  count: usize,
  h: usize,
  v: usize,
): usize {
  const z = passes<T>(x, 0, y, w, radices, count, h, 1)
  const to = z === x ? y : x
  spectrumOf<T>(z, to, to + im, v, h)
  return to
}

/**
 * The way back from a spectrum at `x`, times 2 h factor; answers where the 2 h real numbers are. `v` is the table of
 * `halfOf`.
 */
function realInverse<T>(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  factor: T,
): usize {
  halfOf<T>(x, x + im, y, v, factor, h)
  const z = passes<T>(y, 16, x, w, r, count, h, 1)
  const to = z === x ? y : x
  interleaveExchanged<T>(z, to, h)
  return to
}

/**
 * DCT-II of the n numbers at `x`; answers where the coefficients are. Tables: `v` as for `realForward`, `t` that of
 * `turnForward` and one number more.
 */
function cosineForward<T>(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  t: usize,
): usize {
  order<T>(x, y, 2 * h)
  const spectrum = realForward<T>(y, im, x, w, r, count, h, v)
  const to = spectrum === x ? y : x
  turnForward<T>(spectrum, spectrum + im, to, t, h)
  return to
}

/**
 * DCT-III of the n numbers at `x`; answers where the result is. Tables: `v` and `factor` as for `realInverse`, `t` as
 * above.
 */
function cosineInverse<T>(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  t: usize,
  factor: T,
): usize {
  turnInverse<T>(x, y, y + im, t, h)
  const samples = realInverse<T>(y, im, x, w, r, count, h, v, factor)
  const to = samples === x ? y : x
  unorder<T>(samples, to, 2 * h)
  return to
}

/**
 * The real transforms of before, with weights for the 2 h numbers that go in or come out; 0: none. They are weighed in here, which saves a
 * call.
 */
function forward<T>(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  weights: usize,
): usize {
  if (weights !== 0) weigh<T>(x, weights, 2 * h)
  return realForward<T>(x, im, y, w, r, count, h, v)
}

function inverse<T>(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  factor: T,
  weights: usize,
): usize {
  const at = realInverse<T>(x, im, y, w, r, count, h, v, factor)
  if (weights !== 0) weigh<T>(at, weights, 2 * h)
  return at
}

export function columns32(x: usize, y: usize, w: usize, r: usize, count: usize, n: usize, s: usize): usize {
  return passes<f32>(x, 16, y, w, r, count, n, s)
}

export function complex32(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  n: usize,
  factor: f32,
): usize {
  return complex<f32>(x, im, y, w, r, count, n, factor)
}

export function forward32(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  weights: usize,
): usize {
  return forward<f32>(x, im, y, w, r, count, h, v, weights)
}

export function inverse32(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  factor: f32,
  weights: usize,
): usize {
  return inverse<f32>(x, im, y, w, r, count, h, v, factor, weights)
}

export function columns64(x: usize, y: usize, w: usize, r: usize, count: usize, n: usize, s: usize): usize {
  return passes<f64>(x, 16, y, w, r, count, n, s)
}

export function complex64(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  n: usize,
  factor: f64,
): usize {
  return complex<f64>(x, im, y, w, r, count, n, factor)
}

export function forward64(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  weights: usize,
): usize {
  return forward<f64>(x, im, y, w, r, count, h, v, weights)
}

export function inverse64(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  factor: f64,
  weights: usize,
): usize {
  return inverse<f64>(x, im, y, w, r, count, h, v, factor, weights)
}

export function cosineForward32(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  t: usize,
): usize {
  return cosineForward<f32>(x, im, y, w, r, count, h, v, t)
}

export function cosineInverse32(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  t: usize,
  factor: f32,
): usize {
  return cosineInverse<f32>(x, im, y, w, r, count, h, v, t, factor)
}

export function cosineForward64(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  t: usize,
): usize {
  return cosineForward<f64>(x, im, y, w, r, count, h, v, t)
}

export function cosineInverse64(
  x: usize,
  im: usize,
  y: usize,
  w: usize,
  r: usize,
  count: usize,
  h: usize,
  v: usize,
  t: usize,
  factor: f64,
): usize {
  return cosineInverse<f64>(x, im, y, w, r, count, h, v, t, factor)
}
