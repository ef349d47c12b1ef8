import { block, evens, odds, reversed } from './vectors'

/**
 * The steps around a real Fourier transform of n = 2 h numbers that make a cosine transform of it
 * (`src/transform/dct.ts` is the reference and says more). Tables hold 2 h / 2 = h turns exp(-pi i k / (2 n)), scaled
 * as the transform wants it, in blocks.
 *
 * J. Makhoul, A fast cosine transform in one and two dimensions, IEEE Trans. ASSP 28 (1980).
 */

/** to[j] = x[2 j], to[n - 1 - j] = x[2 j + 1] */
export function order<T>(x: usize, to: usize, n: usize): void {
  const bytes = n * sizeof<T>()
  let high = to + bytes - 16
  for (const end = x + bytes; x < end; x += 32) {
    const a = v128.load(x)
    const b = v128.load(x, 16)
    v128.store(to, evens<T>(a, b))
    v128.store(high, reversed<T>(odds<T>(a, b)))
    to += 16
    high -= 16
  }
}

/** The inverse of `order`. */
export function unorder<T>(v: usize, to: usize, n: usize): void {
  const bytes = n * sizeof<T>()
  let high = v + bytes - 16
  for (const end = to + bytes; to < end; to += 32) {
    const a = v128.load(v)
    const b = reversed<T>(v128.load(high))
    if (sizeof<T>() === 8) {
      v128.store(to, v128.shuffle<f64>(a, b, 0, 2))
      v128.store(to, v128.shuffle<f64>(a, b, 1, 3), 16)
    } else {
      v128.store(to, v128.shuffle<f32>(a, b, 0, 4, 1, 5))
      v128.store(to, v128.shuffle<f32>(a, b, 2, 6, 3, 7), 16)
    }
    v += 16
    high -= 16
  }
}

/**
 * From the spectrum to the coefficients: with (a, b) = spectrum[k] * turn[k], to[k] = a and to[n - k] = -b. One number
 * behind the coefficients is spoilt.
 */
export function turnForward<T>(re: usize, im: usize, to: usize, w: usize, h: usize): void {
  const bytes = h * sizeof<T>()
  const middle = to + bytes
  let high = to + 2 * bytes - 16 + sizeof<T>()
  for (; to < middle; to += 16, high -= 16, w += block) {
    const a = v128.load(re)
    const b = v128.load(im)
    const c = v128.load(w)
    const s = v128.load(w, 16)
    v128.store(to, v128.sub<T>(v128.mul<T>(a, c), v128.mul<T>(b, s)))
    v128.store(high, reversed<T>(v128.neg<T>(v128.add<T>(v128.mul<T>(a, s), v128.mul<T>(b, c)))))
    re += 16
    im += 16
  }
  // Frequency h, which is real, turned by an eighth; the turn's real and imaginary part are opposite.
  const root = load<T>(w)
  store<T>(middle, (load<T>(re) * root) as T)
}

/**
 * From coefficients to a spectrum: spectrum[k] = conj(turn[k]) * (x[k] - i x[n - k]). The number behind the
 * coefficients is read and must not matter: it falls on the imaginary part of frequency 0, which is set to 0.
 */
export function turnInverse<T>(x: usize, re: usize, im: usize, w: usize, h: usize): void {
  const bytes = h * sizeof<T>()
  const middle = x + bytes
  const first = load<T>(x)
  const zeroRe = re
  const zeroIm = im
  const zeroRoot = load<T>(w)
  let high = x + 2 * bytes - 16 + sizeof<T>()
  for (; x < middle; x += 16, high -= 16, w += block) {
    const a = v128.load(x)
    const b = reversed<T>(v128.load(high))
    const c = v128.load(w)
    const s = v128.load(w, 16)
    v128.store(re, v128.sub<T>(v128.mul<T>(a, c), v128.mul<T>(b, s)))
    v128.store(im, v128.neg<T>(v128.add<T>(v128.mul<T>(a, s), v128.mul<T>(b, c))))
    re += 16
    im += 16
  }
  store<T>(zeroRe, (first * zeroRoot) as T)
  store<T>(zeroIm, 0 as T)
  store<T>(re, (2 * load<T>(middle) * load<T>(w)) as T)
  store<T>(im, 0 as T)
}
