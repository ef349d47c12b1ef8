/** A place where the gain is lowered once more. */
export interface Dip {
  /** Boundaries of blocks between which it is lowered by all of the amount. */
  readonly first: number
  readonly last: number
  /** The gain is multiplied by one less this. */
  readonly amount: number
}

/** Blocks over which the gain goes down and comes back. */
const slope = 8

/** The dips that reach into the boundaries from `first` to `last`. */
export const dipsIn = (dips: readonly Dip[], first: number, last: number): Dip[] =>
  dips.filter((dip) => dip.last + slope >= first && dip.first - slope <= last)

/**
 * Lowers gains where dips are; where several overlap, one after the other.
 *
 * @param from boundary that the first of the gains belongs to
 */
export function applyDips(dips: readonly Dip[], gain: Float32Array, from: number): void {
  for (const { first, last, amount } of dips) {
    const end = Math.min(gain.length - 1, last + slope - from)
    for (let j = Math.max(0, first - slope - from); j <= end; j++) {
      const away = Math.max(first - from - j, from + j - last, 0)
      gain[j]! *= 1 - (amount * (1 + Math.cos((Math.PI * away) / slope))) / 2
    }
  }
}
