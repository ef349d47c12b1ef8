import type { TilePattern } from './tile.ts'

/**
 * How likely chance alone makes a correlation peak as high as `z` somewhere in a tile, in any of `tries` correlations.
 *
 * With a key that the picture has nothing to do with, the correlation over a tile is a Gaussian field, nearly (a sum of many waves of
 * independent phases). The number of its peaks above a high level is that of R. J. Adler, The Geometry of Random Fields, 1981,
 * theorem 6.9.1 and section 6.13: `area * sqrt(det L) * z * exp(-z * z / 2) / (2 pi)^(3/2)`, `L` being the second moments of its spectrum.
 *
 * @returns natural logarithm of the probability, at most 0
 */
export function logChance(z: number, pattern: TilePattern, tries: number): number {
  if (z <= 1) return 0
  // Of either sign.
  const peaks = 2 * onCells * peaksOf(pattern) * z * tries
  const logExpected = Math.log(peaks) - (z * z) / 2
  // One or more of so many rare, independent events.
  return logExpected > -30 ? Math.log(-Math.expm1(-Math.exp(logExpected))) : logExpected
}

/**
 * Share of such peaks that is found at a cell of the tile, measured: of 20,000 tiles of random waves, and of pictures without a mark. Between
 * cells correlations are higher, and a sum of so few waves has a little less of a tail than a Gaussian.
 */
const onCells = 0.27

/** `area * sqrt(det L) / (2 pi)^(3/2)` for the tile of a pattern. */
function peaksOf({ kx, ky, syncCount, amplitude }: TilePattern): number {
  let [xx, yy, xy, sum] = [0, 0, 0, 0]
  for (let bin = 0; bin < syncCount; bin++) {
    const weight = amplitude[bin]! * amplitude[bin]!
    xx += weight * kx[bin]! * kx[bin]!
    yy += weight * ky[bin]! * ky[bin]!
    xy += weight * kx[bin]! * ky[bin]!
    sum += weight
  }
  // In units of a tile's side a wave number k is a frequency of 2 pi k.
  return ((2 * Math.PI) ** 2 * Math.sqrt(xx * yy - xy * xy)) / sum / (2 * Math.PI) ** 1.5
}
