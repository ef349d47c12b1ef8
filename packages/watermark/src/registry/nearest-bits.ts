/** Bits that stand for something. */
export interface BitsCandidate<T> {
  readonly bits: ArrayLike<number>
  readonly what: T
}

/** The candidate that bits agree with. */
export interface BitsMatch<T> {
  readonly what: T
  /** Bits that were compared: as many as the shorter of the two has. */
  readonly compared: number
  readonly bitErrors: number
  /** Natural logarithm of the probability that any of the candidates agrees so well by chance. */
  readonly logFalseMatch: number
}

/** What a look-up by bits found. */
export interface BitsLookup<T> {
  readonly candidates: number
  readonly match?: BitsMatch<T>
}

/**
 * Finds the candidate whose bits are the nearest to those that another tool read, if it is nearer than chance would be.
 *
 * The probability for one candidate is exact, and needs nothing to be known of how the bits come about: given how many ones each side has, and that
 * the places of the ones have nothing to do with each other, the ones in common follow the hypergeometric distribution (Fisher's exact test). So bits that
 * are nearly all alike say little, however well they agree. It is multiplied by the number of candidates (the union bound).
 *
 * @param bits 0 or 1 each
 * @param options.logLimit largest logarithm of the probability that counts as a match. Default ln 1e-6.
 */
export function nearestBits<T>(
  bits: ArrayLike<number>,
  candidates: Iterable<BitsCandidate<T>>,
  options: { readonly logLimit?: number } = {},
): BitsLookup<T> {
  const limit = options.logLimit ?? Math.log(1e-6)
  let count = 0
  let best: BitsMatch<T> | undefined
  for (const { bits: other, what } of candidates) {
    count++
    const { compared, bitErrors, logTail } = compare(bits, other)
    if (logTail < (best?.logFalseMatch ?? 0)) best = { what, compared, bitErrors, logFalseMatch: logTail }
  }
  const logFalseMatch = Math.min(0, (best?.logFalseMatch ?? 0) + Math.log(Math.max(1, count)))
  if (!best || logFalseMatch > limit) return { candidates: count }
  return { candidates: count, match: { ...best, logFalseMatch } }
}

const compare = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const compared = Math.min(a.length, b.length)
  let [onesA, onesB, common] = [0, 0, 0]
  for (let i = 0; i < compared; i++) {
    onesA += a[i]!
    onesB += b[i]!
    common += a[i]! & b[i]!
  }
  return { compared, bitErrors: onesA + onesB - 2 * common, logTail: logCommonTail(compared, onesA, onesB, common) }
}

/**
 * Natural logarithm of the probability that, of `n` places, `a` chosen by chance and `b` chosen by chance have at least `common` in common:
 * the upper tail of the hypergeometric distribution.
 */
export const logCommonTail = (n: number, a: number, b: number, common: number): number => {
  if (common <= Math.max(0, a + b - n)) return 0
  const of = (k: number): number => logChoose(a, k) + logChoose(n - a, b - k) - logChoose(n, b)
  const first = of(common)
  let sum = 0
  for (let k = common; k <= Math.min(a, b); k++) sum += Math.exp(of(k) - first)
  return Math.min(0, first + Math.log(sum))
}

const logFactorials: number[] = [0]

const logChoose = (n: number, k: number): number => {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i))
  return logFactorials[n]! - logFactorials[k]! - logFactorials[n - k]!
}
