import { ColophonError, encode } from '@colophon/core'
import type { MarkKey } from '../payload/secret-key.ts'

/** Sizes of an id in bits. */
export const idSizes = [32, 64, 96, 128] as const

export type IdBits = (typeof idSizes)[number]

/** Bits of an id that hold a site's number, where one is given. */
export const siteBits = 10

/** What an id stands for. The same in all parts is the same id. */
export interface MessageIdentity {
  readonly message: string
  /** Whom the copy is for. */
  readonly recipient?: string | undefined
  /** Content hash of the work before it is marked; without it all works with one message share an id. */
  readonly work?: string | undefined
  /** Size of the id. Default 64. */
  readonly bits?: IdBits | undefined
  /** 0 to 1023: the number of the site that assigns the id. Ids of sites with different numbers are never equal. */
  readonly site?: number | undefined
  /** Counts up, from 0, to get another id for the same when one is taken. Default 0. */
  readonly turn?: number | undefined
}

const invalid = (why: string): ColophonError => new ColophonError('WATERMARK_REGISTRY_ENTRY_INVALID', { why })

/**
 * The id of a message: a keyed digest (HMAC-SHA-256) of what it stands for. It follows from its arguments alone, so an op that hides it can be
 * memoized, every site that has the key assigns the same id to the same message without asking anyone, and without the key nobody can tell
 * which message an id stands for, nor guess the id of one.
 *
 * Two of `n` different messages share an id with a probability of at most {@link collisionBound}. With `site`, the first 10 bits of the id are
 * the site's number: ids of different sites then differ for certain, and the bound holds for the messages of one site and 10 bits less.
 * The registry refuses a second message for an id, and the next `turn` has another.
 *
 * @returns a number from 0 to 2^bits - 1
 * @throws WATERMARK_REGISTRY_ENTRY_INVALID for half of a surrogate pair, a wrong size, site or turn
 */
export function messageId(key: MarkKey, identity: MessageIdentity): bigint {
  const { message, recipient, work, bits = 64, site, turn = 0 } = identity
  for (const [name, text] of Object.entries({ message, recipient, work }))
    if (text !== undefined && !text.isWellFormed()) throw invalid(`its ${name} has half of a surrogate pair`)
  if (!idSizes.includes(bits)) throw invalid(`an id has ${idSizes.join(', ')} bits, not ${bits}`)
  if (!Number.isSafeInteger(turn) || turn < 0) throw invalid(`its turn is ${turn}, not a whole number from 0`)
  const code = key.code('message id', encode([bits, message, recipient ?? null, work ?? null, turn]))
  const digest = BigInt(`0x${Buffer.from(code).toString('hex')}`) >> BigInt(256 - bits)
  if (site === undefined) return digest
  if (!Number.isInteger(site) || site < 0 || site >= 2 ** siteBits)
    throw invalid(`its site is ${site}, not a whole number from 0 to ${2 ** siteBits - 1}`)
  const shift = BigInt(bits - siteBits)
  return (BigInt(site) << shift) | (digest & ((1n << shift) - 1n))
}

/**
 * An upper bound on the probability that any two of `count` different messages share an id: count (count - 1) / 2^(bits + 1), the union over all
 * pairs. For 64 bits: 2.7e-8 for a million messages, 2.7e-2 for a thousand million.
 */
export const collisionBound = (count: number, bits: number): number =>
  Math.min(1, ((count * (count - 1)) / 2) * 2 ** -bits)
