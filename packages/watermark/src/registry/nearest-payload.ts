import { layOut } from '../payload/code-layout.ts'
import { ConvolutionalCode } from '../payload/convolutional-code.ts'
import { checkBits, type Payload, payloadBits } from '../payload/payload.ts'
import { encodePayload, generators, leastCodedLength } from '../payload/payload-code.ts'
import type { PayloadBits } from '../payload/payload-id.ts'
import { sealPayload } from '../payload/sealed-word.ts'
import type { MarkKey } from '../payload/secret-key.ts'
import { logSignTail } from '../payload/sign-tail.ts'

/** A registered payload that a look-up may find. */
export interface PayloadCandidate {
  readonly row: number
  readonly payload: Payload
}

/** The nearest registered payload. */
export interface NearestPayload {
  readonly row: number
  readonly payload: Payload
  /** Code bits that speak against it. */
  readonly bitErrors: number
  /** Code bits of which something is known. */
  readonly codeBits: number
  /**
   * Natural logarithm of (a bound of) the probability that any of the candidates agrees so well although the picture carries none of them: that of one,
   * times their number.
   */
  readonly logFalseMatch: number
}

/** What a look-up found. */
export interface PayloadLookup {
  /** How many payloads were compared. */
  readonly candidates: number
  /** The nearest one, if it is near enough not to be chance. */
  readonly match?: NearestPayload
  /** How near the second one is. Where it is as near as the first, neither is sure. */
  readonly logFalseMatchOfNext?: number
}

/** ln 1e-6: the chance of a false match that counts as none. */
export const defaultLogLimit = Math.log(1e-6)

interface Best {
  readonly candidate: PayloadCandidate
  readonly agreement: number
}

/**
 * Finds the registered payload that soft code bits speak for the most: the one of greatest likelihood among all candidates. This needs far less of a
 * mark than reading it does, because it chooses among the registered payloads and not among 2^64.
 *
 * The probability of a false match is that a code word not in the picture agrees as well. Code words are scrambled by the key, so of a picture
 * without a mark of this key each code bit agrees by the toss of a coin. Of a picture that carries another payload of the key it does
 * so too (payloads are whitened before they are coded, so any two code words differ like random ones), except that the places which repeat one
 * bit of the code agree together; so they are counted as one. The larger of the two probabilities is taken, and multiplied by the number of candidates
 * (the union bound, Bonferroni), which holds however the candidates depend on each other.
 *
 * @param soft as `decodeSoft` takes it: above 0 speaks for 1, the magnitude says how strongly; 0 or not finite where nothing is known
 * @param candidates all payloads that come into question. Those that are too long for so few code bits are passed over.
 * @param options.logLimit largest logarithm of the probability that counts as a match. Default ln 1e-6.
 */
export function nearestPayload(
  soft: ArrayLike<number>,
  candidates: Iterable<PayloadCandidate>,
  key: MarkKey,
  options: { readonly logLimit?: number } = {},
): PayloadLookup {
  const limit = options.logLimit ?? defaultLogLimit
  const values = Float64Array.from(soft, (value) => (Number.isFinite(value) ? value : 0))
  const templates = new Map<PayloadBits, Template>()
  const best = new Map<PayloadBits, readonly Best[]>()
  let count = 0
  for (const candidate of candidates) {
    const bits = payloadBits(candidate.payload)
    if (values.length < leastCodedLength(bits)) continue
    count++
    const template = templates.get(bits) ?? new Template(values, key, bits)
    templates.set(bits, template)
    const agreement = template.agreement(candidate.payload)
    const top = best.get(bits) ?? []
    if (top.length < 2 || agreement > top[1]!.agreement)
      best.set(bits, [...top, { candidate, agreement }].sort((a, b) => b.agreement - a.agreement).slice(0, 2))
  }
  const corrected = [...best].flatMap(([bits, top]) =>
    top.map(({ candidate, agreement }) => ({
      candidate,
      logFalseMatch: Math.min(0, Math.log(count) + templates.get(bits)!.logTail(agreement)),
    })),
  )
  const [first, next] = corrected.sort((a, b) => a.logFalseMatch - b.logFalseMatch)
  if (!first || first.logFalseMatch > limit) return { candidates: count }
  const { row, payload } = first.candidate
  const errors = bitErrors(values, encodePayload(payload, key, values.length))
  return {
    candidates: count,
    match: { row, payload, ...errors, logFalseMatch: first.logFalseMatch },
    ...(next && { logFalseMatchOfNext: next.logFalseMatch }),
  }
}

const bitErrors = (values: Float64Array, code: Uint8Array): { bitErrors: number; codeBits: number } => {
  let [errors, known] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue
    known++
    if (values[i]! > 0 !== (code[i] === 1)) errors++
  }
  return { bitErrors: errors, codeBits: known }
}

/** What was measured, gathered for payloads of one size: as if each bit of the code had been sent once. */
class Template {
  readonly #key: MarkKey
  readonly #values: Float64Array
  /** One for each bit of the code, before it is fitted to a length. */
  readonly #gathered: Float64Array

  constructor(values: Float64Array, key: MarkKey, bits: PayloadBits) {
    this.#key = key
    this.#values = values
    const circle = bits + checkBits
    this.#gathered = new Float64Array(circle * generators.length)
    const { sources, signs } = layOut(key, circle, generators.length, values.length)
    for (let i = 0; i < values.length; i++) this.#gathered[sources[i]!]! += values[i]! * signs[i]!
  }

  /** How strongly the values speak for a payload: their sum, each with the sign of its code bit. */
  agreement(payload: Payload): number {
    const gathered = this.#gathered
    const bits = code.encode(sealPayload(payload, this.#key))
    let sum = 0
    for (let i = 0; i < bits.length; i++) sum += bits[i] === 1 ? gathered[i]! : -gathered[i]!
    return sum
  }

  /** Logarithm of the probability that one code word which was not sent agrees so well. */
  logTail(agreement: number): number {
    return Math.max(logSignTail(this.#values, agreement), logSignTail(this.#gathered, agreement))
  }
}

const code = new ConvolutionalCode(generators)
