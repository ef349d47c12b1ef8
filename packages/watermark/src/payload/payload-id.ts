import { ColophonError } from '@colophon/core'

/** Bits that a payload may have. Fewer survive more. */
export const payloadSizes = [32, 64, 96, 128] as const

export type PayloadBits = (typeof payloadSizes)[number]

/** Bits of an id where nothing else is said. */
export const defaultPayloadBits: PayloadBits = 64

/** An id that a mark carries. */
export interface PayloadId {
  /** From 0 to 2^bits - 1. */
  readonly id: bigint
  readonly bits: PayloadBits
}

/** @throws WATERMARK_ID_INVALID when the id does not fit its bits. */
export function checkId(id: bigint, bits: PayloadBits): void {
  if (!payloadSizes.includes(bits))
    throw invalidId(`${id}`, `a payload has ${payloadSizes.join(', ')} bits, not ${bits}`)
  if (id < 0n || id >> BigInt(bits) !== 0n) throw invalidId(`${id}`, `it does not fit into ${bits} bits`)
}

/** The error that names what was given, cut to what fits a line. */
export function invalidId(given: string, why: string): ColophonError {
  return new ColophonError('WATERMARK_ID_INVALID', { given: given.length > 60 ? `${given.slice(0, 60)}…` : given, why })
}
