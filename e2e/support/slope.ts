/** Slope of the straight line that lies nearest to some points by least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  const under = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  return under === 0 ? 0 : over / under
}

/** The lowest point of each of some stretches: what a garbage collector has left over, without what it has yet to find. */
export function lowest<T extends readonly [x: number, y: number]>(points: readonly T[], stretches: number): T[] {
  const size = Math.max(1, Math.ceil(points.length / stretches))
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points.slice(index * size, (index + 1) * size).reduce((least, point) => (point[1] < least[1] ? point : least)),
  )
}
