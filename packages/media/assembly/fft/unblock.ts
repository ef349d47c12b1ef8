import { block } from './vectors'

/** From blocks to planes, times a factor. */
export function split<T>(z: usize, re: usize, im: usize, count: usize, factor: T): void {
  const by = v128.splat<T>(factor)
  for (const end = z + 2 * count * sizeof<T>(); z < end; z += block) {
    v128.store(re, v128.mul<T>(v128.load(z), by))
    v128.store(im, v128.mul<T>(v128.load(z, 16), by))
    re += 16
    im += 16
  }
}

/** From blocks with real and imaginary parts exchanged to re, im, re, im, … */
export function interleaveExchanged<T>(z: usize, to: usize, count: usize): void {
  for (const end = z + 2 * count * sizeof<T>(); z < end; z += block) {
    const im = v128.load(z)
    const re = v128.load(z, 16)
    if (sizeof<T>() === 8) {
      v128.store(to, v128.shuffle<f64>(re, im, 0, 2))
      v128.store(to, v128.shuffle<f64>(re, im, 1, 3), 16)
    } else {
      v128.store(to, v128.shuffle<f32>(re, im, 0, 4, 1, 5))
      v128.store(to, v128.shuffle<f32>(re, im, 2, 6, 3, 7), 16)
    }
    to += 32
  }
}

/** Multiplies numbers with weights, in place; `count` is a multiple of the lanes. */
export function weigh<T>(at: usize, weights: usize, count: usize): void {
  for (const end = at + count * sizeof<T>(); at < end; at += 16, weights += 16) {
    v128.store(at, v128.mul<T>(v128.load(at), v128.load(weights)))
  }
}
