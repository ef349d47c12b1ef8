import { CombField } from './lattice-combs.ts'
import { LatticeFit } from './lattice-fit.ts'
import { type FrequencyRing, type LagMap, lagMap } from './lattice-lags.ts'
import { anyPairs, type LagPair, type PairLimits, plainPairs, squarePairs, uprightPairs } from './lattice-pairs.ts'
import { type PowerSpectrum, powerSpectrum, whitened } from './lattice-power.ts'
import { determinant, type Matrix, product } from './matrix.ts'
import type { GreyPlane } from './plane.ts'

export interface LatticeOptions {
  /** Side of the tile in canonical pixels. */
  readonly tileSize: number
  /** The part of the spectrum that the mark lies in, in cycles per canonical pixel. */
  readonly band: { readonly lowest: number; readonly highest: number }
  /** Sizes that are looked for: pixels of the residual to a canonical pixel, by area (the root of the determinant). Default 0.4 to 2.5. */
  readonly scales?: readonly [smallest: number, largest: number]
  /** How much more a picture may have been stretched one way than the other: the ratio of the matrix's singular values. Default 1.45. */
  readonly stretch?: number
  /** How many lattices are answered at the most. Default 24. */
  readonly count?: number
}

/** A lattice that the tiles of a mark may lie in. */
export interface LatticeCandidate {
  /**
   * From canonical pixels to pixels of the residual, to within a quarter turn and a mirror: not mirrored, and turned by at most
   * 45 degrees. {@link quarterTurnsAndMirrors} gives what it may also be.
   */
  readonly matrix: Matrix
  /** What the lattice's points show in the correlation of the picture with itself, in standard deviations of chance. */
  readonly score: number
}

const defaultScales = [0.4, 2.5] as const
const defaultStretch = 1.45
const defaultCount = 24

/** Ratio of the scales that are looked for together. */
const bandRatio = 1.45

/** Lags that are paired, of each band. */
const pairedLags = 300

/** How many lattices of all bands are fitted finely. */
const fineFits = 40

/**
 * Kinds of lattices, what is looked for among more of them later: how many are fitted roughly in each band, and what speaks for a kind
 * before anything is seen. The highest of n heights by chance is about `sqrt(2 ln n)`: of all lattices there are millions, of those
 * along rows and columns with one length some hundreds. So the common ones need not be as high.
 */
const kinds: readonly Kind[] = [
  { pairs: plainPairs, fits: 4, bonus: 2 },
  { pairs: uprightPairs, fits: 8, bonus: 1.3 },
  { pairs: squarePairs, fits: 10, bonus: 0.8 },
  { pairs: (map, field, limits, count) => anyPairs(map, field.peaks(pairedLags), limits, count), fits: 30, bonus: 0 },
]

interface Kind {
  readonly pairs: (map: LagMap, field: CombField, limits: PairLimits, count: number) => LagPair[]
  readonly fits: number
  readonly bonus: number
}

/** Points on either side that are looked at in a rough fit, and the steps that a basis is moved by, in pixels. */
const rough = { reach: 2, steps: [0.5, 0.25] } as const
const fine = { reach: 5, steps: [0.25, 0.12, 0.06] } as const

/**
 * Finds the lattices that tiles of a mark may lie in: turned by any angle, mirrored, of any scale, stretched one way. A tiled mark is like
 * itself when it is moved by a tile, so that the correlation of the residual with itself (through its whitened power spectrum, band by
 * band of scales) has peaks in a lattice, of which any two neighbours are a basis (M. Kutter, Watermarking resisting to translation,
 * rotation and scaling, SPIE 3528, 1998; F. Deguillaume and others, Method for the estimation and recovering from general affine
 * transforms, SPIE 4675, 2002). Basis vectors are found each by itself, so that stretching costs nothing.
 *
 * The key is not needed: it decides among the candidates.
 *
 * @param residual as `residualOf` gives it; of sides beyond 1024 the middle is looked at
 * @returns the likeliest first, none twice; at most `count`
 */
