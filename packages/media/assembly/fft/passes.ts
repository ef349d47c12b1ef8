import { block, evens, odds, store2, storeProduct, storeProductAt, storeTransposed, wide } from './vectors'

/**
 * Passes of a Stockham FFT (decimation in frequency, self-sorting) on complex numbers in blocks (`vectors.ts`). A pass
 * of radix r takes transforms of length r * m that lie interleaved at stride s, and leaves transforms of length m at
 * stride r * s:
 *
 *   y[q + s * (r * p + k)] = w^(p * k) * sum over j of x[q + s * (p + m * j)] * exp(-2 pi i j k / r)
 *   w = exp(-2 pi i / (r * m))
 *
 * with p below m and q below s. Vectors run over q, so s must be a multiple of the lanes; only `first4`, which has s =
 * 1, runs over p. The last pass has m = 1 and no twiddle factors other than 1.
 *
 * Twiddle factors of a pass: for each p the pairs (re, im) of w^p, w^2p, … w^(r-1)p. For `first4` each number is a
 * vector over p.
 *
 * C. Van Loan, Computational Frameworks for the Fast Fourier Transform, SIAM 1992, section 1.7.
 */

/**
 * Radix 4 with stride 1. `m` must be a multiple of the lanes. The input at `x` is, as `im` says: 0, interleaved (re,
 * im, re, im, …); 16, in blocks; more, split, with the imaginary parts that many bytes after the real parts.
 */
export function first4<T>(x: usize, im: usize, y: usize, w: usize, m: usize): void {
  const step: usize = im > 16 ? 16 : 32
  const quarter = (m * sizeof<T>() * step) >> 4
  for (const end = x + quarter; x < end; x += step) {
    let ar: v128, ai: v128, br: v128, bi: v128, cr: v128, ci: v128, dr: v128, di: v128
    let at = x
    if (im) {
      ar = v128.load(at)
      ai = v128.load(at + im)
      at += quarter
      br = v128.load(at)
      bi = v128.load(at + im)
      at += quarter
      cr = v128.load(at)
      ci = v128.load(at + im)
      at += quarter
      dr = v128.load(at)
      di = v128.load(at + im)
    } else {
      let low = v128.load(at)
      let high = v128.load(at, 16)
      ar = evens<T>(low, high)
      ai = odds<T>(low, high)
      at += quarter
      low = v128.load(at)
      high = v128.load(at, 16)
      br = evens<T>(low, high)
      bi = odds<T>(low, high)
      at += quarter
      low = v128.load(at)
      high = v128.load(at, 16)
      cr = evens<T>(low, high)
      ci = odds<T>(low, high)
      at += quarter
      low = v128.load(at)
      high = v128.load(at, 16)
      dr = evens<T>(low, high)
      di = odds<T>(low, high)
    }
    const sr = v128.add<T>(ar, cr)
    const si = v128.add<T>(ai, ci)
    const tr = v128.sub<T>(ar, cr)
    const ti = v128.sub<T>(ai, ci)
    const ur = v128.add<T>(br, dr)
    const ui = v128.add<T>(bi, di)
    const vr = v128.sub<T>(br, dr)
    const vi = v128.sub<T>(bi, di)
    ar = v128.add<T>(sr, ur)
    ai = v128.add<T>(si, ui)
    let er = v128.add<T>(tr, vi)
    let ei = v128.sub<T>(ti, vr)
    let wr = v128.load(w)
    let wi = v128.load(w, 16)
    br = v128.sub<T>(v128.mul<T>(er, wr), v128.mul<T>(ei, wi))
    bi = v128.add<T>(v128.mul<T>(er, wi), v128.mul<T>(ei, wr))
    er = v128.sub<T>(sr, ur)
    ei = v128.sub<T>(si, ui)
    wr = v128.load(w, 32)
    wi = v128.load(w, 48)
    cr = v128.sub<T>(v128.mul<T>(er, wr), v128.mul<T>(ei, wi))
    ci = v128.add<T>(v128.mul<T>(er, wi), v128.mul<T>(ei, wr))
    er = v128.sub<T>(tr, vi)
    ei = v128.add<T>(ti, vr)
    wr = v128.load(w, 64)
    wi = v128.load(w, 80)
    dr = v128.sub<T>(v128.mul<T>(er, wr), v128.mul<T>(ei, wi))
    di = v128.add<T>(v128.mul<T>(er, wi), v128.mul<T>(ei, wr))
    storeTransposed<T>(ar, br, cr, dr, y)
    storeTransposed<T>(ai, bi, ci, di, y + 16)
    y += 4 * block
    w += 96
  }
}

