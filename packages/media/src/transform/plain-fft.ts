import type { Engine } from './engine.ts'
import { radicesOf } from './factors.ts'
import { putRoot } from './roots.ts'

/** The largest prime factor of a length that `PlainFft` takes. */
export const plainMost = 13

interface Pass {
  readonly radix: number
  /** Length of the transforms that the pass leaves. */
  readonly m: number
  /** How many of them lie interleaved before the pass. */
  readonly s: number
  /** For each p below m the pairs w^p, w^2p, … w^(radix - 1)p with w = exp(-2 pi i / (radix * m)). */
  readonly twiddles: Float64Array
  /** exp(-2 pi i j / radix) for j below radix. */
  readonly roots: Float64Array
}

/**
 * A complex transform in plain TypeScript, of lengths without prime factors above 13: the reference of the kernel
 * (`simd-fft.ts`), and what does the lengths that the kernel does not take. All of it is computed in float64.
 *
 * It is a Stockham FFT, decimation in frequency; a pass of radix r does
 *
 *   y[q + s * (r * p + k)] = w^(p * k) * sum over j of x[q + s * (p + m * j)] * exp(-2 pi i j k / r)
 *
 * C. Van Loan, Computational Frameworks for the Fast Fourier Transform, SIAM 1992, section 1.7.
 */
export class PlainFft implements Engine {
  readonly inRe: Float64Array
  readonly inIm: Float64Array
  readonly outRe: Float64Array
  readonly outIm: Float64Array
  readonly #passes: readonly Pass[]
  readonly #between: readonly [re: Float64Array, im: Float64Array]

  /** @throws RangeError if the length has a prime factor above 13 */
  constructor(n: number) {
    const radices = radicesOf(n, plainMost)
    if (!radices) throw new RangeError(`The length ${n} has a prime factor above ${plainMost}.`)
    const passes: Pass[] = []
    let m = n
    let s = 1
    for (const radix of radices.flatMap((radix) => (radix === 8 ? [4, 2] : [radix]))) {
      m /= radix
      passes.push({ radix, m, s, twiddles: twiddlesOf(radix, m), roots: rootsOf(radix) })
      s *= radix
    }
    this.#passes = passes
    this.inRe = new Float64Array(n)
    this.inIm = new Float64Array(n)
    this.outRe = new Float64Array(n)
    this.outIm = new Float64Array(n)
    this.#between = passes.length % 2 === 0 ? [new Float64Array(n), new Float64Array(n)] : [this.inRe, this.inIm]
  }

  run(factor: number): void {
    const passes = this.#passes
    const [betweenRe, betweenIm] = this.#between
    let xr = this.inRe
    let xi = this.inIm
    for (let index = 0; index < passes.length; index++) {
      // The last pass writes the output, those before it take turns.
      const out = (passes.length - index) % 2 === 1
      const yr = out ? this.outRe : betweenRe
      const yi = out ? this.outIm : betweenIm
      doPass(passes[index]!, xr, xi, yr, yi)
      xr = yr
      xi = yi
    }
    const { outRe, outIm } = this
    for (let k = 0; k < outRe.length; k++) {
      outRe[k] = xr[k]! * factor
      outIm[k] = xi[k]! * factor
    }
  }
}

function twiddlesOf(radix: number, m: number): Float64Array {
  const twiddles = new Float64Array(2 * (radix - 1) * m)
  let at = 0
  for (let p = 0; p < m; p++) {
    for (let k = 1; k < radix; k++, at += 2) putRoot(p * k, radix * m, twiddles, at)
  }
  return twiddles
}

function rootsOf(radix: number): Float64Array {
  const roots = new Float64Array(2 * radix)
  for (let j = 0; j < radix; j++) putRoot(j, radix, roots, 2 * j)
  return roots
}

type Planes = [xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array]

function doPass(pass: Pass, ...planes: Planes): void {
  if (pass.radix === 4) pass4(pass, ...planes)
  else if (pass.radix === 2) pass2(pass, ...planes)
  else passOdd(pass, ...planes)
}

function pass2({ m, s, twiddles }: Pass, ...[xr, xi, yr, yi]: Planes): void {
  const half = m * s
  for (let p = 0, x = 0, y = 0; p < m; p++, y += s) {
    const wr = twiddles[2 * p]!
    const wi = twiddles[2 * p + 1]!
    for (const end = x + s; x < end; x++, y++) {
      const ar = xr[x]!
      const ai = xi[x]!
      const br = xr[x + half]!
      const bi = xi[x + half]!
      yr[y] = ar + br
      yi[y] = ai + bi
      yr[y + s] = (ar - br) * wr - (ai - bi) * wi
      yi[y + s] = (ar - br) * wi + (ai - bi) * wr
    }
  }
}

