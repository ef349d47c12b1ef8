import { block, store2, storeProductAt } from './vectors'

/** Radix 8: three halvings in one go through memory. See `passes.ts`. */
export function pass8<T>(x: usize, y: usize, w: usize, m: usize, s: usize): void {
  const size: usize = sizeof<T>()
  const run = 2 * s * size
  const eighth = m * run
  const h = v128.splat<T>(Math.SQRT1_2 as T)
  for (let p: usize = 0; p < m; p++) {
    for (const end = x + run; x < end; x += block, y += block) {
      let at = x
      let ar = v128.load(at)
      let ai = v128.load(at, 16)
      at += 4 * eighth
      let br = v128.load(at)
      let bi = v128.load(at, 16)
      const s0r = v128.add<T>(ar, br)
      const s0i = v128.add<T>(ai, bi)
      const d0r = v128.sub<T>(ar, br)
      const d0i = v128.sub<T>(ai, bi)
      at = x + 2 * eighth
      ar = v128.load(at)
      ai = v128.load(at, 16)
      at += 4 * eighth
      br = v128.load(at)
      bi = v128.load(at, 16)
      const s2r = v128.add<T>(ar, br)
      const s2i = v128.add<T>(ai, bi)
      const d2r = v128.sub<T>(ar, br)
      const d2i = v128.sub<T>(ai, bi)
      at = x + eighth
      ar = v128.load(at)
      ai = v128.load(at, 16)
      at += 4 * eighth
      br = v128.load(at)
      bi = v128.load(at, 16)
      const s1r = v128.add<T>(ar, br)
      const s1i = v128.add<T>(ai, bi)
      const d1r = v128.sub<T>(ar, br)
      const d1i = v128.sub<T>(ai, bi)
      at -= 2 * eighth
      ar = v128.load(at)
      ai = v128.load(at, 16)
      at += 4 * eighth
      br = v128.load(at)
      bi = v128.load(at, 16)
      const s3r = v128.add<T>(ar, br)
      const s3i = v128.add<T>(ai, bi)
      const d3r = v128.sub<T>(ar, br)
      const d3i = v128.sub<T>(ai, bi)

      // Even outputs.
      let tr = v128.add<T>(s0r, s2r)
      let ti = v128.add<T>(s0i, s2i)
      let ur = v128.add<T>(s1r, s3r)
      let ui = v128.add<T>(s1i, s3i)
      store2(y, v128.add<T>(tr, ur), v128.add<T>(ti, ui))
      storeProductAt<T>(y + 4 * run, v128.sub<T>(tr, ur), v128.sub<T>(ti, ui), w + 6 * size)
      tr = v128.sub<T>(s0r, s2r)
      ti = v128.sub<T>(s0i, s2i)
      ur = v128.sub<T>(s1r, s3r)
      ui = v128.sub<T>(s1i, s3i)
      storeProductAt<T>(y + 2 * run, v128.add<T>(tr, ui), v128.sub<T>(ti, ur), w + 2 * size)
      storeProductAt<T>(y + 6 * run, v128.sub<T>(tr, ui), v128.add<T>(ti, ur), w + 10 * size)

      // Odd outputs: the differences turned by 0, 1, 2 and 3 eighths.
      const e1r = v128.mul<T>(v128.add<T>(d1r, d1i), h)
      const e1i = v128.mul<T>(v128.sub<T>(d1i, d1r), h)
      const e3r = v128.mul<T>(v128.sub<T>(d3i, d3r), h)
      const f3i = v128.mul<T>(v128.add<T>(d3i, d3r), h)
      tr = v128.add<T>(d0r, d2i)
      ti = v128.sub<T>(d0i, d2r)
      ur = v128.add<T>(e1r, e3r)
      ui = v128.sub<T>(e1i, f3i)
      storeProductAt<T>(y + run, v128.add<T>(tr, ur), v128.add<T>(ti, ui), w)
      storeProductAt<T>(y + 5 * run, v128.sub<T>(tr, ur), v128.sub<T>(ti, ui), w + 8 * size)
      tr = v128.sub<T>(d0r, d2i)
      ti = v128.add<T>(d0i, d2r)
      ur = v128.sub<T>(e1r, e3r)
      ui = v128.add<T>(e1i, f3i)
      storeProductAt<T>(y + 3 * run, v128.add<T>(tr, ui), v128.sub<T>(ti, ur), w + 4 * size)
      storeProductAt<T>(y + 7 * run, v128.sub<T>(tr, ui), v128.add<T>(ti, ur), w + 12 * size)
    }
    w += 14 * size
    y += 7 * run
  }
}
