/**
 * Whitens blocks of 16x16 pixels by their own spectra, four blocks at once, one in each lane: what finding marks spends its time on.
 *
 * Rows of pixels are laid out so that four blocks, which begin 8 pixels apart, are read at once: pixel x of a row lies at
 * `(x & 7) * line + 4 * (x >> 3)`. Complex numbers are a vector of real parts and one of imaginary parts, 32 bytes together.
 */

/** cos(pi / 8), sin(pi / 8), cos(pi / 4) */
const C1: f32 = 0.9238795325112867
const S1: f32 = 0.3826834323650898
const R2: f32 = <f32>Math.SQRT1_2

// Addresses within the work memory: a line of 16 complex numbers, another, 9 columns of 16, their powers, and sums of these.
const LINE: usize = 0
const BETWEEN: usize = 512
const COLUMNS: usize = 1024
const POWERS: usize = COLUMNS + 9 * 512
const SUMS: usize = POWERS + 9 * 256

/** A butterfly of four numbers at `from`, 128 bytes apart; those that come out lie at `to`, `step` bytes apart, times two twiddles each. */
function butterfly(
  from: usize,
  apart: usize,
  re: usize,
  im: usize,
  to: usize,
  step: usize,
  toRe: usize,
  toIm: usize,
  c1: f32,
  s1: f32,
  c2: f32,
  s2: f32,
  c3: f32,
  s3: f32,
  turn: bool,
): void {
  const aRe = v128.load(from + re)
  const aIm = v128.load(from + im)
  const bRe = v128.load(from + apart + re)
  const bIm = v128.load(from + apart + im)
  const cRe = v128.load(from + 2 * apart + re)
  const cIm = v128.load(from + 2 * apart + im)
  const dRe = v128.load(from + 3 * apart + re)
  const dIm = v128.load(from + 3 * apart + im)
  const acRe = f32x4.add(aRe, cRe)
  const acIm = f32x4.add(aIm, cIm)
  const a_cRe = f32x4.sub(aRe, cRe)
  const a_cIm = f32x4.sub(aIm, cIm)
  const bdRe = f32x4.add(bRe, dRe)
  const bdIm = f32x4.add(bIm, dIm)
  const b_dRe = f32x4.sub(bRe, dRe)
  const b_dIm = f32x4.sub(bIm, dIm)
  put(to, toRe, toIm, f32x4.add(acRe, bdRe), f32x4.add(acIm, bdIm), 1, 0, false)
  put(to + step, toRe, toIm, f32x4.add(a_cRe, b_dIm), f32x4.sub(a_cIm, b_dRe), c1, s1, turn)
  put(to + 2 * step, toRe, toIm, f32x4.sub(acRe, bdRe), f32x4.sub(acIm, bdIm), c2, s2, turn)
  put(to + 3 * step, toRe, toIm, f32x4.sub(a_cRe, b_dIm), f32x4.add(a_cIm, b_dRe), c3, s3, turn)
}

/** Stores a number times `c - i s`. */
function put(to: usize, toRe: usize, toIm: usize, re: v128, im: v128, c: f32, s: f32, turn: bool): void {
  if (turn) {
    const cos = f32x4.splat(c)
    const sin = f32x4.splat(s)
    v128.store(to + toRe, f32x4.add(f32x4.mul(re, cos), f32x4.mul(im, sin)))
    v128.store(to + toIm, f32x4.sub(f32x4.mul(im, cos), f32x4.mul(re, sin)))
  } else {
    v128.store(to + toRe, re)
    v128.store(to + toIm, im)
  }
}

/**
 * A transform of 16 complex numbers, 32 bytes apart, from `from` to `to` by way of `between`. `re` and `im` say where in a number its parts
 * lie; exchanged, the transform is the inverse, not scaled.
 */
function transform(from: usize, between: usize, to: usize, re: usize, im: usize): void {
  butterfly(from, 128, re, im, between, 128, 0, 16, 1, 0, 1, 0, 1, 0, false)
  butterfly(from + 32, 128, re, im, between + 32, 128, 0, 16, C1, S1, R2, R2, S1, C1, true)
  butterfly(from + 64, 128, re, im, between + 64, 128, 0, 16, R2, R2, 0, 1, -R2, R2, true)
  butterfly(from + 96, 128, re, im, between + 96, 128, 0, 16, S1, C1, -R2, R2, -C1, -S1, true)
  for (let k: usize = 0; k < 4; k++)
    butterfly(between + 128 * k, 32, 0, 16, to + 32 * k, 128, re, im, 1, 0, 1, 0, 1, 0, false)
}

function forward(from: usize, between: usize, to: usize): void {
  transform(from, between, to, 0, 16)
}

function backward(from: usize, between: usize, to: usize): void {
  transform(from, between, to, 16, 0)
}

/**
 * Whitens a strip of blocks.
 *
 * @param from 16 rows of pixels, `8 * line` bytes each
 * @param to what is added to: rows like these
 * @param line bytes from one pixel to the next within eight
 * @param groups of four blocks
 * @param weights 256 numbers by which a block's pixels are multiplied before, then 256 for after
 * @param floor what is added to the mean power of each wave's neighbourhood
 * @param work 12 KiB
 */
export function strip(
  from: usize,
  to: usize,
  line: usize,
  groups: usize,
  weights: usize,
  floor: f32,
  work: usize,
): void {
  for (let group: usize = 0; group < groups; group++) {
    const start = <usize>16 * group
    analyse(from + start, line, weights, work)
    gains(floor, work)
    synthesise(to + start, line, weights + 1024, work)
  }
}

