/**
 * A 2x2 matrix, row by row: `[xx, xy, yx, yy]`. That of a geometry takes canonical pixels of the mark to pixels of the picture at
 * hand: `x = xx * u + xy * v`, `y = yx * u + yy * v`.
 */
export type Matrix = readonly [xx: number, xy: number, yx: number, yy: number]

export const determinant = ([xx, xy, yx, yy]: Matrix): number => xx * yy - xy * yx

export function inverse(matrix: Matrix): Matrix {
  const [xx, xy, yx, yy] = matrix
  const area = determinant(matrix)
  return [yy / area, -xy / area, -yx / area, xx / area]
}

/** What `second` does to what `first` gives. */
export const product = (second: Matrix, first: Matrix): Matrix => [
  second[0] * first[0] + second[1] * first[2],
  second[0] * first[1] + second[1] * first[3],
  second[2] * first[0] + second[3] * first[2],
  second[2] * first[1] + second[3] * first[3],
]
