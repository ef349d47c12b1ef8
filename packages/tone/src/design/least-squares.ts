/** What is to be made small. */
export interface LeastSquaresProblem {
  residuals(values: Float64Array): Float64Array
  /** Puts down how the residuals change with value j. */
  derivative(values: Float64Array, j: number, out: Float64Array): void
}

/**
 * Values between bounds that make the sum of squared residuals small: Levenberg-Marquardt with steps cut off at the bounds. D. W. Marquardt,
 * An algorithm for least-squares estimation of nonlinear parameters, SIAM J. 11 (1963).
 *
 * @returns values that are no worse than the first
 */
export function leastSquares(
  start: Float64Array,
  problem: LeastSquaresProblem,
  options: { readonly low: Float64Array; readonly high: Float64Array; readonly steps: number },
): Float64Array {
  const { low, high, steps } = options
  const n = start.length
  const within = (values: Float64Array) => values.map((value, j) => Math.min(high[j]!, Math.max(low[j]!, value)))
  let values = within(start)
  let residuals = problem.residuals(values)
  let cost = squared(residuals)
  let damping = 1e-2
  const columns = Array.from({ length: n }, () => new Float64Array(residuals.length))
  const [normal, matrix] = [0, 1].map(() => columns.map(() => new Float64Array(n))) as [Float64Array[], Float64Array[]]
  for (let step = 0; step < steps && n > 0; step++) {
    for (const [j, column] of columns.entries()) problem.derivative(values, j, column)
    for (let j = 0; j < n; j++)
      for (let k = 0; k <= j; k++) {
        normal[j]![k] = product(columns[j]!, columns[k]!)
        normal[k]![j] = normal[j]![k]!
      }
    const slope = columns.map((a) => -product(a, residuals))
    let better = false
    for (let attempt = 0; attempt < 6 && !better; attempt++) {
      for (const [j, row] of normal.entries()) {
        matrix[j]!.set(row)
        matrix[j]![j] = row[j]! * (1 + damping) + 1e-9
      }
      const move = solve(matrix, Float64Array.from(slope))
      const next = within(values.map((value, j) => value + (move?.[j] ?? 0)))
      const nextResiduals = problem.residuals(next)
      const nextCost = squared(nextResiduals)
      if (nextCost < cost) {
        better = cost - nextCost > 1e-7 * cost
        ;[values, residuals, cost] = [next, nextResiduals, nextCost]
        damping = Math.max(1e-7, damping / 4)
        if (!better) return values
      } else damping *= 5
    }
    if (!better) break
  }
  return values
}

/** In four sums, for one would wait for itself. */
const product = (a: Float64Array, b: Float64Array): number => {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const whole = a.length - (a.length % 4)
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + (s2 + s3)
}

const squared = (a: Float64Array): number => product(a, a)

/** Solution of a symmetric positive definite system by Cholesky's decomposition; undefined if it is not one. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array | undefined {
  const n = right.length
  for (let j = 0; j < n; j++) {
    const row = matrix[j]!
    for (let k = 0; k <= j; k++) {
      const other = matrix[k]!
      let sum = row[k]!
      for (let i = 0; i < k; i++) sum -= row[i]! * other[i]!
      if (k < j) row[k] = sum / other[k]!
      else {
        if (!(sum > 0)) return undefined
        row[j] = Math.sqrt(sum)
      }
    }
  }
  const out = right.slice()
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < j; i++) out[j]! -= matrix[j]![i]! * out[i]!
    out[j]! /= matrix[j]![j]!
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let i = j + 1; i < n; i++) out[j]! -= matrix[i]![j]! * out[i]!
    out[j]! /= matrix[j]![j]!
  }
  return out
}
