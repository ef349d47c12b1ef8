import type { LagMap } from './lattice-lags.ts'

/** Lags at which less than this share of a mark shows add nothing but chance. */
const leastShowing = 0.1

/** What a single point counts for at the most where lattices are ranked: a texture of the picture may stand out at one. */
const mostHeight = 10

/**
 * How well a lattice fits a lag map: what its points show together, in standard deviations of chance (a matched filter: a mark shows
 * at each point as much as the moved picture lies over itself).
 */
export class LatticeFit {
  readonly #map: LagMap
  /** The basis: two lags, in pixels. */
  readonly basis = new Float64Array(4)

  constructor(map: LagMap) {
    this.#map = map
  }

  put(ax: number, ay: number, bx: number, by: number): void {
    this.basis[0] = ax
    this.basis[1] = ay
    this.basis[2] = bx
    this.basis[3] = by
  }

  /**
   * Moves the basis to where the lattice fits best.
   *
   * @param reach how many points on either side are looked at, of each basis vector
   * @param steps by which it is moved, in pixels, one after the other
   * @returns how well it fits then
   */
  climb(reach: number, steps: readonly number[]): number {
    const { basis } = this
    let best = this.#scoreOf(reach, Infinity)
    for (const step of steps)
      for (let round = 0, moved = true; moved && round < 4; round++) {
        moved = false
        for (let entry = 0; entry < 4; entry++) {
          const before = basis[entry]!
          for (const way of [-step, step]) {
            basis[entry] = before + way
            const score = this.#scoreOf(reach, Infinity)
            if (score > best) {
              best = score
              moved = true
              break
            }
            basis[entry] = before
          }
        }
      }
    return this.#scoreOf(reach, mostHeight)
  }

  #scoreOf(reach: number, most: number): number {
    const map = this.#map
    const { basis } = this
    const ax = basis[0]!
    const ay = basis[1]!
    const bx = basis[2]!
    const by = basis[3]!
    const { mostAcross, mostDown } = map
    let sum = 0
    let squares = 0
    for (let j = 0; j <= reach; j++)
      for (let i = j === 0 ? 1 : -reach; i <= reach; i++) {
        const x = i * ax + j * bx
        const y = i * ay + j * by
        if (x > mostAcross || x < -mostAcross || y > mostDown || y < -mostDown) continue
        const weight = map.showing(x, y)
        if (weight < leastShowing) continue
        const height = map.at(x, y)
        sum += weight * (height < most ? height : most)
        squares += weight * weight
      }
    return squares > 0 ? sum / Math.sqrt(squares) : 0
  }
}