export function findLattices(residual: GreyPlane, options: LatticeOptions): LatticeCandidate[] {
  const { tileSize, scales = defaultScales, stretch = defaultStretch, count = defaultCount } = options
  const bands = bandsOf(powerSpectrum(residual), { ...options, scales, stretch })
  const guesses = bands.flatMap((band) => band.maps.flatMap((map) => guessesOf(map, band, tileSize, stretch)))
  const fitted = guesses
    .sort(likeliest)
    .slice(0, fineFits)
    .flatMap((guess) => fit(guess, fine, tileSize))
  let best = distinct(fitted, tileSize)
  const asked = new Set<Candidate>()
  for (let round = 0; round < rounds; round++) {
    const asking = best.slice(0, withRelatives).filter((candidate) => !asked.has(candidate))
    for (const candidate of asking) asked.add(candidate)
    const related = asking.flatMap((candidate) => relativesOf(candidate, bands, tileSize, stretch))
    best = distinct([...best, ...related], tileSize)
  }
  return best.slice(0, count).map(({ matrix, score }) => ({ matrix, score }))
}

/** Scales that are looked for together, and where. */
interface Band {
  /** The scales, by area. */
  readonly low: number
  readonly high: number
  /** The shortest and the longest vectors of their lattices, in pixels. */
  readonly shortest: number
  readonly longest: number
  /** Correlations of all that the mark has at these scales, and of its lower two thirds, which is what blurring and coding leave. */
  readonly maps: readonly LagMap[]
}

function bandsOf(
  spectrum: PowerSpectrum,
  { tileSize, band, scales, stretch }: Required<Omit<LatticeOptions, 'count'>>,
): Band[] {
  const count = Math.max(1, Math.round(Math.log(scales[1] / scales[0]) / Math.log(bandRatio)))
  const ratio = (scales[1] / scales[0]) ** (1 / count)
  const [narrow, wide] = [tileSize / Math.sqrt(stretch), tileSize * Math.sqrt(stretch)]
  const bands: Band[] = []
  const mapOf = (index: number): LagMap => {
    const low = scales[0] * ratio ** index
    const ring: FrequencyRing = {
      lowest: (0.9 * band.lowest) / (low * ratio),
      highest: Math.min(0.5, band.highest / (low * Math.sqrt(ratio))),
    }
    // The map serves the band below as well.
    const shortest = (narrow * low) / ratio
    // Means may be taken of twice as many bins as are needed: the last ones will often do.
    if (!power || shortest > 2 * powerFor) {
      powerFor = shortest
      power = whitened(spectrum, reachFor(spectrum.columns, shortest), reachFor(spectrum.rows, shortest))
    }
    return lagMap(spectrum, power, ring, shortest, wide * low * ratio)
  }
  let power: Float32Array | undefined
  let powerFor = 0
  let map = mapOf(0)
  for (let index = 0; index < count; index++) {
    const low = scales[0] * ratio ** index
    if (narrow * low > Math.min(spectrum.width, spectrum.height)) break
    const next = mapOf(index + 1)
    bands.push({ low, high: low * ratio, shortest: narrow * low, longest: wide * low * ratio, maps: [map, next] })
    map = next
  }
  return bands
}

/** Bins to either side that the mean around a frequency is taken of: wider than the lines of the shortest lattice are apart. */
const reachFor = (side: number, shortest: number): number => Math.max(4, Math.round((0.8 * side) / shortest))

/** A candidate, where it was found, and what speaks for its kind. */
interface Candidate extends LatticeCandidate {
  readonly map: LagMap
  readonly bonus: number
}

/** Pairs lags to lattices, and fits the best of them roughly. */
function guessesOf(map: LagMap, band: Band, tileSize: number, stretch: number): Candidate[] {
  const field = new CombField(map, band.shortest, band.longest)
  const limits = { leastArea: (tileSize * band.low) ** 2 / 1.02, mostArea: (tileSize * band.high) ** 2 * 1.02, stretch }
  return kinds.flatMap(({ pairs, fits, bonus }) =>
    pairs(map, field, limits, fits).flatMap(({ ax, ay, bx, by }) => {
      const matrix: Matrix = [ax / tileSize, bx / tileSize, ay / tileSize, by / tileSize]
      return fit({ matrix, map, bonus }, rough, tileSize)
    }),
  )
}

interface Fineness {
  readonly reach: number
  readonly steps: readonly number[]
}

