export function scale64(at: usize, count: usize, factor: f64): void {
  const by = f64x2.splat(factor)
  for (let i: usize = 0; i < count; i += 2) {
    const here = at + (i << 3)
    v128.store(here, f64x2.mul(v128.load(here), by))
  }
}
