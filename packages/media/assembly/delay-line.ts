/**
 * Sums of products of spectra: what convolution in partitions spends its time on. A spectrum is a row of real parts and behind it a row of
 * imaginary parts, `bytes` bytes each, a multiple of 16.
 */

/** sum += h * x, of `count` spectra that follow each other in `h` and `x`; two at a time, so that the sum is fetched half as often. */
function accumulate<T>(h: usize, x: usize, count: usize, bytes: usize, sum: usize): void {
  let left = count
  for (; left >= 2; left -= 2) {
    for (const end = sum + bytes; sum < end; sum += 16, h += 16, x += 16) {
      const hr = v128.load(h)
      const hi = v128.load(h + bytes)
      const xr = v128.load(x)
      const xi = v128.load(x + bytes)
      const gr = v128.load(h + 2 * bytes)
      const gi = v128.load(h + 3 * bytes)
      const yr = v128.load(x + 2 * bytes)
      const yi = v128.load(x + 3 * bytes)
      const re = v128.add<T>(
        v128.sub<T>(v128.mul<T>(hr, xr), v128.mul<T>(hi, xi)),
        v128.sub<T>(v128.mul<T>(gr, yr), v128.mul<T>(gi, yi)),
      )
      const im = v128.add<T>(
        v128.add<T>(v128.mul<T>(hr, xi), v128.mul<T>(hi, xr)),
        v128.add<T>(v128.mul<T>(gr, yi), v128.mul<T>(gi, yr)),
      )
      v128.store(sum, v128.add<T>(v128.load(sum), re))
      v128.store(sum + bytes, v128.add<T>(v128.load(sum + bytes), im))
    }
    sum -= bytes
    h += 3 * bytes
    x += 3 * bytes
  }
  if (left === 0) return
  for (const end = sum + bytes; sum < end; sum += 16, h += 16, x += 16) {
    const hr = v128.load(h)
    const hi = v128.load(h + bytes)
    const xr = v128.load(x)
    const xi = v128.load(x + bytes)
    const re = v128.sub<T>(v128.mul<T>(hr, xr), v128.mul<T>(hi, xi))
    const im = v128.add<T>(v128.mul<T>(hr, xi), v128.mul<T>(hi, xr))
    v128.store(sum, v128.add<T>(v128.load(sum), re))
    v128.store(sum + bytes, v128.add<T>(v128.load(sum + bytes), im))
  }
}

export function accumulate32(h: usize, x: usize, count: usize, bytes: usize, sum: usize): void {
  accumulate<f32>(h, x, count, bytes, sum)
}

export function accumulate64(h: usize, x: usize, count: usize, bytes: usize, sum: usize): void {
  accumulate<f64>(h, x, count, bytes, sum)
}
