import { type CodeLayout, layOut } from './code-layout.ts'
import { ConvolutionalCode } from './convolutional-code.ts'
import { ListViterbi, mostWords } from './list-viterbi.ts'
import { checkBits, type Payload } from './payload.ts'
import { defaultPayloadBits, type PayloadBits, payloadSizes } from './payload-id.ts'
import { kinds, openPayload, sealedBits, sealPayload } from './sealed-word.ts'
import type { MarkKey } from './secret-key.ts'
import { logSignTail } from './sign-tail.ts'

/**
 * The code of Mars Pathfinder and Cassini: constraint length 15, rate 1/6, free distance 56. The order is such that the first three, four and
 * five make good codes too, of distances 26, 38 and 48.
 */
export const generators = [0o46321, 0o51271, 0o63667, 0o73277, 0o76513, 0o70535] as const

/** Of the code words of each size, so many of the likeliest are held against the check: those that follow win next to nothing. */
const listLength = 4

/** A payload that was decoded, and how sure it is. */
export interface Decoded {
  readonly payload: Payload
  /** Bits of the payload. */
  readonly bits: PayloadBits
  /** Code bits that were given. */
  readonly codeBits: number
  /** Code bits that spoke for the wrong side, and were corrected. */
  readonly errorsCorrected: number
  /** Code bits of which nothing was known. */
  readonly erased: number
  /**
   * Natural logarithm of (a bound of) the probability that something without this mark decodes to any payload, and as
   * surely: all sizes, kinds and listed code words are counted in. Whoever decodes n readings of one picture adds ln n.
   */
  readonly logFalseMatch: number
}

/** Sizes, the usual one first. */
const likeliestFirst = [defaultPayloadBits, ...payloadSizes.filter((bits) => bits !== defaultPayloadBits)]

export interface DecodeOptions {
  /** Sizes to try, one after the other. All that fit the length, unless said. */
  readonly sizes?: readonly PayloadBits[]
  /** The largest {@link Decoded.logFalseMatch} that counts as found; ln 1e-6 unless said. */
  readonly logLimit?: number
  /**
   * What the soft values are sums of, where they are sums. Each of these has a sign of its own that is chance where there is
   * no mark, so they prove more than their sums do, and fainter marks are found.
   */
  readonly summedFrom?: Float64Array
}

/** ln 1e-6 */
export const defaultLogLimit = Math.log(1e-6)

/** The fewest code bits that a payload of a size may be coded with. */
export const leastCodedLength = (bits: PayloadBits): number => Math.ceil(1.5 * (bits + checkBits))

/** The most code bits that a payload may be coded with. */
export const mostCodedLength = 2 ** 16

/**
 * Codes a payload into `codedLength` bits, a 0 or 1 in a byte. The payload and its check are coded together; which code bit
 * stands where, and which are turned over, follows from the key.
 *
 * @param codedLength At least {@link leastCodedLength}. More bits carry the same energy no worse: use as many as there are places.
 * @throws WATERMARK_ID_INVALID, WATERMARK_TEXT_INVALID, WATERMARK_TEXT_TOO_LONG
 */
export function encodePayload(payload: Payload, key: MarkKey, codedLength: number): Uint8Array {
  const word = sealPayload(payload, key)
  const bits = sealedBits(word.length)
  if (!Number.isInteger(codedLength) || codedLength < leastCodedLength(bits) || codedLength > mostCodedLength) {
    throw new RangeError(
      `${bits} bits take ${leastCodedLength(bits)} to ${mostCodedLength} code bits, not ${codedLength}`,
    )
  }
  const code = convolutionalCode().encode(word)
  const { sources, signs } = layoutOf(key, bits, codedLength)
  return Uint8Array.from(sources, (source, i) => (signs[i]! > 0 ? code[source]! : 1 - code[source]!))
}

/**
 * Finds the payload that was coded, from what was measured of its code bits; undefined where there is none.
 *
 * Neither size nor kind need be known. Whatever was not coded with this key is found with a probability of at most
 * exp(logLimit), whatever the values are.
 *
 * @param soft For each code bit how strongly it speaks for a 1 (above 0) or for a 0 (below); 0, or not a finite number, where nothing is
 *   known. Best are log-likelihood ratios, in any unit.
 */