function pass4({ m, s, twiddles }: Pass, ...[xr, xi, yr, yi]: Planes): void {
  const quarter = m * s
  for (let p = 0, x = 0, y = 0; p < m; p++, y += 3 * s) {
    const w = 6 * p
    const w1r = twiddles[w]!
    const w1i = twiddles[w + 1]!
    const w2r = twiddles[w + 2]!
    const w2i = twiddles[w + 3]!
    const w3r = twiddles[w + 4]!
    const w3i = twiddles[w + 5]!
    for (const end = x + s; x < end; x++, y++) {
      const sr = xr[x]! + xr[x + 2 * quarter]!
      const si = xi[x]! + xi[x + 2 * quarter]!
      const tr = xr[x]! - xr[x + 2 * quarter]!
      const ti = xi[x]! - xi[x + 2 * quarter]!
      const ur = xr[x + quarter]! + xr[x + 3 * quarter]!
      const ui = xi[x + quarter]! + xi[x + 3 * quarter]!
      const vr = xr[x + quarter]! - xr[x + 3 * quarter]!
      const vi = xi[x + quarter]! - xi[x + 3 * quarter]!
      yr[y] = sr + ur
      yi[y] = si + ui
      yr[y + s] = (tr + vi) * w1r - (ti - vr) * w1i
      yi[y + s] = (tr + vi) * w1i + (ti - vr) * w1r
      yr[y + 2 * s] = (sr - ur) * w2r - (si - ui) * w2i
      yi[y + 2 * s] = (sr - ur) * w2i + (si - ui) * w2r
      yr[y + 3 * s] = (tr - vi) * w3r - (ti + vr) * w3i
      yi[y + 3 * s] = (tr - vi) * w3i + (ti + vr) * w3r
    }
  }
}

/** Any odd radix: sums and differences of x[j] and x[radix - j], then each output from them. */
function passOdd({ radix, m, s, twiddles, roots }: Pass, ...[xr, xi, yr, yi]: Planes): void {
  const part = m * s
  const half = (radix - 1) / 2
  const sums = new Float64Array(2 * half)
  const differences = new Float64Array(2 * half)
  for (let p = 0, x = 0, y = 0; p < m; p++, y += (radix - 1) * s) {
    const w = 2 * (radix - 1) * p
    for (const end = x + s; x < end; x++, y++) {
      const ar = xr[x]!
      const ai = xi[x]!
      let allRe = ar
      let allIm = ai
      for (let j = 1; j <= half; j++) {
        const low = x + j * part
        const high = x + (radix - j) * part
        const at = 2 * (j - 1)
        sums[at] = xr[low]! + xr[high]!
        sums[at + 1] = xi[low]! + xi[high]!
        differences[at] = xr[low]! - xr[high]!
        differences[at + 1] = xi[low]! - xi[high]!
        allRe += sums[at]!
        allIm += sums[at + 1]!
      }
      yr[y] = allRe
      yi[y] = allIm
      for (let k = 1; k <= half; k++) {
        let tr = ar
        let ti = ai
        let ur = 0
        let ui = 0
        for (let j = 1, turn = k; j <= half; j++, turn = turn + k < radix ? turn + k : turn + k - radix) {
          const at = 2 * (j - 1)
          const cosine = roots[2 * turn]!
          const sine = -roots[2 * turn + 1]!
          tr += sums[at]! * cosine
          ti += sums[at + 1]! * cosine
          ur += differences[at]! * sine
          ui += differences[at + 1]! * sine
        }
        put(tr + ui, ti - ur, twiddles, w + 2 * (k - 1), yr, yi, y + k * s)
        put(tr - ui, ti + ur, twiddles, w + 2 * (radix - k - 1), yr, yi, y + (radix - k) * s)
      }
    }
  }
}

function put(
  re: number,
  im: number,
  twiddles: Float64Array,
  w: number,
  yr: Float64Array,
  yi: Float64Array,
  y: number,
): void {
  yr[y] = re * twiddles[w]! - im * twiddles[w + 1]!
  yi[y] = re * twiddles[w + 1]! + im * twiddles[w]!
}