export function pass2<T>(x: usize, y: usize, w: usize, m: usize, s: usize): void {
  const run = 2 * s * sizeof<T>()
  const half = m * run
  for (let p: usize = 0; p < m; p++) {
    const w1r = wide<T>(w)
    const w1i = wide<T>(w + sizeof<T>())
    for (const end = x + run; x < end; x += block, y += block) {
      const ar = v128.load(x)
      const ai = v128.load(x, 16)
      const br = v128.load(x + half)
      const bi = v128.load(x + half, 16)
      store2(y, v128.add<T>(ar, br), v128.add<T>(ai, bi))
      storeProduct<T>(y + run, v128.sub<T>(ar, br), v128.sub<T>(ai, bi), w1r, w1i)
    }
    w += 2 * sizeof<T>()
    y += run
  }
}

export function pass3<T>(x: usize, y: usize, w: usize, m: usize, s: usize): void {
  const size: usize = sizeof<T>()
  const run = 2 * s * size
  const third = m * run
  const half = v128.splat<T>(0.5 as T)
  const sine = v128.splat<T>(0.8660254037844386 as T)
  for (let p: usize = 0; p < m; p++) {
    const w1r = wide<T>(w)
    const w1i = wide<T>(w + size)
    const w2r = wide<T>(w + 2 * size)
    const w2i = wide<T>(w + 3 * size)
    for (const end = x + run; x < end; x += block, y += block) {
      let at = x
      const ar = v128.load(at)
      const ai = v128.load(at, 16)
      at += third
      const br = v128.load(at)
      const bi = v128.load(at, 16)
      at += third
      const cr = v128.load(at)
      const ci = v128.load(at, 16)
      const sr = v128.add<T>(br, cr)
      const si = v128.add<T>(bi, ci)
      const dr = v128.mul<T>(v128.sub<T>(br, cr), sine)
      const di = v128.mul<T>(v128.sub<T>(bi, ci), sine)
      const tr = v128.sub<T>(ar, v128.mul<T>(sr, half))
      const ti = v128.sub<T>(ai, v128.mul<T>(si, half))
      store2(y, v128.add<T>(ar, sr), v128.add<T>(ai, si))
      at = y + run
      storeProduct<T>(at, v128.add<T>(tr, di), v128.sub<T>(ti, dr), w1r, w1i)
      storeProduct<T>(at + run, v128.sub<T>(tr, di), v128.add<T>(ti, dr), w2r, w2i)
    }
    w += 4 * size
    y += 2 * run
  }
}

export function pass4<T>(x: usize, y: usize, w: usize, m: usize, s: usize): void {
  const size: usize = sizeof<T>()
  const run = 2 * s * size
  const quarter = m * run
  for (let p: usize = 0; p < m; p++) {
    const w1r = wide<T>(w)
    const w1i = wide<T>(w + size)
    const w2r = wide<T>(w + 2 * size)
    const w2i = wide<T>(w + 3 * size)
    const w3r = wide<T>(w + 4 * size)
    const w3i = wide<T>(w + 5 * size)
    for (const end = x + run; x < end; x += block, y += block) {
      let at = x
      const ar = v128.load(at)
      const ai = v128.load(at, 16)
      at += quarter
      const br = v128.load(at)
      const bi = v128.load(at, 16)
      at += quarter
      const cr = v128.load(at)
      const ci = v128.load(at, 16)
      at += quarter
      const dr = v128.load(at)
      const di = v128.load(at, 16)
      const sr = v128.add<T>(ar, cr)
      const si = v128.add<T>(ai, ci)
      const tr = v128.sub<T>(ar, cr)
      const ti = v128.sub<T>(ai, ci)
      const ur = v128.add<T>(br, dr)
      const ui = v128.add<T>(bi, di)
      const vr = v128.sub<T>(br, dr)
      const vi = v128.sub<T>(bi, di)
      store2(y, v128.add<T>(sr, ur), v128.add<T>(si, ui))
      at = y + run
      storeProduct<T>(at, v128.add<T>(tr, vi), v128.sub<T>(ti, vr), w1r, w1i)
      at += run
      storeProduct<T>(at, v128.sub<T>(sr, ur), v128.sub<T>(si, ui), w2r, w2i)
      at += run
      storeProduct<T>(at, v128.sub<T>(tr, vi), v128.add<T>(ti, vr), w3r, w3i)
    }
    w += 6 * size
    y += 3 * run
  }
}

