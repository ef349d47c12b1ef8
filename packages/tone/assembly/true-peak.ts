/**
 * True peaks (ITU-R BS.1770-5, Annex 2): the largest magnitude of a signal between its samples too, f32, four samples at a time. A filter
 * is a list of coefficients for each pair of samples around a gap; src/measure/true-peak-filter.ts says how they are meant. Every
 * coefficient stands four times in memory. A point is computed in the same order of sums wherever it lies, so peaks do not depend on
 * where a stretch begins.
 */

function largest(v: v128): f32 {
  const two = f32x4.max(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return max(f32x4.extract_lane(two, 0), f32x4.extract_lane(two, 1))
}

/**
 * Peaks of blocks, at 4 points for each sample: the samples of a block, the three points behind each, and the sample after the block.
 *
 * @param x the first sample; those before it and after the last block must be there as far as the filter reaches
 * @param coefficients for each pair those of the sum, the difference, and the middle
 * @param pairs how many
 * @param length bytes of a block, a multiple of 16
 * @param count blocks
 * @param peaks f32 of each block, which grows if the peak is larger
 */
export function blocks4(x: usize, coefficients: usize, pairs: usize, length: usize, count: usize, peaks: usize): void {
  const rows: usize = pairs * 48
  for (let block: usize = 0; block < count; block++) {
    let peak = f32x4.splat(abs(load<f32>(x + length)))
    for (const end = x + length; x < end; x += 16) {
      let even = f32x4.splat(0)
      let odd = f32x4.splat(0)
      let middle = f32x4.splat(0)
      let before = x
      let after = x + 4
      for (let at = coefficients, last = coefficients + rows; at < last; at += 48, before -= 4, after += 4) {
        const a = v128.load(before)
        const b = v128.load(after)
        const sum = f32x4.add(a, b)
        even = f32x4.add(even, f32x4.mul(v128.load(at), sum))
        odd = f32x4.add(odd, f32x4.mul(v128.load(at, 16), f32x4.sub(a, b)))
        middle = f32x4.add(middle, f32x4.mul(v128.load(at, 32), sum))
      }
      peak = f32x4.max(peak, f32x4.abs(v128.load(x)))
      peak = f32x4.max(peak, f32x4.add(f32x4.abs(even), f32x4.abs(odd)))
      peak = f32x4.max(peak, f32x4.abs(middle))
    }
    const to = peaks + 4 * block
    store<f32>(to, max(load<f32>(to), largest(peak)))
  }
}

/** The same at 2 points for each sample; coefficients are those of the middle alone. */
export function blocks2(x: usize, coefficients: usize, pairs: usize, length: usize, count: usize, peaks: usize): void {
  const rows: usize = pairs * 16
  for (let block: usize = 0; block < count; block++) {
    let peak = f32x4.splat(abs(load<f32>(x + length)))
    for (const end = x + length; x < end; x += 16) {
      let middle = f32x4.splat(0)
      let before = x
      let after = x + 4
      for (let at = coefficients, last = coefficients + rows; at < last; at += 16, before -= 4, after += 4) {
        middle = f32x4.add(middle, f32x4.mul(v128.load(at), f32x4.add(v128.load(before), v128.load(after))))
      }
      peak = f32x4.max(peak, f32x4.abs(v128.load(x)))
      peak = f32x4.max(peak, f32x4.abs(middle))
    }
    const to = peaks + 4 * block
    store<f32>(to, max(load<f32>(to), largest(peak)))
  }
}

/** Samples of a piece that is refined or left out as a whole. */
const piece: usize = 64

/**
 * The true peak of pieces of 64 samples, with as many points as the second filter gives to each half sample. First come the points half
 * way between samples, then the points around those where they could matter: where a bound says that they cannot be above the peak so
 * far, they are left out, which changes nothing about the peak.
 *
 * @param x first sample; a piece before it and one behind the last must be there
 * @param count pieces
 * @param first coefficients of the points half way; `firstPairs` of them
 * @param second for each pair and each two points those of the sum and of the difference, and then of the middle; eight pairs
 * @param sides how many times two points there are in a gap beside the middle
 * @param bound of the whole: no point is above this times the largest sample within a piece
 * @param boundSecond of the second filter: no point is above this times the largest half sample nearby
 * @param spare memory of 1280 bytes
 * @param peak the largest magnitude so far
 * @returns the largest magnitude now
 */
export function refined(
  x: usize,
  count: usize,
  first: usize,
  firstPairs: usize,
  second: usize,
  sides: usize,
  bound: f32,
  boundSecond: f32,
  spare: usize,
  peak: f32,
): f32 {
  let before = largestOf(x - 4 * piece)
  let here = largestOf(x)
  for (let at: usize = 0; at < count; at++, x += 4 * piece) {
    const after = largestOf(x + 4 * piece)
    if (max(before, max(here, after)) * bound > peak) {
      peak = max(peak, halves(x, first, firstPairs, spare))
      peak = points(second, sides, boundSecond, spare, peak)
    }
    before = here
    here = after
  }
  return peak
}

function largestOf(x: usize): f32 {
  let most = f32x4.splat(0)
  for (const end = x + 4 * piece; x < end; x += 16) most = f32x4.max(most, f32x4.abs(v128.load(x)))
  return largest(most)
}

/**
 * Twice as many samples of a piece, and of four samples before and four behind it: 144 at `spare`, and behind them for each eight the
 * largest magnitude. Answers the largest of the piece alone.
 */
function halves(x: usize, first: usize, pairs: usize, spare: usize): f32 {
  const last = first + 16 * pairs
  let to = spare
  let most = f32x4.splat(0)
  for (let at = x - 16, end = x + 4 * piece + 16; at < end; at += 16, to += 32) {
    let middle = f32x4.splat(0)
    let before = at
    let after = at + 4
    for (let row = first; row < last; row += 16, before -= 4, after += 4) {
      middle = f32x4.add(middle, f32x4.mul(v128.load(row), f32x4.add(v128.load(before), v128.load(after))))
    }
    const sample = v128.load(at)
    v128.store(to, v128.shuffle<f32>(sample, middle, 0, 4, 1, 5))
    v128.store(to, v128.shuffle<f32>(sample, middle, 2, 6, 3, 7), 16)
    const both = f32x4.max(f32x4.abs(sample), f32x4.abs(middle))
    store<f32>(spare + 576 + ((to - spare) >> 3), largest(both))
    if (at >= x && at < x + 4 * piece) most = f32x4.max(most, both)
  }
  return largest(most)
}

/** The points around half samples, for groups of eight of these, where they could be above the peak. */
function points(second: usize, sides: usize, bound: f32, spare: usize, peak: f32): f32 {
  const maxima = spare + 576
  const sums = spare + 704
  for (let group: usize = 1; group <= piece / 4; group++) {
    const at = maxima + 4 * group
    if (max(load<f32>(at - 4), max(load<f32>(at), load<f32>(at, 4))) * bound <= peak) continue
    let most = f32x4.splat(0)
    for (let z = spare + 32 * group, end = z + 32; z < end; z += 16) {
      let to = sums
      let before = z
      let after = z + 4
      for (; to < sums + 256; to += 32, before -= 4, after += 4) {
        const a = v128.load(before)
        const b = v128.load(after)
        v128.store(to, f32x4.add(a, b))
        v128.store(to, f32x4.sub(a, b), 16)
      }
      let row = second
      for (let side: usize = 0; side < sides; side++) {
        let even = f32x4.splat(0)
        let odd = f32x4.splat(0)
        for (let from = sums; from < sums + 256; from += 32, row += 32) {
          even = f32x4.add(even, f32x4.mul(v128.load(row), v128.load(from)))
          odd = f32x4.add(odd, f32x4.mul(v128.load(row, 16), v128.load(from, 16)))
        }
        most = f32x4.max(most, f32x4.add(f32x4.abs(even), f32x4.abs(odd)))
      }
      let middle = f32x4.splat(0)
      for (let from = sums; from < sums + 256; from += 32, row += 16) {
        middle = f32x4.add(middle, f32x4.mul(v128.load(row), v128.load(from)))
      }
      most = f32x4.max(most, f32x4.abs(middle))
    }
    peak = max(peak, largest(most))
  }
  return peak
}
