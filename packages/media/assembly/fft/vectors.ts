/**
 * Complex numbers in these kernels lie in blocks: one vector of real parts, then one of the imaginary parts that belong
 * to them (4 of f32, 2 of f64), so 32 bytes a block. Loads, stores and arithmetic are then those of split data, with
 * half as many addresses.
 */

/** The bytes of a block. */
export const block: usize = 32

/** One number in all lanes. */
export function wide<T>(at: usize): v128 {
  return sizeof<T>() === 8 ? v128.load64_splat(at) : v128.load32_splat(at)
}

export function store2(to: usize, re: v128, im: v128): void {
  v128.store(to, re)
  v128.store(to, im, 16)
}

/** Stores (re, im) * (wr, wi). */
export function storeProduct<T>(to: usize, re: v128, im: v128, wr: v128, wi: v128): void {
  v128.store(to, v128.sub<T>(v128.mul<T>(re, wr), v128.mul<T>(im, wi)))
  v128.store(to, v128.add<T>(v128.mul<T>(re, wi), v128.mul<T>(im, wr)), 16)
}

/** Stores (re, im) * the one complex number at `w`. */
export function storeProductAt<T>(to: usize, re: v128, im: v128, w: usize): void {
  const wr = wide<T>(w)
  const wi = wide<T>(w + sizeof<T>())
  v128.store(to, v128.sub<T>(v128.mul<T>(re, wr), v128.mul<T>(im, wi)))
  v128.store(to, v128.add<T>(v128.mul<T>(re, wi), v128.mul<T>(im, wr)), 16)
}

/** The even numbered lanes of two vectors: real parts of interleaved complex numbers. */
export function evens<T>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(a, b, 0, 2) : v128.shuffle<f32>(a, b, 0, 2, 4, 6)
}

/** The odd numbered lanes: imaginary parts. */
export function odds<T>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(a, b, 1, 3) : v128.shuffle<f32>(a, b, 1, 3, 5, 7)
}

/** [first of a, last of b, …, second of b]: reversal of lanes that begins one lane earlier. */
export function turned<T>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(a, b, 0, 3) : v128.shuffle<f32>(a, b, 0, 7, 6, 5)
}

/** The lanes the other way round. */
export function reversed<T>(a: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<f64>(a, a, 1, 0) : v128.shuffle<f32>(a, a, 3, 2, 1, 0)
}

/**
 * Stores the real parts (or, 16 bytes further on, the imaginary parts) of four numbers of each lane, as four of f32 or
 * two pairs of f64 of consecutive blocks.
 */
export function storeTransposed<T>(a: v128, b: v128, c: v128, d: v128, to: usize): void {
  if (sizeof<T>() === 8) {
    v128.store(to, v128.shuffle<f64>(a, b, 0, 2))
    v128.store(to, v128.shuffle<f64>(c, d, 0, 2), 32)
    v128.store(to, v128.shuffle<f64>(a, b, 1, 3), 64)
    v128.store(to, v128.shuffle<f64>(c, d, 1, 3), 96)
  } else {
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    v128.store(to, v128.shuffle<f64>(abLow, cdLow, 0, 2))
    v128.store(to, v128.shuffle<f64>(abLow, cdLow, 1, 3), 32)
    v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 0, 2), 64)
    v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 1, 3), 96)
  }
}