/** Radix 4 as the last pass. */
export function last4<T>(x: usize, y: usize, s: usize): void {
  const run = 2 * s * sizeof<T>()
  for (const end = x + run; x < end; x += block, y += block) {
    let at = x
    const ar = v128.load(at)
    const ai = v128.load(at, 16)
    at += run
    const br = v128.load(at)
    const bi = v128.load(at, 16)
    at += run
    const cr = v128.load(at)
    const ci = v128.load(at, 16)
    at += run
    const dr = v128.load(at)
    const di = v128.load(at, 16)
    const sr = v128.add<T>(ar, cr)
    const si = v128.add<T>(ai, ci)
    const tr = v128.sub<T>(ar, cr)
    const ti = v128.sub<T>(ai, ci)
    const ur = v128.add<T>(br, dr)
    const ui = v128.add<T>(bi, di)
    const vr = v128.sub<T>(br, dr)
    const vi = v128.sub<T>(bi, di)
    store2(y, v128.add<T>(sr, ur), v128.add<T>(si, ui))
    at = y + run
    store2(at, v128.add<T>(tr, vi), v128.sub<T>(ti, vr))
    at += run
    store2(at, v128.sub<T>(sr, ur), v128.sub<T>(si, ui))
    at += run
    store2(at, v128.sub<T>(tr, vi), v128.add<T>(ti, vr))
  }
}

export function pass5<T>(x: usize, y: usize, w: usize, m: usize, s: usize): void {
  const size: usize = sizeof<T>()
  const run = 2 * s * size
  const fifth = m * run
  const c1 = v128.splat<T>(0.30901699437494745 as T)
  const c2 = v128.splat<T>(-0.8090169943749475 as T)
  const s1 = v128.splat<T>(0.9510565162951535 as T)
  const s2 = v128.splat<T>(0.5877852522924731 as T)
  for (let p: usize = 0; p < m; p++) {
    for (const end = x + run; x < end; x += block, y += block) {
      let at = x + fifth
      let lowR = v128.load(at)
      let lowI = v128.load(at, 16)
      at += 3 * fifth
      let highR = v128.load(at)
      let highI = v128.load(at, 16)
      const p1r = v128.add<T>(lowR, highR)
      const p1i = v128.add<T>(lowI, highI)
      const m1r = v128.sub<T>(lowR, highR)
      const m1i = v128.sub<T>(lowI, highI)
      at -= 2 * fifth
      lowR = v128.load(at)
      lowI = v128.load(at, 16)
      at += fifth
      highR = v128.load(at)
      highI = v128.load(at, 16)
      const p2r = v128.add<T>(lowR, highR)
      const p2i = v128.add<T>(lowI, highI)
      const m2r = v128.sub<T>(lowR, highR)
      const m2i = v128.sub<T>(lowI, highI)
      const ar = v128.load(x)
      const ai = v128.load(x, 16)
      store2(y, v128.add<T>(v128.add<T>(ar, p1r), p2r), v128.add<T>(v128.add<T>(ai, p1i), p2i))
      // Outputs 1 and 4, then 2 and 3: a common part, minus and plus i times another.
      let tr = v128.add<T>(v128.add<T>(ar, v128.mul<T>(p1r, c1)), v128.mul<T>(p2r, c2))
      let ti = v128.add<T>(v128.add<T>(ai, v128.mul<T>(p1i, c1)), v128.mul<T>(p2i, c2))
      let ur = v128.add<T>(v128.mul<T>(m1r, s1), v128.mul<T>(m2r, s2))
      let ui = v128.add<T>(v128.mul<T>(m1i, s1), v128.mul<T>(m2i, s2))
      storeProductAt<T>(y + run, v128.add<T>(tr, ui), v128.sub<T>(ti, ur), w)
      storeProductAt<T>(y + 4 * run, v128.sub<T>(tr, ui), v128.add<T>(ti, ur), w + 6 * size)
      tr = v128.add<T>(v128.add<T>(ar, v128.mul<T>(p1r, c2)), v128.mul<T>(p2r, c1))
      ti = v128.add<T>(v128.add<T>(ai, v128.mul<T>(p1i, c2)), v128.mul<T>(p2i, c1))
      ur = v128.sub<T>(v128.mul<T>(m1r, s2), v128.mul<T>(m2r, s1))
      ui = v128.sub<T>(v128.mul<T>(m1i, s2), v128.mul<T>(m2i, s1))
      storeProductAt<T>(y + 2 * run, v128.add<T>(tr, ui), v128.sub<T>(ti, ur), w + 2 * size)
      storeProductAt<T>(y + 3 * run, v128.sub<T>(tr, ui), v128.add<T>(ti, ur), w + 4 * size)
    }
    w += 8 * size
    y += 4 * run
  }
}
