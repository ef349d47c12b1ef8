import { fingerprintBits, inPosture, isFingerprint, type Posture, postures } from './fingerprint.ts'

/** A fingerprint that a look-up may find. */
export interface FingerprintCandidate<T> {
  readonly fingerprint: Uint8Array
  readonly what: T
}

/** The picture that looks the most like the one looked for. */
export interface FingerprintMatch<T> {
  readonly what: T
  /** Bits that differ, of {@link fingerprintBits}. */
  readonly differing: number
  /** How the picture that was looked for stands to it. */
  readonly posture: Posture
  /** Natural logarithm of the probability that any of the candidates looks so much alike by chance, in any posture. */
  readonly logFalseMatch: number
}

/** What a look-up by fingerprint found. */
export interface FingerprintLookup<T> {
  readonly candidates: number
  /** The most alike first: copies of one picture for several people all look alike. */
  readonly matches: readonly FingerprintMatch<T>[]
}

/**
 * Fair coins that agree at least as often as the fingerprints of unrelated pictures do.
 *
 * The 143 signs of most pictures are nearly independent (variance of 139 coins), but smooth ones (a horizon, a vignette) are alike more often than coins.
 * Fewer coins are alike more often too: for 1.2 million pairs of photographs, frames, synthesised pictures and ninths of them, in all postures,
 * the binomial distribution of so many lies above what was measured at every distance, tenfold where matches begin (docs/decisions/0015).
 */
export const independentBits = 45

/** ln 1e-4: the chance of a false match that counts as none. A likeness is a hint, and is looked at by a person. */
export const likenessLogLimit = Math.log(1e-4)

/**
 * Finds the registered pictures that look like this one, mirrored or turned by quarters or not. It says nothing of a mark: whoever photographs the same
 * thing from the same place has the same fingerprint.
 */
export function nearestFingerprints<T>(
  fingerprint: Uint8Array,
  candidates: Iterable<FingerprintCandidate<T>>,
  options: { readonly logLimit?: number } = {},
): FingerprintLookup<T> {
  const limit = options.logLimit ?? likenessLogLimit
  const turned = postures.map((posture) => ({ posture, bytes: inPosture(fingerprint, posture) }))
  let count = 0
  const near: Omit<FingerprintMatch<T>, 'logFalseMatch'>[] = []
  for (const { fingerprint: other, what } of candidates) {
    if (!isFingerprint(other)) continue
    count++
    let best = { posture: postures[0]!, differing: fingerprintBits + 1 }
    for (const { posture, bytes } of turned) {
      const differing = differingBits(bytes, other)
      if (differing < best.differing) best = { posture, differing }
    }
    // Without the number of candidates, which is not known yet.
    if (logLikenessTails[best.differing]! + logPostures <= limit) near.push({ what, ...best })
  }
  const matches = near
    .map((match) => ({ ...match, logFalseMatch: logLikenessTails[match.differing]! + logPostures + Math.log(count) }))
    .filter(({ logFalseMatch }) => logFalseMatch <= limit)
  return { candidates: count, matches: matches.sort((a, b) => a.differing - b.differing) }
}

const logPostures = Math.log(postures.length)

/**
 * Natural logarithm of the probability that the fingerprints of two unrelated pictures differ in at most so many bits: the lower tail of the
 * binomial distribution of {@link independentBits} fair coins, at the same share of bits.
 */
export function logLikenessTail(differing: number): number {
  const most = (differing / fingerprintBits) * independentBits
  let logChoose = 0
  let sum = 0
  for (let k = 0; k <= independentBits; k++) {
    // Between two whole numbers of coins the probability is interpolated, upwards.
    const share = Math.max(0, Math.min(1, most - k + 1))
    sum += share * Math.exp(logChoose - independentBits * Math.LN2)
    logChoose += Math.log((independentBits - k) / (k + 1))
  }
  return Math.min(0, Math.log(sum))
}

const counts = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)

function differingBits(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 1; i < a.length; i++) sum += counts[a[i]! ^ b[i]!]!
  return sum
}

const logLikenessTails = Array.from({ length: fingerprintBits + 1 }, (_, differing) => logLikenessTail(differing))
