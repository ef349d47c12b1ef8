import type { TileSpectrum } from './fold.ts'
import type { TilePattern } from './tile.ts'

/** Bins of a radius this much apart tell of each other, by a Gaussian of this deviation. */
const reach = 2.5

/** All sync bins count this much everywhere, so that a few chance ones do not decide. */
const everywhere = 0.01

/** How much of the mark, and of other things, bins of each radius hold. */
interface Reliability {
  /** What one unit of a bin's amplitude became. */
  readonly gain: Float64Array
  /** Mean square of what disturbs, in units of amplitude. */
  readonly disturbance: Float64Array
}

/**
 * What each place says of its code bit: above 0 speaks for 1. The unit is about that of a log-likelihood ratio.
 *
 * The bins with known phases show, radius by radius, how much of the mark is left and how much disturbs: a place counts by their
 * ratio, so that what blurring or coding took away does not drown what it left. A bin far louder than its like holds something of the
 * picture's and counts less than its size would have it.
 *
 * @param found as `aligned` gives it
 */
export function placeValues(found: TileSpectrum, pattern: TilePattern): Float64Array {
  const { syncCount, count, amplitude } = pattern
  const { gain, disturbance } = reliability(found, pattern)
  const result = new Float64Array(pattern.places)
  for (let bin = syncCount; bin < count; bin++) {
    const data = bin - syncCount
    const re = found.re[bin]! / amplitude[bin]!
    const im = found.im[bin]! / amplitude[bin]!
    const expected = gain[data]!
    const noise = disturbance[data]!
    const loudness = (re * re + im * im) / (noise + expected * expected)
    const weight = noise > 0 ? (2 * Math.SQRT2 * expected) / noise / Math.sqrt(1 + loudness) : 0
    result[2 * data] = re * weight
    result[2 * data + 1] = im * weight
  }
  return result
}

/** What the places say of each of `length` code bits. */
export function codeBitValues(places: Float64Array, pattern: TilePattern, length: number): Float64Array {
  const result = new Float64Array(length)
  const carried = pattern.codeBits(length)
  for (let place = 0; place < places.length; place++) result[carried[place]!]! += places[place]!
  return result
}

function reliability(found: TileSpectrum, pattern: TilePattern): Reliability {
  const { syncCount, amplitude } = pattern
  const weights = neighbourhood(pattern)
  const data = pattern.count - syncCount
  const gain = new Float64Array(data)
  const disturbance = new Float64Array(data)
  const along = new Float64Array(syncCount)
  const power = new Float64Array(syncCount)
  for (let bin = 0; bin < syncCount; bin++) {
    const re = found.re[bin]! / amplitude[bin]!
    const im = found.im[bin]! / amplitude[bin]!
    along[bin] = re
    power[bin] = re * re + im * im
  }
  for (let bin = 0, at = 0; bin < data; bin++) {
    let mean = 0
    let square = 0
    for (let sync = 0; sync < syncCount; sync++, at++) {
      mean += weights[at]! * along[sync]!
      square += weights[at]! * power[sync]!
    }
    gain[bin] = Math.max(0, mean)
    disturbance[bin] = Math.max(square - mean * mean, 0.02 * square)
  }
  return { gain, disturbance }
}

const neighbourhoods = new WeakMap<TilePattern, Float64Array>()

/** For each data bin the shares of the sync bins in what is thought of it; they sum up to 1. */
function neighbourhood(pattern: TilePattern): Float64Array {
  const known = neighbourhoods.get(pattern)
  if (known) return known
  const { syncCount, count, kx, ky } = pattern
  const radius = Float64Array.from(kx, (x, bin) => Math.hypot(x, ky[bin]!))
  const weights = new Float64Array((count - syncCount) * syncCount)
  for (let bin = syncCount, at = 0; bin < count; bin++) {
    let sum = 0
    for (let sync = 0; sync < syncCount; sync++) {
      const apart = (radius[sync]! - radius[bin]!) / reach
      const weight = Math.exp(-apart * apart * 0.5) + everywhere
      weights[at + sync] = weight
      sum += weight
    }
    for (let sync = 0; sync < syncCount; sync++, at++) weights[at]! /= sum
  }
  neighbourhoods.set(pattern, weights)
  return weights
}