/** Moves a lattice to where it fits its map best. */
function fit(
  { matrix, map, bonus }: Omit<Candidate, 'score'>,
  { reach, steps }: Fineness,
  tileSize: number,
): Candidate[] {
  const [xx, xy, yx, yy] = matrix
  const lattice = new LatticeFit(map)
  lattice.put(xx * tileSize, yx * tileSize, xy * tileSize, yy * tileSize)
  const score = lattice.climb(reach, steps)
  const fitted = upright(lattice.basis, tileSize)
  return fitted ? [{ matrix: fitted, score, map, bonus }] : []
}

/** Lattices of which the relatives are looked at, the best of each round. */
const withRelatives = 6
const rounds = 3

/** The lattices of which a lattice has every second point, and those that have every second point of it. */
const kinships: readonly Matrix[] = [
  [0.5, 0, 0, 1],
  [1, 0, 0, 0.5],
  [0.5, 0.5, -0.5, 0.5],
  [2, 0, 0, 1],
  [1, 0, 0, 2],
  [1, 1, -1, 1],
]

/** Fits lattices of half and double the density: points that chance hides or adds make one look like the other. */
function relativesOf({ matrix }: Candidate, bands: readonly Band[], tileSize: number, stretch: number): Candidate[] {
  return kinships.flatMap((kinship) => {
    const relative = product(matrix, kinship)
    const scale = Math.sqrt(determinant(relative))
    const band = bands.find(({ low, high }) => scale >= low && scale <= high)
    if (!band || stretchOf(relative) > stretch) return []
    return band.maps.flatMap((map) => fit({ matrix: relative, map, bonus: 0 }, fine, tileSize))
  })
}

/** The ratio of a matrix's singular values, the larger to the smaller. */
export function stretchOf(matrix: Matrix): number {
  const [xx, xy, yx, yy] = matrix
  const mean = (xx * xx + xy * xy + yx * yx + yy * yy) / (2 * Math.abs(determinant(matrix)))
  return mean + Math.sqrt(Math.max(0, mean * mean - 1))
}

/** The basis of a lattice as a matrix that mirrors nothing and turns by at most 45 degrees. */
function upright(basis: ArrayLike<number>, tileSize: number): Matrix | undefined {
  let [ax, ay, bx, by] = Array.from(basis, (value) => value / tileSize) as [number, number, number, number]
  const area = ax * by - ay * bx
  if (area === 0) return undefined
  if (area < 0) [bx, by] = [-bx, -by]
  // Of the four that differ by quarter turns, the one that turns the least: the sum of its diagonal is the largest.
  const turns: Matrix[] = [
    [ax, bx, ay, by],
    [bx, -ax, by, -ay],
    [-ax, -bx, -ay, -by],
    [-bx, ax, -by, ay],
  ]
  return turns.reduce((best, turn) => (turn[0] + turn[3] > best[0] + best[3] ? turn : best))
}

const likeliest = (a: Candidate, b: Candidate) => b.score + b.bonus - a.score - a.bonus

/** The likeliest first. Of those that are the same to within a pixel the one that fits best stays, with all that speaks for any. */
function distinct(candidates: readonly Candidate[], tileSize: number): Candidate[] {
  const kept: Candidate[] = []
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score)) {
    const same = kept.findIndex(({ matrix }) =>
      matrix.every((value, at) => Math.abs(value - candidate.matrix[at]!) * tileSize < 1),
    )
    if (same < 0) kept.push(candidate)
    else if (candidate.bonus > kept[same]!.bonus) kept[same] = { ...kept[same]!, bonus: candidate.bonus }
  }
  return kept.sort(likeliest)
}

/** The quarter turns of a tile, and those of its mirror image. */
const symmetries: readonly Matrix[] = [
  [1, 0, 0, 1],
  [0, -1, 1, 0],
  [-1, 0, 0, -1],
  [0, 1, -1, 0],
  [-1, 0, 0, 1],
  [0, -1, -1, 0],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
]

/** All that a lattice may be: its matrix with the tile turned by 0, 90, 180 and 270 degrees, then with the mirrored tile. */
export const quarterTurnsAndMirrors = (matrix: Matrix): Matrix[] =>
  symmetries.map((symmetry) => product(matrix, symmetry))

/** Whether a matrix mirrors. */
export const mirrors = (matrix: Matrix): boolean => determinant(matrix) < 0
