/** Rows from `from` up to `to`. */
export interface Band {
  readonly from: number
  readonly to: number
}

/**
 * Splits rows into bands of nearly one height, from the top.
 *
 * @param height how many rows
 * @param count how many bands at the most; fewer where there are fewer rows
 */
export function bands(height: number, count: number): Band[] {
  const parts = Math.min(height, Math.max(1, Math.floor(count)))
  return Array.from({ length: parts }, (_, index) => ({
    from: Math.floor((index * height) / parts),
    to: Math.floor(((index + 1) * height) / parts),
  }))
}
