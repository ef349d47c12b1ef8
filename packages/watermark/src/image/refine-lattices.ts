import { fold, spectrumAt, tileTransform } from './fold.ts'
import { quarterTurnsAndMirrors } from './lattice-search.ts'
import type { Matrix } from './matrix.ts'
import type { GreyPlane } from './plane.ts'
import { type Reading, triesOf } from './readings.ts'
import { refine } from './refine.ts'
import { findSync } from './sync.ts'
import type { TilePattern } from './tile.ts'

/** Lattices that are made exact, and ways of each in which it may hold the tile: those that show the most as they are. */
const mostLattices = 8
const mostWays = 2

const symmetries = quarterTurnsAndMirrors([1, 0, 0, 1])

/** Ways of all lattices. */
const ways = mostLattices * symmetries.length

/**
 * Readings of the likeliest lattices, each made exact. In a small or busy picture a lattice is found before it is exact, and its mark
 * does not show until it is. It costs several times what reading the lattices as they are does.
 *
 * @param lattices the likeliest first, as `findLattices` gives them
 * @returns those that show the most first
 */
export function refinedLattices(residual: GreyPlane, lattices: readonly Matrix[], pattern: TilePattern): Reading[] {
  const readings = lattices.slice(0, mostLattices).flatMap((lattice) => {
    const transform = tileTransform(fold(residual, lattice, pattern.size), pattern.size)
    const matrices = quarterTurnsAndMirrors(lattice)
    const lying = symmetries.map((symmetry, index) => ({
      matrix: matrices[index]!,
      sync: findSync(spectrumAt(transform, pattern, symmetry), pattern),
    }))
    lying.sort((a, b) => b.sync.z - a.sync.z)
    return lying.slice(0, mostWays).map((way): Reading => {
      const refined = refine(residual, way.matrix, way.sync, pattern)
      return { ...refined, tries: ways * triesOf(refined) }
    })
  })
  return readings.sort((a, b) => b.sync.z - a.sync.z)
}