/** The spectra of four blocks: columns of waves across 0 to 8, each of waves down 0 to 15. */
function analyse(from: usize, line: usize, weights: usize, work: usize): void {
  for (let y: usize = 0; y < 16; y += 2) {
    const row = from + 8 * line * y
    const rowWeights = weights + 64 * y
    for (let x: usize = 0; x < 16; x++) {
      const at = row + (x & 7) * line + 4 * (x >> 3)
      const number = work + LINE + 32 * x
      v128.store(number, f32x4.mul(v128.load(at), v128.load32_splat(rowWeights + 4 * x)))
      v128.store(number, f32x4.mul(v128.load(at + 8 * line), v128.load32_splat(rowWeights + 64 + 4 * x)), 16)
    }
    // Two rows are transformed as the parts of one, and taken apart.
    forward(work + LINE, work + BETWEEN, work + LINE)
    const half = f32x4.splat(0.5)
    for (let u: usize = 0; u <= 8; u++) {
      const number = work + LINE + 32 * u
      const mirror = work + LINE + 32 * ((16 - u) & 15)
      const aRe = f32x4.mul(v128.load(number), half)
      const aIm = f32x4.mul(v128.load(number, 16), half)
      const bRe = f32x4.mul(v128.load(mirror), half)
      const bIm = f32x4.mul(v128.load(mirror, 16), half)
      const to = work + COLUMNS + 512 * u + 32 * y
      v128.store(to, f32x4.add(aRe, bRe))
      v128.store(to, f32x4.sub(aIm, bIm), 16)
      v128.store(to, f32x4.add(aIm, bIm), 32)
      v128.store(to, f32x4.sub(bRe, aRe), 48)
    }
  }
  for (let u: usize = 0; u <= 8; u++) {
    const column = work + COLUMNS + 512 * u
    forward(column, work + BETWEEN, column)
  }
}

/** Divides each wave by the root of the mean power of itself and its eight neighbours. */
function gains(floor: f32, work: usize): void {
  for (let u: usize = 0; u <= 8; u++) {
    const column = work + COLUMNS + 512 * u
    const powers = work + POWERS + 256 * u
    for (let v: usize = 0; v < 16; v++) {
      const re = v128.load(column + 32 * v)
      const im = v128.load(column + 32 * v, 16)
      v128.store(powers + 16 * v, f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im)))
    }
    const sums = work + SUMS + 256 * u
    for (let v: usize = 0; v < 16; v++) {
      const above = v128.load(powers + 16 * ((v - 1) & 15))
      const below = v128.load(powers + 16 * ((v + 1) & 15))
      v128.store(sums + 16 * v, f32x4.add(f32x4.add(above, below), v128.load(powers + 16 * v)))
    }
  }
  const ninth = f32x4.splat(1.0 / 9.0)
  const least = f32x4.splat(floor)
  const one = f32x4.splat(1)
  for (let u: usize = 0; u <= 8; u++) {
    const column = work + COLUMNS + 512 * u
    const here = work + SUMS + 256 * u
    const before = work + SUMS + 256 * (u === 0 ? 1 : u - 1)
    const after = work + SUMS + 256 * (u === 8 ? 7 : u + 1)
    for (let v: usize = 0; v < 16; v++) {
      const mirror = <usize>16 * ((16 - v) & 15)
      const straight = <usize>16 * v
      const left = v128.load(before + (u === 0 ? mirror : straight))
      const right = v128.load(after + (u === 8 ? mirror : straight))
      const sum = f32x4.add(f32x4.add(left, right), v128.load(here + straight))
      const gain = f32x4.div(one, f32x4.sqrt(f32x4.add(f32x4.mul(sum, ninth), least)))
      const number = column + 32 * v
      v128.store(number, f32x4.mul(v128.load(number), gain))
      v128.store(number, f32x4.mul(v128.load(number, 16), gain), 16)
    }
  }
}

/** Adds the blocks that four spectra are of. */
function synthesise(to: usize, line: usize, weights: usize, work: usize): void {
  for (let u: usize = 0; u <= 8; u++) {
    const column = work + COLUMNS + 512 * u
    backward(column, work + BETWEEN, column)
  }
  for (let y: usize = 0; y < 16; y += 2) {
    for (let u: usize = 0; u <= 8; u++) {
      const from = work + COLUMNS + 512 * u + 32 * y
      const aRe = v128.load(from)
      const aIm = v128.load(from, 16)
      const bRe = v128.load(from, 32)
      const bIm = v128.load(from, 48)
      const number = work + LINE + 32 * u
      v128.store(number, f32x4.sub(aRe, bIm))
      v128.store(number, f32x4.add(aIm, bRe), 16)
      if (u === 0 || u === 8) continue
      const mirror = work + LINE + 32 * (16 - u)
      v128.store(mirror, f32x4.add(aRe, bIm))
      v128.store(mirror, f32x4.sub(bRe, aIm), 16)
    }
    backward(work + LINE, work + BETWEEN, work + LINE)
    const row = to + 8 * line * y
    const rowWeights = weights + 64 * y
    for (let x: usize = 0; x < 16; x++) {
      const at = row + (x & 7) * line + 4 * (x >> 3)
      const number = work + LINE + 32 * x
      const upper = f32x4.mul(v128.load(number), v128.load32_splat(rowWeights + 4 * x))
      const lower = f32x4.mul(v128.load(number, 16), v128.load32_splat(rowWeights + 64 + 4 * x))
      v128.store(at, f32x4.add(v128.load(at), upper))
      v128.store(at + 8 * line, f32x4.add(v128.load(at + 8 * line), lower))
    }
  }
}
