import { block, reversed, turned } from './vectors'

/**
 * The step from a complex transform z of half the length h (in blocks) to the spectrum x of real data (split: h + 1
 * real parts at `xr`, imaginary parts at `xi`):
 *
 *   e = (z[k] + conj(z[h - k])) / 2,  t = w[k] * -i * (z[k] - conj(z[h - k])),  w[k] = exp(-pi i k / h) / 2
 *   x[k] = e + t,  x[h - k] = conj(e - t)       for k = 0 … h / 2, where z[h] is z[0]
 *
 * `w` holds w in blocks. `h` must be a multiple of twice the lanes.
 *
 * H. V. Sorensen et al., Real-valued fast Fourier transform algorithms, IEEE Trans. ASSP 35 (1987).
 */
export function spectrumOf<T>(z: usize, xr: usize, xi: usize, w: usize, h: usize): void {
  const size: usize = sizeof<T>()
  const half = v128.splat<T>(0.5 as T)
  let down = z + 2 * h * size - block
  let beforeR = v128.load(z)
  let beforeI = v128.load(z, 16)
  let mr = xr + h * size - 16 + size
  let mi = xi + h * size - 16 + size
  const middle = z + h * size
  for (; z < middle; z += block, w += block, down -= block) {
    const ar = v128.load(z)
    const ai = v128.load(z, 16)
    const lastR = v128.load(down)
    const lastI = v128.load(down, 16)
    const br = turned<T>(beforeR, lastR)
    const bi = turned<T>(beforeI, lastI)
    beforeR = lastR
    beforeI = lastI
    const wr = v128.load(w)
    const wi = v128.load(w, 16)
    const er = v128.mul<T>(v128.add<T>(ar, br), half)
    const ei = v128.mul<T>(v128.sub<T>(ai, bi), half)
    const dr = v128.sub<T>(ar, br)
    const di = v128.add<T>(ai, bi)
    const tr = v128.add<T>(v128.mul<T>(wr, di), v128.mul<T>(wi, dr))
    const ti = v128.sub<T>(v128.mul<T>(wi, di), v128.mul<T>(wr, dr))
    v128.store(xr, v128.add<T>(er, tr))
    v128.store(xi, v128.add<T>(ei, ti))
    v128.store(mr, reversed<T>(v128.sub<T>(er, tr)))
    v128.store(mi, reversed<T>(v128.sub<T>(ti, ei)))
    xr += 16
    xi += 16
    mr -= 16
    mi -= 16
  }
  store<T>(xr, load<T>(middle))
  store<T>(xi, -load<T>(middle + 16))
}

/**
 * The way back: z in blocks from x in planes, times 2 * factor, with real and imaginary parts exchanged (then a forward
 * transform is an inverse one, again exchanged). `w` holds exp(-pi i k / h) * factor in blocks.
 */
export function halfOf<T>(xr: usize, xi: usize, z: usize, w: usize, factor: T, h: usize): void {
  const size: usize = sizeof<T>()
  const by = v128.splat<T>(factor)
  const end = z + h * size
  let down = z + 2 * h * size
  let mr = xr + h * size - 16 + size
  let mi = xi + h * size - 16 + size
  let beforeR = by
  let beforeI = by
  for (; z < end; z += block, w += block, down -= block) {
    const ar = v128.load(xr)
    const ai = v128.load(xi)
    const br = reversed<T>(v128.load(mr))
    const bi = reversed<T>(v128.load(mi))
    const wr = v128.load(w)
    const wi = v128.load(w, 16)
    const er = v128.mul<T>(v128.add<T>(ar, br), by)
    const ei = v128.mul<T>(v128.sub<T>(ai, bi), by)
    const dr = v128.sub<T>(ar, br)
    const di = v128.add<T>(ai, bi)
    const tr = v128.sub<T>(v128.mul<T>(wi, dr), v128.mul<T>(wr, di))
    const ti = v128.add<T>(v128.mul<T>(wr, dr), v128.mul<T>(wi, di))
    v128.store(z, v128.add<T>(ei, ti))
    v128.store(z, v128.add<T>(er, tr), 16)
    // z[h - k] of these lanes: its first lane completes the block above, for which the rest was kept.
    const upR = v128.sub<T>(er, tr)
    const upI = v128.sub<T>(ti, ei)
    if (down !== end + h * size) {
      v128.store(down, turned<T>(upI, beforeI))
      v128.store(down, turned<T>(upR, beforeR), 16)
    }
    beforeR = upR
    beforeI = upI
    xr += 16
    xi += 16
    mr -= 16
    mi -= 16
  }
  // The middle, k = h / 2, where e is the real part and t the imaginary part.
  v128.store(down, turned<T>(v128.splat<T>((-2 * factor * load<T>(xi)) as T), beforeI))
  v128.store(down, turned<T>(v128.splat<T>((2 * factor * load<T>(xr)) as T), beforeR), 16)
}
