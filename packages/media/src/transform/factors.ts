/** The prime factors of a whole number, ascending, each as often as it divides the number. */
export function primeFactors(n: number): number[] {
  const factors: number[] = []
  let left = n
  for (let factor = 2; factor * factor <= left; factor++) {
    while (left % factor === 0) {
      factors.push(factor)
      left /= factor
    }
  }
  if (left > 1) factors.push(left)
  return factors
}

/**
 * Radices that a transform of length n is done in, or undefined if n has a prime factor above `most`. Halvings go in
 * pairs, as radix 4, which comes first where there is one; of an odd number of them three become a radix 8, or, when
 * there are no more than three, one a radix 2.
 */
export function radicesOf(n: number, most: number): number[] | undefined {
  const primes = primeFactors(n)
  if (primes.some((prime) => prime > most)) return undefined
  const odd = primes.filter((prime) => prime !== 2)
  const halvings = primes.length - odd.length
  const extra = halvings % 2 === 0 ? [] : halvings <= 3 ? [2] : [8]
  const quarters = new Array<number>((halvings - (extra[0] === 8 ? 3 : extra.length)) / 2).fill(4)
  return [...quarters.slice(0, 1), ...extra, ...quarters.slice(1), ...odd]
}

/** The smallest power of two that is at least n. */
export const powerOfTwoFrom = (n: number): number => 2 ** Math.ceil(Math.log2(n))

export const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n))
