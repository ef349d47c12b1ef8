/** Sums over a pair of channels. */
export interface PairSums {
  /** Of the squares of the left, of the right, and of the products of both. */
  readonly left: number
  readonly right: number
  readonly both: number
}

/** dB that a width is told within: beyond that, one of both is nothing to speak of. */
const most = 100

/** Power of the side, (L-R)/2, over that of the mid, (L+R)/2, in dB, -100 to 100; null for silence. */
export function widthOf({ left, right, both }: PairSums): number | null {
  const mid = Math.max(0, left + right + 2 * both)
  const side = Math.max(0, left + right - 2 * both)
  if (mid + side <= 0) return null
  return Math.min(most, Math.max(-most, 10 * (Math.log10(side + 1e-30) - Math.log10(mid + 1e-30))))
}

/** Correlation of left and right, -1 to 1; null where one of them is silent. */
export function correlationOf({ left, right, both }: PairSums): number | null {
  if (left <= 0 || right <= 0) return null
  return Math.min(1, Math.max(-1, both / Math.sqrt(left * right)))
}