export function decodeSoft(soft: Float64Array, key: MarkKey, options: DecodeOptions = {}): Decoded | undefined {
  const limit = options.logLimit ?? defaultLogLimit
  const unit = largestOf(soft)
  if (soft.length > mostCodedLength || unit === 0) return undefined
  const values = inUnits(soft, unit)
  const evidence = evidenceOf(values, options.summedFrom, unit)
  const sizes = (options.sizes ?? likeliestFirst).filter((bits) => leastCodedLength(bits) <= values.length)
  const tried = Math.log(sizes.length * kinds.length)
  for (const bits of sizes) {
    const layout = layoutOf(key, bits, values.length)
    for (const { bits: word } of decoder().decode(gathered(values, layout, bits), listLength)) {
      const payload = openPayload(word, key)
      if (payload === undefined) continue
      const decoded = judge(payload, word, values, evidence, layout, tried)
      if (decoded.logFalseMatch <= limit) return decoded
    }
  }
  return undefined
}

function largestOf(values: Float64Array): number {
  let largest = 0
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value))
  return largest
}

/** Values of which no sum runs over; 0 for what is no number. */
const inUnits = (values: Float64Array, unit: number): Float64Array =>
  values.map((value) => (Number.isFinite(value) ? value / unit : 0))

/** What is to prove that an agreement is no chance. */
function evidenceOf(values: Float64Array, summedFrom: Float64Array | undefined, unit: number): Float64Array {
  if (summedFrom === undefined) return values
  const parts = inUnits(summedFrom, unit)
  const size = (of: Float64Array) => of.reduce((sum, value) => sum + Math.abs(value), 0)
  if (size(parts) < size(values) * (1 - 1e-6)) throw new RangeError('the soft values are no sums of these')
  return parts
}

function judge(
  payload: Payload,
  word: Uint8Array,
  values: Float64Array,
  evidence: Float64Array,
  layout: CodeLayout,
  tried: number,
): Decoded {
  const code = convolutionalCode().encode(word)
  let [agreement, errorsCorrected, erased] = [0, 0, 0]
  for (let i = 0; i < values.length; i++) {
    const spoken = (code[layout.sources[i]!] === 1 ? values[i]! : -values[i]!) * layout.signs[i]!
    agreement += spoken
    if (spoken < 0) errorsCorrected++
    if (spoken === 0) erased++
  }
  const bits = sealedBits(word.length)
  // One of the code words that were held against the check passes it by chance, or any of the 2^bits that are right agrees so well.
  const byCheck = Math.log(mostWords) - checkBits * Math.LN2
  const byAgreement = bits * Math.LN2 + logSignTail(evidence, agreement)
  const logFalseMatch = Math.min(0, tried + Math.min(byCheck, byAgreement))
  return { payload, bits, codeBits: values.length, errorsCorrected, erased, logFalseMatch }
}

/** What is known of each bit of the code, from all places that carry it. */
function gathered(values: Float64Array, { sources, signs }: CodeLayout, bits: PayloadBits): Float64Array {
  const soft = new Float64Array((bits + checkBits) * generators.length)
  for (let i = 0; i < values.length; i++) soft[sources[i]!]! += values[i]! * signs[i]!
  return soft
}

const layouts = new WeakMap<MarkKey, Map<string, CodeLayout>>()

function layoutOf(key: MarkKey, bits: PayloadBits, length: number): CodeLayout {
  const ofKey = layouts.get(key) ?? new Map<string, CodeLayout>()
  layouts.set(key, ofKey)
  const name = `${bits} ${length}`
  const layout = ofKey.get(name) ?? layOut(key, bits + checkBits, generators.length, length)
  ofKey.set(name, layout)
  return layout
}

// Made when first needed: tables and memory of some megabytes.
let code: ConvolutionalCode | undefined
const convolutionalCode = (): ConvolutionalCode => (code ??= new ConvolutionalCode(generators))
let viterbi: ListViterbi | undefined
const decoder = (): ListViterbi =>
  (viterbi ??= new ListViterbi(convolutionalCode(), Math.max(...payloadSizes) + checkBits))
