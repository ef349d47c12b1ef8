import { fold, spectrumAt, tileTransform } from './fold.ts'
import { quarterTurnsAndMirrors } from './lattice-search.ts'
import type { Matrix } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import type { Reading } from './readings.ts'
import { refine } from './refine.ts'
import { findSync } from './sync.ts'
import type { TilePattern } from './tile.ts'

/** Lattices that are made exact, and ways of each in which it may hold the tile: those that show the most as they are. */
const mostLattices = 8
const mostWays = 2

const symmetries = quarterTurnsAndMirrors([1, 0, 0, 1])

/** Correlations of which a reading's is the best. */
const tries = mostLattices * symmetries.length

/**
 * Readings of the likeliest lattices, each made exact. In a small or busy picture a lattice is found before it is exact, and its mark
 * does not show until it is. It costs several times what reading the lattices as they are does.
 *
 * @param lattices the likeliest first, as `findLattices` gives them
 * @returns those that show the most first; `tries` does not count what was tried to make them exact
 */
export function refinedLattices(residual: GreyPlane, lattices: readonly Matrix[], pattern: TilePattern): Reading[] {
  const readings = lattices.slice(0, mostLattices).flatMap((lattice) => {
    const transform = tileTransform(fold(residual, lattice, pattern.size), pattern.size)
    const matrices = quarterTurnsAndMirrors(lattice)
    const ways = symmetries.map((symmetry, index) => ({
      matrix: matrices[index]!,
      sync: findSync(spectrumAt(transform, pattern, symmetry), pattern),
    }))
    ways.sort((a, b) => b.sync.z - a.sync.z)
    return ways.slice(0, mostWays).map((way): Reading => {
      const { matrix, spectrum } = refine(residual, way.matrix, way.sync, pattern)
      return { matrix, spectrum, sync: findSync(spectrum, pattern), tries }
    })
  })
  return readings.sort((a, b) => b.sync.z - a.sync.z)
}
