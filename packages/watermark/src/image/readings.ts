import { fold, spectrumAt, type TileSpectrum, tileTransform } from './fold.ts'
import { findLattices, quarterTurnsAndMirrors } from './lattice-search.ts'
import type { Matrix } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import { type Refined, refine } from './refine.ts'
import { findSync, type Sync } from './sync.ts'
import { type TilePattern, tileBand } from './tile.ts'

/** A tile as it was read from a picture, at one geometry. */
export interface Reading {
  /** From canonical pixels to pixels of the residual. */
  readonly matrix: Matrix
  readonly spectrum: TileSpectrum
  readonly sync: Sync
  /** Correlations of which this is the best. */
  readonly tries: number
}

/**
 * How many geometries that tell apart lie within the reach of refinement: six steps of a canonical pixel at the edge along each of four
 * entries.
 */
const refinements = 6 ** 4

/** The same for those that are bent, of six entries more. */
const bendings = 6 ** 10

/** How many geometries a refined one is the best of. */
export const triesOf = ({ bent }: Refined): number => (bent ? bendings : refinements)

/** Reads a residual as it lies, at the scale at which pictures are marked. */
export function uprightReading(residual: GreyPlane, pattern: TilePattern): Reading {
  return readingAt(residual, [1, 0, 0, 1], pattern)
}

export function readingAt(residual: GreyPlane, matrix: Matrix, pattern: TilePattern): Reading {
  const spectrum = spectrumAt(tileTransform(fold(residual, matrix, pattern.size), pattern.size), pattern)
  return { matrix, spectrum, sync: findSync(spectrum, pattern), tries: 1 }
}

const eight = quarterTurnsAndMirrors([1, 0, 0, 1])

/** The best of the eight ways in which a lattice may hold the tile. */
export function bestReading(residual: GreyPlane, matrix: Matrix, pattern: TilePattern): Reading {
  const transform = tileTransform(fold(residual, matrix, pattern.size), pattern.size)
  const matrices = quarterTurnsAndMirrors(matrix)
  let best: Reading | undefined
  eight.forEach((symmetry, index) => {
    const spectrum = spectrumAt(transform, pattern, symmetry)
    const sync = findSync(spectrum, pattern)
    if (!best || sync.z > best.sync.z) best = { matrix: matrices[index]!, spectrum, sync, tries: eight.length }
  })
  return best!
}

/** The lattices that a mark may lie in, the likeliest first. */
export const latticesOf = (residual: GreyPlane, pattern: TilePattern): Matrix[] =>
  findLattices(residual, { tileSize: pattern.size, band: tileBand }).map(({ matrix }) => matrix)

/** A reading with its geometry made exact, bent ones too; the same if that shows no more of the mark. */
export function refinedReading(residual: GreyPlane, reading: Reading, pattern: TilePattern): Reading {
  const refined = refine(residual, reading.matrix, reading.sync, pattern)
  return refined.sync.z > reading.sync.z ? { ...refined, tries: reading.tries * triesOf(refined) } : reading
}
